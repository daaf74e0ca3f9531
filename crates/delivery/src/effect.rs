//! What goes into the state machine and what comes out.

use entente_protocol::{
    CommitBundle, DeviceId, EphemeralSend, Fingerprint, MessageKind, Propose, RoomId, SendMessage,
};

/// A request about an open room, from a device that the connection has authenticated.
#[derive(Debug, Clone)]
pub enum Input {
    /// A commit with Welcome and GroupInfo.
    Commit(CommitBundle),
    /// A stand-alone proposal.
    Propose(Propose),
    /// An application message.
    Send(SendMessage),
    /// An ephemeral message.
    Ephemeral(EphemeralSend),
}

/// A message at its place in the room's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Sequence number from 1, without gaps.
    pub seq: u64,
    /// What it is.
    pub kind: MessageKind,
    /// Who brought it.
    pub sender: DeviceId,
    /// The sender's message number.
    pub number: u64,
    /// MLS epoch in which it was sent.
    pub epoch: u64,
    /// Time of acceptance, Unix milliseconds.
    pub time_ms: u64,
    /// MLSMessage.
    pub message: Vec<u8>,
}

/// A device's seat, as the hub keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatRecord {
    /// The device.
    pub device: DeviceId,
    /// Index of its leaf.
    pub leaf: u32,
    /// Sequence number of the commit that added it: it may read from there on.
    pub since_seq: u64,
    /// Highest message number accepted from it.
    pub last_number: u64,
    /// Sequence number that this message got.
    pub last_seq: u64,
}

/// What must be stored of a room to load it again.
#[derive(Debug, Clone)]
pub struct RoomRecord {
    /// The room.
    pub room: RoomId,
    /// Highest sequence number.
    pub head: u64,
    /// Whether its closing was carried out.
    pub closed: bool,
    /// Place of the last message that changed its seats, its charter, or who is revoked.
    pub turn: u64,
    /// The room that it lies in, if it is a compartment.
    pub parent: Option<RoomId>,
    /// MLSMessage with the GroupInfo of the current epoch.
    pub group_info: Vec<u8>,
    /// Ratchet tree of the current epoch.
    pub ratchet_tree: Vec<u8>,
    /// Its seats.
    pub seats: Vec<SeatRecord>,
    /// The signed revocation lists that the room knows, one an authority.
    pub revocations: Vec<Vec<u8>>,
    /// Proposals accepted in the current epoch, in their order.
    pub proposals: Vec<Vec<u8>>,
}

/// What the server has to do, in this order; all of one input in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Store a message; once stored, answer its sender and deliver it to all.
    Append(StoredMessage),
    /// Nothing to store: the number was accepted before. With `seq`, answer it; without, look the
    /// number up in the log.
    Duplicate {
        /// The message number.
        number: u64,
        /// Its place, if it is the sender's last one.
        seq: Option<u64>,
    },
    /// Replace the room's group state.
    Group {
        /// The epoch from now on.
        epoch: u64,
        /// The charter's start, Unix milliseconds.
        opens_at_ms: u64,
        /// The charter's end, Unix milliseconds.
        closes_at_ms: u64,
        /// When what was said must be gone, Unix milliseconds.
        shred_at_ms: u64,
        /// When the rest must be, Unix milliseconds.
        forget_at_ms: u64,
        /// MLSMessage with the GroupInfo.
        group_info: Vec<u8>,
        /// The ratchet tree.
        ratchet_tree: Vec<u8>,
    },
    /// Keep an authority's revocation list for the room, in place of an older one.
    Revocations {
        /// The authority's root.
        authority: Fingerprint,
        /// The signed list.
        list: Vec<u8>,
    },
    /// Stop delivering to a device: it was revoked, and keeps its seat until a member removes it.
    Suspend {
        /// The device.
        device: DeviceId,
    },
    /// Insert or replace a seat.
    Seat(SeatRecord),
    /// Take a seat away; the device still gets everything up to `seq`, and nothing after it.
    Unseat {
        /// The device.
        device: DeviceId,
        /// Sequence number of the commit that removed it.
        seq: u64,
    },
    /// Keep a Welcome for a device, with the ratchet tree of this input's `Group`.
    Welcome {
        /// The device.
        device: DeviceId,
        /// Sequence number of the commit that added it.
        seq: u64,
        /// MLSMessage with the Welcome.
        welcome: Vec<u8>,
    },
    /// Deliver to whoever is connected, and forget.
    FanOut {
        /// Who brought it.
        sender: DeviceId,
        /// Time of acceptance, Unix milliseconds.
        time_ms: u64,
        /// MLSMessage.
        message: Vec<u8>,
    },
    /// A message that was stored should wake these: those who sit and may read it, but for its sender.
    Wake {
        /// The devices.
        devices: Vec<DeviceId>,
    },
    /// The time box is over: no message was accepted since `at_ms` and none will be.
    Closed {
        /// The charter's end, Unix milliseconds.
        at_ms: u64,
    },
}
