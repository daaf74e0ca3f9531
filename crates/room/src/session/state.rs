//! The small part of a session, written at each step, and the entries of its record.

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::{DeviceId, Fingerprint, MessageKind, RoomId};
use entente_trust::LinkHead;
use serde::{Deserialize, Serialize};

use super::amendments::Draft;
use super::proof::Proof;
use crate::transcript::{Hash, Transcript};
use crate::{Author, CharterText, Event, TargetId};

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Ended {
    /// The time box was over.
    Closed {
        /// Unix milliseconds.
        at_ms: u64,
    },
    /// The device lost its seat.
    Removed {
        /// Sequence number of the commit.
        seq: u64,
    },
}

#[derive(Serialize, Deserialize)]
pub(super) struct State {
    pub(super) room: RoomId,
    pub(super) transcript: Transcript,
    /// The next message number; higher than all that were ever used.
    pub(super) next_number: u64,
    /// Number of the commit that waits for the hub.
    pub(super) pending_commit: Option<u64>,
    pub(super) next_item: u64,
    pub(super) halted: Option<u64>,
    pub(super) ended: Option<Ended>,
    /// The signed charter, TLS-encoded.
    pub(super) charter: Vec<u8>,
    pub(super) text: Option<CharterText>,
    /// The stored board includes everything up to here; none while a snapshot is wanted.
    pub(super) board_as_of: Option<u64>,
    /// A snapshot must be at least as of here.
    pub(super) board_wanted_from: u64,
    /// How often a snapshot was asked for.
    pub(super) snapshot_attempts: u32,
    /// Where somebody may have needed a snapshot since this device sits, and who was to give it; nobody
    /// where a device came back, which asks by itself.
    pub(super) noted: BTreeMap<u64, Option<DeviceId>>,
    /// Digests of the board there, as far as this device had one.
    pub(super) digests: BTreeMap<u64, Hash>,
    /// Whose snapshot this device's board is; none if it was there from the beginning.
    pub(super) board_given_by: Option<DeviceId>,
    /// Whose doubt about whose snapshot has been heeded.
    pub(super) doubts: BTreeSet<(DeviceId, DeviceId)>,
    pub(super) gaps: Vec<(u64, u64)>,
    /// The newest revocation list of each authority, signed, TLS-encoded.
    pub(super) revocations: BTreeMap<Fingerprint, Vec<u8>>,
    /// Since which sequence number each member can read, for those who came while this device sat.
    pub(super) since: BTreeMap<DeviceId, u64>,
    /// What is known of each member's past.
    pub(super) pasts: BTreeMap<DeviceId, Past>,
    /// Amendments that collect signatures, by their charter's fingerprint.
    pub(super) drafts: BTreeMap<Fingerprint, Draft>,
    /// Devices that lost their seats before this one's eyes, and where; whoever sits again is not
    /// among them.
    pub(super) gone: BTreeMap<DeviceId, u64>,
    /// The highest message number that this device has used itself.
    pub(super) used_number: u64,
    /// This device came by a last-resort key package and has not changed its leaf's keys since.
    pub(super) wants_new_keys: bool,
    /// SHA-256 of this device's last proposal to leave.
    pub(super) proposed: Option<Hash>,
    /// Those before it: the first may come back when the second was made.
    #[serde(default)]
    pub(super) proposed_before: Vec<Hash>,
    /// This device's officer wants to leave, until somebody's commit lets it go.
    #[serde(default)]
    pub(super) wants_to_leave: bool,
    /// The room was shown to be in a later epoch than this device.
    pub(super) is_behind: bool,
    /// Who carries things to systems outside, and of which sort.
    #[serde(default)]
    pub(super) bridges: BTreeMap<DeviceId, String>,
    /// The end that amendments brought forward while this device was off, Unix milliseconds.
    pub(super) ends_by_ms: Option<u64>,
    /// The last epoch that this device knew of, once the session has ended.
    pub(super) last_epoch: u64,
    /// Certificates of those who were revoked while they sat, and where in the order.
    #[serde(default)]
    pub(super) revoked: BTreeMap<Fingerprint, u64>,
    /// Of a compartment: what its context says, encoded.
    #[serde(default)]
    pub(super) compartment: Option<Vec<u8>>,
    /// Of a compartment: the furthest place in the room that somebody who spoke here had seen.
    #[serde(default)]
    pub(super) floor: u64,
    /// Of a compartment: whether it was looked for in the room, and found or missed.
    #[serde(default)]
    pub(super) was_sought: bool,
    /// Of a compartment: where in the room something was said without agreement, and was told.
    #[serde(default)]
    pub(super) unagreed: BTreeSet<u64>,
}

impl State {
    pub(super) fn new(room: RoomId, transcript: Transcript, text: Option<CharterText>) -> Self {
        let as_of = transcript.seq();
        Self {
            room,
            transcript,
            next_number: 1,
            pending_commit: None,
            next_item: 1,
            halted: None,
            ended: None,
            charter: Vec::new(),
            // Who brings the text along opens the room: its board is empty, and complete.
            board_as_of: text.as_ref().map(|_| as_of),
            board_wanted_from: as_of,
            text,
            snapshot_attempts: 0,
            noted: BTreeMap::new(),
            digests: BTreeMap::new(),
            board_given_by: None,
            doubts: BTreeSet::new(),
            gaps: Vec::new(),
            revocations: BTreeMap::new(),
            since: BTreeMap::new(),
            pasts: BTreeMap::new(),
            drafts: BTreeMap::new(),
            gone: BTreeMap::new(),
            used_number: 0,
            wants_new_keys: false,
            proposed: None,
            proposed_before: Vec::new(),
            wants_to_leave: false,
            is_behind: false,
            bridges: BTreeMap::new(),
            ends_by_ms: None,
            last_epoch: 0,
            revoked: BTreeMap::new(),
            compartment: None,
            floor: 0,
            was_sought: false,
            unagreed: BTreeSet::new(),
        }
    }
}

/// How one member's story and this device's hang together.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Past {
    /// Highest message number that the hub delivered of it.
    pub(super) last_number: u64,
    /// The last sequence number at which both had seen the same.
    pub(super) agreed_seq: u64,
    /// It has told another story since, and that was said.
    pub(super) is_forked: bool,
    /// The same of the room above.
    #[serde(default)]
    pub(super) is_forked_above: bool,
}

/// One delivery as it is remembered.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct LogEntry {
    pub(super) seq: u64,
    pub(super) kind: u8,
    pub(super) sender: DeviceId,
    pub(super) number: u64,
    pub(super) epoch: u64,
    pub(super) time_ms: u64,
    /// SHA-256 of the message.
    pub(super) message: Hash,
    /// Running hash behind it, as far as it is known.
    pub(super) hash: Option<Hash>,
    pub(super) author: Option<Author>,
    /// The event's CBOR, if it is an application message that could be read.
    pub(super) event: Option<Vec<u8>>,
    /// Its author's signature for the record.
    pub(super) proof: Option<Proof>,
    /// Of a compartment: the room's targets that the event may name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) above: Vec<TargetId>,
    /// Of a compartment: this device could not tell which.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(super) is_above_unknown: bool,
}

impl LogEntry {
    pub(super) fn event(&self) -> Option<Event> {
        Event::decode(self.event.as_deref()?).ok()
    }

    pub(super) fn head(&self, room: RoomId) -> LinkHead {
        LinkHead {
            room,
            seq: self.seq,
            kind: self.kind,
            sender: self.sender,
            number: self.number,
            epoch: self.epoch,
            time_ms: self.time_ms,
            message: self.message,
        }
    }

    pub(super) fn is_application(&self) -> bool {
        self.kind == MessageKind::Application as u8
    }
}
