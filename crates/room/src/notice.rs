//! What a session tells the person in front of it.

use entente_protocol::{DeviceId, Fingerprint};
use entente_trust::Country;
use serde::Serialize;

use crate::board::{Decision, HitId, Rejected, TargetId};
use crate::playbook::Text;
use crate::{Acknowledgement, Author, Bridge, Event, HitRaised, LivePosition, Say, TargetChange};

/// Something that a member must be shown because somebody may be lying.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SecurityEvent {
    /// The hub ordered a commit that the policy forbids. The session stands still since.
    CommitRefused {
        /// The rule's name ([`entente_trust::PolicyRefusal::code`]).
        code: String,
        /// The rule in the words of the program.
        rule: String,
    },
    /// A commit of this epoch can't be processed. The session stands still since.
    CommitUnreadable,
    /// A message can't be decrypted or is not what it claims to be.
    MessageUnreadable,
    /// A message's signature for the record is not its sender's over what it says. It was not heard.
    Unsigned,
    /// The hub names another sender than the message's signature does.
    WrongSender,
    /// A member saw another history than this device: the hub forked, dropped, doubled or reordered
    /// something after `agreed_seq`, at `seen_seq` at the latest.
    TranscriptFork {
        /// The last sequence number at which both are known to have seen the same; 0 if none is.
        agreed_seq: u64,
        /// What the member had seen last.
        seen_seq: u64,
    },
    /// The hub delivered a message of a number that it had delivered before. It was passed over.
    Doubled {
        /// The sender's message number.
        number: u64,
    },
    /// The hub delivered a commit for an epoch that is over. It was passed over.
    StaleCommit,
    /// The hub delivers something else at a place that this device has seen: it rewrites history.
    HistoryRewritten,
    /// The hub's log ends before what it has shown already: it was set back, or forks this device.
    Rollback {
        /// Where it says that its log ends.
        head: u64,
    },
    /// The hub put a revocation list into the order that is not its authority's, or not newer.
    FalseRevocation,
    /// A message of an epoch that this device does not know: the hub kept a commit from it.
    CommitWithheld {
        /// The epoch of the message.
        epoch: u64,
    },
    /// In this device's own name the hub delivers something that it has not sent. It was passed over.
    NotMine {
        /// The message number that it bears.
        number: u64,
    },
    /// The hub handed out a key package that is not the wanted device's. Nobody was seated.
    FalseKeyPackage {
        /// The device that was to be seated.
        wanted: DeviceId,
    },
    /// The hub brought a request to join that the device in whose name it is did not make.
    FalseJoinRequest {
        /// The device in whose name it is.
        asker: DeviceId,
    },
    /// A member carries things between the room and a system outside to which the charter's quorum has not consented.
    Unconsented {
        /// What sort of system.
        to: String,
    },
    /// As the way into the room the hub offers a state of it that this device knows to be over.
    OldState {
        /// The epoch that it offers.
        epoch: u64,
    },
    /// As the way into the room the hub offers a state of it in which a device sits that was revoked,
    /// or whose removal this device has seen.
    GoneSeat {
        /// The device that should not be there.
        seat: DeviceId,
    },
    /// A member's snapshot is not the board that this device had.
    SnapshotDisputed {
        /// The sequence number that it claims to stand for.
        as_of: u64,
    },
    /// A member says that another's snapshot is false.
    SnapshotDisputedBy {
        /// The sequence number that the snapshot claims to stand for.
        as_of: u64,
    },
    /// In a compartment a member names a story of the room that is not the one which this device was told.
    RoomFork {
        /// The place in the room that it names.
        seen_seq: u64,
    },
    /// The compartment was not announced in the room at the place that it names: the others don't know of it.
    Unannounced,
    /// A target of the compartment was brought into the room, and the country that answers for it had not agreed.
    Unagreed {
        /// Its place in the room.
        place: u64,
    },
    /// In a compartment somebody has seen more of the room than the hub shows to this device.
    RoomWithheld {
        /// The place in the room that was seen.
        seq: u64,
    },
    /// The hub's time for a message is far from its sender's.
    ClockDisagreement {
        /// Sender's clock minus the hub's, milliseconds.
        difference_ms: i64,
    },
}

/// What an event is about, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Nothing that has a name.
    Nothing,
    /// A target's name, or an identifier.
    Name(String),
    /// A phase's or task's title in the playbook.
    Title(Text),
}

/// What somebody had just said of a field, and another, who had not seen it, replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// The field.
    pub field: String,
    /// The value that is gone.
    pub value: String,
    /// Whose it was; none if that seat is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Author>,
    /// Its place in the order.
    pub seq: u64,
}

/// Something that happened in the room.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The room was opened.
    Opened {
        /// Place in the order.
        seq: u64,
    },
    /// This device joined.
    Joined {
        /// Place of the commit that admitted it.
        seq: u64,
        /// Who admitted it.
        by: Author,
    },
    /// Somebody spoke.
    Said {
        /// Place in the order.
        seq: u64,
        /// The hub's time, Unix milliseconds.
        time_ms: u64,
        /// Who.
        author: Author,
        /// What.
        say: Say,
    },
    /// A target is new or changed.
    Target {
        /// Place in the order.
        seq: u64,
        /// The hub's time, Unix milliseconds.
        time_ms: u64,
        /// Who.
        author: Author,
        /// Which.
        target: TargetId,
        /// Its name on the board, after the change.
        name: String,
        /// Whether it is new.
        added: bool,
        /// What was changed.
        change: TargetChange,
        /// What others had said in these fields without the author having seen it, and is gone.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        overtaken: Vec<Lost>,
    },
    /// A hit.
    Hit {
        /// Place in the order.
        seq: u64,
        /// The hub's time, Unix milliseconds.
        time_ms: u64,
        /// Who.
        author: Author,
        /// What.
        hit: HitRaised,
        /// The open hit of the same thing, if there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        folded_into: Option<HitId>,
        /// How often it was seen by now.
        count: u32,
    },
    /// A hit was acknowledged.
    Acknowledged {
        /// Place in the order.
        seq: u64,
        /// The hub's time, Unix milliseconds.
        time_ms: u64,
        /// Who.
        author: Author,
        /// Which hit.
        hit: HitId,
        /// Whether it is the country's first.
        first_of_country: bool,
        /// What was said with it.
        acknowledgement: Acknowledgement,
    },
    /// Anything else that happened on the board.
    Board {
        /// Place in the order.
        seq: u64,
        /// The hub's time, Unix milliseconds.
        time_ms: u64,
        /// Who.
        author: Author,
        /// What.
        event: Event,
        /// The target, hit, phase or task that it is about.
        about: About,
        /// How long a check request waited for this answer.
        #[serde(skip_serializing_if = "Option::is_none")]
        latency_ms: Option<u64>,
        /// What the countries say with this vote.
        #[serde(skip_serializing_if = "Option::is_none")]
        decision: Option<Decision>,
    },
    /// A change of the plan has made the votes on it void.
    VotesVoid {
        /// Place in the order.
        seq: u64,
        /// Who changed it.
        author: Author,
    },
    /// A member says where it is. Not stored.
    Position {
        /// Who.
        author: Author,
        /// Where, and since when.
        position: LivePosition,
    },
    /// An event did nothing, for every member alike.
    Rejected {
        /// Place in the order.
        seq: u64,
        /// Who.
        author: Author,
        /// Why.
        reason: Rejected,
    },
    /// A device got a seat.
    SeatAdded {
        /// Place in the order.
        seq: u64,
        /// Who admitted it.
        by: Author,
        /// Who sits now.
        seat: Author,
    },
    /// A device lost its seat.
    SeatRemoved {
        /// Place in the order.
        seq: u64,
        /// Who removed it.
        by: Author,
        /// Who sat there.
        seat: Author,
    },
    /// A device came back by external commit.
    Resynced {
        /// Place in the order.
        seq: u64,
        /// Who.
        seat: Author,
    },
    /// Members were revoked by their authority; a coordinator or liaison removes them now.
    Revoked {
        /// Place in the order.
        seq: u64,
        /// Who.
        seats: Vec<Author>,
    },
    /// A device without a seat asks to be let in, and this one may do it.
    AskedToJoin {
        /// Who, as it would sit here.
        asker: Author,
    },
    /// A member asked to leave.
    LeaveWanted {
        /// Place in the order.
        seq: u64,
        /// Who.
        seat: Author,
    },
    /// The charter was amended.
    CharterAmended {
        /// Place in the order.
        seq: u64,
        /// By whose commit.
        by: Author,
        /// End of the time box, Unix milliseconds.
        closes_at_ms: u64,
        /// Countries that may take part now, if that has changed.
        countries: Option<Vec<Country>>,
        /// How many coordinate now, if that has changed.
        coordinators: Option<usize>,
        /// How long the hub keeps what was said after the end, milliseconds, if that has changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        retention_ms: Option<u64>,
        /// Whether an agent may carry places to a TAK server now, if that has changed.
        #[serde(skip_serializing_if = "Option::is_none")]
        tak: Option<bool>,
    },
    /// A coordinator signed an amendment, the proposer as the first.
    AmendmentSigned {
        /// Place in the order.
        seq: u64,
        /// Who signed.
        author: Author,
        /// Fingerprint of its charter: its name.
        amendment: Fingerprint,
        /// The end of the time box that it would bring, Unix milliseconds.
        closes_at_ms: u64,
        /// How many have signed.
        signatures: usize,
        /// How many must.
        quorum: u8,
    },
    /// An agent says that it carries things between the room and a system outside, or no longer does.
    Bridge {
        /// Place in the order.
        seq: u64,
        /// Who.
        author: Author,
        /// What and where to.
        bridge: Bridge,
    },
    /// The board is complete as of a sequence number.
    BoardReady {
        /// Place of the snapshot in the order.
        seq: u64,
        /// Up to where it includes everything.
        as_of: u64,
        /// Who sent it.
        author: Author,
    },
    /// Messages that this device will never see.
    Gap {
        /// First missing sequence number.
        from: u64,
        /// Last missing sequence number.
        to: u64,
    },
    /// An event that this client is too old for.
    NeedsNewerClient {
        /// Place in the order.
        seq: u64,
        /// Who.
        author: Author,
        /// Its kind.
        kind: String,
    },
    /// Somebody may be lying.
    Security {
        /// Place in the order.
        seq: u64,
        /// Whose connection brought it.
        device: DeviceId,
        /// What it is.
        security: SecurityEvent,
    },
    /// This device lost its seat; its keys of the room are gone.
    Removed {
        /// Place in the order.
        seq: u64,
        /// Who removed it.
        by: Author,
    },
    /// The time box is over; the keys of the room are gone.
    Closed {
        /// End of the time box, Unix milliseconds.
        closes_at_ms: u64,
    },
}

impl Notice {
    /// A security notice.
    pub(crate) fn security(seq: u64, device: DeviceId, security: SecurityEvent) -> Self {
        Self::Security {
            seq,
            device,
            security,
        }
    }

    /// Its name, as in JSON.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Joined { .. } => "joined",
            Self::Said { .. } => "said",
            Self::Target { .. } => "target",
            Self::Hit { .. } => "hit",
            Self::Acknowledged { .. } => "acknowledged",
            Self::Board { .. } => "board",
            Self::VotesVoid { .. } => "votes_void",
            Self::Position { .. } => "position",
            Self::Rejected { .. } => "rejected",
            Self::SeatAdded { .. } => "seat_added",
            Self::SeatRemoved { .. } => "seat_removed",
            Self::Resynced { .. } => "resynced",
            Self::Revoked { .. } => "revoked",
            Self::AskedToJoin { .. } => "asked_to_join",
            Self::LeaveWanted { .. } => "leave_wanted",
            Self::CharterAmended { .. } => "charter_amended",
            Self::AmendmentSigned { .. } => "amendment_signed",
            Self::Bridge { .. } => "bridge",
            Self::BoardReady { .. } => "board_ready",
            Self::Gap { .. } => "gap",
            Self::NeedsNewerClient { .. } => "needs_newer_client",
            Self::Security { .. } => "security",
            Self::Removed { .. } => "removed",
            Self::Closed { .. } => "closed",
        }
    }
}

/// Notices carry plaintext: only their name may be seen in a log.
impl core::fmt::Debug for Notice {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Security { seq, security, .. } => {
                write!(f, "Notice(security at {seq}: {security:?})")
            }
            other => write!(f, "Notice({}, hidden)", other.name()),
        }
    }
}
