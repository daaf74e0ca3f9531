//! What members hold: records, boards, keys, rosters.

use std::collections::BTreeMap;

use entente_protocol::DeviceId;
use entente_room::{Ended, Event, Session};

use super::{Invariant, Ledger, Watch};
use crate::hash;

/// What a device has of the room at one moment.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) cursor: u64,
    pub(crate) epoch: Option<u64>,
    authenticator: Option<Vec<u8>>,
    board: Option<[u8; 32]>,
    pub(crate) is_board_ready: bool,
    transcript: Option<[u8; 32]>,
    roster: Vec<DeviceId>,
    pub(crate) has_ended: bool,
    /// Its time box was over, for this device.
    pub(crate) is_closed: bool,
    pub(crate) is_halted: bool,
    /// Kinds of what waits in the outbox.
    pub(crate) waiting: Vec<String>,
    pub(crate) has_proposals: bool,
    pub(crate) pending_commit: Option<u64>,
    /// What is new in the record: place, author, digest, and what was said if it is a text.
    record: Vec<(u64, DeviceId, [u8; 32], Option<String>)>,
}

impl Picture {
    /// Of a session, of which everything up to `known` was seen in an earlier picture.
    pub(crate) fn of(session: &Session, known: u64) -> Self {
        let is_active = session.ended().is_none() && session.halted_at().is_none();
        let is_board_ready = session.is_board_ready();
        let record = session.record_after(known);
        let record = record.map(|(seq, _, author, event)| {
            let bytes = event.encode().unwrap_or_default();
            let text = match event {
                Event::Say(say) => Some(say.text),
                _ => None,
            };
            (seq, author.device, hash(&bytes), text)
        });
        Self {
            cursor: session.cursor(),
            epoch: session.epoch(),
            authenticator: session.epoch_authenticator(),
            board: (is_active && is_board_ready).then(|| session.board().digest()),
            is_board_ready,
            transcript: session.transcript_hash(),
            roster: session.roster().seats().map(|(device, _)| device).collect(),
            has_ended: session.ended().is_some(),
            is_closed: matches!(session.ended(), Some(Ended::Closed { .. })),
            is_halted: session.halted_at().is_some(),
            waiting: session
                .outbox()
                .map(|(_, event)| event.kind().to_owned())
                .collect(),
            has_proposals: session.has_pending_proposals(),
            pending_commit: session.pending_commit(),
            record: record.collect(),
        }
    }
}

/// What was seen of all members, to hold the next picture against.
#[derive(Default)]
pub(crate) struct Members {
    boards: BTreeMap<u64, [u8; 32]>,
    transcripts: BTreeMap<u64, [u8; 32]>,
    authenticators: BTreeMap<u64, Vec<u8>>,
    records: BTreeMap<u64, (DeviceId, [u8; 32])>,
    /// Where each device has each text.
    pub(crate) texts: BTreeMap<(DeviceId, String), u64>,
    /// Devices for which the room was closed, and how far they were.
    closed: BTreeMap<DeviceId, u64>,
}

fn agree<K: Ord, V: Clone + PartialEq>(known: &mut BTreeMap<K, V>, key: K, value: &V) -> bool {
    known.entry(key).or_insert_with(|| value.clone()) == value
}

impl Members {
    /// Holds a picture against those before, and against the disk if that is honest.
    pub(crate) fn check(
        &mut self,
        device: DeviceId,
        picture: &Picture,
        ledger: &Ledger,
        lost_from: Option<u64>,
        watch: &mut Watch,
    ) {
        let (name, cursor) = (ledger.name(device), picture.cursor);
        for (seq, _, _, text) in &picture.record {
            let Some(text) = text else { continue };
            let place = *self.texts.entry((device, text.clone())).or_insert(*seq);
            // What was lost with the hub's disk is said again by who was not told that it had arrived.
            let was_lost = lost_from.is_some_and(|head| place > head);
            watch.demand(place == *seq || was_lost, Invariant::NoDuplicates, || {
                format!("{name} has {text} at {place} and at {seq}")
            });
        }
        if lost_from.is_some() {
            return;
        }
        watch.demand(cursor <= ledger.head(), Invariant::OneOrder, || {
            format!("{name} is at {cursor}, beyond what is stored")
        });
        for (seq, author, digest, _) in &picture.record {
            let same = agree(&mut self.records, *seq, &(*author, *digest));
            watch.demand(same, Invariant::OneOrder, || {
                format!("{name} has something else at {seq} than others")
            });
            watch.demand(
                ledger.may_have(device, *seq),
                Invariant::RemovedCantRead,
                || format!("{name} has read {seq}, which is not for it"),
            );
        }
        if let Some(hash) = &picture.transcript {
            let same = agree(&mut self.transcripts, cursor, hash);
            watch.demand(same, Invariant::OneOrder, || {
                format!("{name} has another transcript at {cursor} than others")
            });
        }
        if let (Some(epoch), Some(authenticator)) = (picture.epoch, &picture.authenticator) {
            let same = agree(&mut self.authenticators, epoch, authenticator);
            watch.demand(same, Invariant::OneWinner, || {
                format!("{name} has other keys in epoch {epoch} than others")
            });
        }
        if let Some(board) = &picture.board {
            let same = agree(&mut self.boards, cursor, board);
            watch.demand(same, Invariant::EqualBoards, || {
                format!("{name} has another board at {cursor} than others")
            });
        }
        // A founder sits before its own opening has come back to it.
        if !picture.has_ended && cursor > 0 {
            let ghost = picture
                .roster
                .iter()
                .find(|one| !ledger.sits_at(**one, cursor));
            watch.demand(ghost.is_none(), Invariant::Policy, || {
                let ghost = ghost.map_or_else(String::new, |ghost| ledger.name(*ghost));
                format!("for {name} at {cursor} {ghost} sits, who does not")
            });
        }
    }

    /// A room that was over for a device must stay so.
    pub(crate) fn closed(&mut self, device: DeviceId, cursor: u64) {
        self.closed.insert(device, cursor);
    }

    pub(crate) fn is_closed_for(&self, device: DeviceId) -> bool {
        self.closed.contains_key(&device)
    }

    /// A device that took the room for over before it was, by a clock that had jumped, comes back by a new seat.
    pub(crate) fn seated_anew(&mut self, device: DeviceId, ledger: &Ledger) {
        self.closed
            .retain(|one, cursor| *one != device || !ledger.was_seated_after(device, *cursor));
    }
}
