//! Why a session could not do what it was asked.

use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_trust::{CertificateError, CharterError, CompartmentError, PolicyRefusal};

use crate::SecurityEvent;

/// A session's errors. Nothing has changed when one is returned, unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The delivery is not the next one: `expected` was due.
    #[error("sequence number {received} came where {expected} was due")]
    OutOfOrder {
        /// Next sequence number.
        expected: u64,
        /// The one that came.
        received: u64,
    },
    /// A delivery, welcome or record for another room.
    #[error("it belongs to another room")]
    OtherRoom,
    /// The room's time is over, or this device was removed.
    #[error("the room has ended for this device")]
    Ended,
    /// The session stopped following the hub's order because a commit broke the policy or could not
    /// be processed; it has to resync.
    #[error("the session is halted at sequence number {at}")]
    Halted {
        /// Sequence number of the refused commit.
        at: u64,
    },
    /// Another commit of this device is under way.
    #[error("another commit is under way")]
    CommitPending,
    /// Somebody asked to leave; their removal must be committed before anything is said.
    #[error("a removal must be committed first")]
    ProposalPending,
    /// Somebody sits in the compartment who is out of the room; that one's removal must be committed first.
    #[error("somebody sits in the compartment who is out of the room")]
    Outsider(DeviceId),
    /// The message's author has seen more of the room than this device.
    #[error("the room has to come to sequence number {wanted} first")]
    RoomBehind {
        /// How far the author had seen the room.
        wanted: u64,
    },
    /// The message rests on a place in the room that this device has not seen: the compartment has to resync.
    #[error("the room at sequence number {at} is not known")]
    RoomGap {
        /// The place.
        at: u64,
    },
    /// The room above was not looked at before something was done in a compartment.
    #[error("the room above was not looked at")]
    NotLookedUp,
    /// What is named lies in a compartment: it is said there.
    #[error("it lies in compartment {0}: say it there")]
    InCompartment(RoomId),
    /// There is no such target on the board.
    #[error("the target is not on the board")]
    NoTarget,
    /// The country that answers for the target has not agreed that it is known in the room.
    #[error("the country that answers for it has not agreed")]
    NotAgreed,
    /// Whoever leaves is let go by another member, and nobody else sits here.
    #[error("nobody else sits here who could let it go")]
    Alone,
    /// The compartment was not announced in the room where it says it was.
    #[error("the compartment was not announced")]
    Unannounced,
    /// The policy forbids what was asked for.
    #[error("policy: {0}")]
    Policy(#[from] PolicyRefusal),
    /// A charter is bad.
    #[error("charter: {0}")]
    Charter(#[from] CharterError),
    /// A compartment is bad.
    #[error("compartment: {0}")]
    Compartment(#[from] CompartmentError),
    /// An accreditation is bad.
    #[error("accreditation: {0}")]
    Certificate(#[from] CertificateError),
    /// Other coordinators must sign too.
    #[error("the charter wants {0} coordinators to sign")]
    Quorum(u8),
    /// The amended charter would want more signatures than it leaves coordinators in the room.
    #[error("{quorum} coordinators would have to sign and {left} would be left in the room")]
    QuorumOutOfReach {
        /// How many would have to sign.
        quorum: u8,
        /// How many would be left.
        left: usize,
    },
    /// Only coordinators may do this.
    #[error("only a coordinator of the charter may do this")]
    NotCoordinator,
    /// No amendment of this digest collects signatures.
    #[error("there is no such amendment")]
    NoAmendment,
    /// The secret text does not belong to the charter.
    #[error("the charter's text does not match its digest")]
    CharterText,
    /// No seat of that device.
    #[error("the device has no seat")]
    NoSeat,
    /// Over a named limit.
    #[error("too large")]
    TooLarge,
    /// Too much waits to be sent.
    #[error("too much waits to be sent")]
    OutboxFull,
    /// A Welcome for a key package that this device does not have (any more).
    #[error("the welcome is for a key package that this device does not have")]
    UnknownKeyPackage,
    /// A Welcome by a device of an authority that this device does not trust, into a room that none
    /// of trusted ones has opened.
    #[error("the inviter's authority is not trusted")]
    UnknownInviter {
        /// Who invites, as its certificate says.
        inviter: Box<crate::Author>,
        /// Its authority's root.
        authority: Fingerprint,
    },
    /// The key package that the hub gave out is not the wanted device's.
    #[error("the key package is not the device's")]
    FalseKeyPackage(DeviceId),
    /// The way into the room leads to a state of it that this device knows to be over.
    #[error("the room's epoch {epoch} is over")]
    OldState {
        /// The epoch that was offered.
        epoch: u64,
    },
    /// The way into the room leads to a state of it in which a device sits that was revoked, or whose
    /// removal this device has seen.
    #[error("a device sits there whose seat was taken")]
    GoneSeat(DeviceId),
    /// Bytes that can't be decoded, or stored records that don't fit together.
    #[error("{0} can't be read")]
    Malformed(&'static str),
    /// openmls refused; the text names its error, never content.
    #[error("MLS: {0}")]
    Mls(String),
}

impl SessionError {
    /// The alarm that goes with it, if somebody must be lying.
    #[must_use]
    pub const fn alarm(&self) -> Option<SecurityEvent> {
        match self {
            Self::OldState { epoch } => Some(SecurityEvent::OldState { epoch: *epoch }),
            Self::FalseKeyPackage(wanted) => {
                Some(SecurityEvent::FalseKeyPackage { wanted: *wanted })
            }
            Self::GoneSeat(seat) => Some(SecurityEvent::GoneSeat { seat: *seat }),
            _ => None,
        }
    }

    pub(crate) fn mls(error: impl core::fmt::Display) -> Self {
        Self::Mls(error.to_string())
    }
}
