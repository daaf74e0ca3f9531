//! Giving newcomers the board, taking it, and disputing a false one.

use entente_protocol::{Delivery, DeviceId};

use super::Session;
use crate::limits::DIGEST_WINDOW;
use crate::record::{prefix, to_cbor};
use crate::transcript::Hash;
use crate::{
    Author, Dispute, Event, Notice, SecurityEvent, SessionError, SnapshotPart, SnapshotWanted,
    snapshot,
};

/// The digest of a dispute by somebody who has none to set against it.
const NO_DIGEST: Hash = [0; 32];

impl Session {
    /// After a commit: members note the board's digest for the newcomers' snapshot, and the one who
    /// admitted them sends it.
    pub(super) fn after_commit(
        &mut self,
        delivery: &Delivery,
        notices: &[Notice],
    ) -> Result<(), SessionError> {
        let brings_somebody = notices
            .iter()
            .any(|notice| matches!(notice, Notice::SeatAdded { .. } | Notice::Resynced { .. }));
        if !brings_somebody || self.state.ended.is_some() {
            return Ok(());
        }
        let admits = notices
            .iter()
            .any(|notice| matches!(notice, Notice::SeatAdded { .. }));
        self.note(delivery.seq, admits.then_some(delivery.sender));
        if admits && delivery.sender == self.device() {
            self.send_snapshot(delivery.seq)?;
        }
        Ok(())
    }

    /// Somebody may need a snapshot as of here.
    fn note(&mut self, seq: u64, giver: Option<DeviceId>) {
        self.state.noted.insert(seq, giver);
        if self.is_board_ready() {
            self.state.digests.insert(seq, self.board.digest());
        }
        while self.state.noted.len() > DIGEST_WINDOW {
            self.state.noted.pop_first();
        }
        while self.state.digests.len() > DIGEST_WINDOW {
            self.state.digests.pop_first();
        }
    }

    /// Puts a snapshot as of the cursor `seq` into the outbox, if this device has one to give.
    fn send_snapshot(&mut self, seq: u64) -> Result<(), SessionError> {
        let (Some(hash), Some(text), true) = (
            self.state.transcript.at(seq),
            self.state.text.clone(),
            self.is_board_ready(),
        ) else {
            return Ok(());
        };
        let lists = self.state.revocations.values().cloned();
        for part in snapshot::cut(seq, hash, &text, &self.board, lists)? {
            self.enqueue(&Event::Snapshot(part))?;
        }
        Ok(())
    }

    /// The members in the order in which they are asked for a snapshot: coordinators, liaisons,
    /// then the others, each by leaf.
    fn snapshot_givers(&self, asking: DeviceId) -> Vec<DeviceId> {
        let mut givers: Vec<_> = self
            .roster
            .seats()
            .filter(|(device, _)| *device != asking)
            .map(|(device, seat)| {
                (
                    self.charter().role_of(&seat.accreditation) as u8,
                    seat.leaf,
                    device,
                )
            })
            .collect();
        givers.sort_unstable();
        givers.into_iter().map(|(_, _, device)| device).collect()
    }

    pub(super) fn answer_snapshot_wanted(
        &mut self,
        wanted: SnapshotWanted,
        asking: &Author,
        seq: u64,
    ) {
        let givers = self.snapshot_givers(asking.device);
        let turn = usize::try_from(wanted.attempt)
            .ok()
            .and_then(|n| n.checked_rem(givers.len()));
        let giver = turn.and_then(|turn| givers.get(turn)).copied();
        self.note(seq, giver);
        if giver == Some(self.device()) {
            // An outbox that is full has worse troubles; the asker will ask the next one.
            let _ = self.send_snapshot(seq);
        }
        if asking.device == self.device() && !self.is_board_ready() {
            self.state.board_wanted_from = seq;
        }
    }

    /// Asks for a snapshot, each time another member. Call it when the board stays incomplete.
    ///
    /// # Errors
    /// As [`Session::enqueue`].
    pub fn ask_for_snapshot(&mut self) -> Result<(), SessionError> {
        let attempt = self.state.snapshot_attempts;
        self.state.snapshot_attempts = attempt.wrapping_add(1);
        self.enqueue(&Event::SnapshotWanted(SnapshotWanted { attempt }))
            .map(|_| ())
    }

    pub(super) fn want_board(&mut self, from: u64) {
        self.state.board_as_of = None;
        self.state.board_wanted_from = from;
        self.set_board(crate::Board::default());
    }

    pub(super) fn take_snapshot_part(
        &mut self,
        part: &SnapshotPart,
        author: &Author,
        seq: u64,
    ) -> Vec<Notice> {
        if self.is_board_ready() {
            return self.check_snapshot(part, author, seq);
        }
        // Only from whom it is to come: what others send is not needed, and may be a trap.
        let giver = self.state.noted.get(&part.as_of).copied().flatten();
        if part.as_of < self.state.board_wanted_from || giver != Some(author.device) {
            return Vec::new();
        }
        let parts: Vec<SnapshotPart> = self
            .log
            .values()
            .filter(|entry| entry.sender == author.device && entry.is_application())
            .filter_map(|entry| match entry.event() {
                Some(Event::Snapshot(other)) if other.is_of_same(part) => Some(other),
                _ => None,
            })
            .collect();
        match snapshot::join(&parts) {
            Ok(Some(joined)) if joined.text.digest() == self.charter().text_digest => {
                self.state.text = Some(joined.text);
                for list in &joined.revocations {
                    // One that is known already, or not what it claims to be, changes nothing.
                    self.learn_revocations(list, part.as_of);
                }
                self.adopt(joined.board, part, author, seq)
            }
            Ok(None) => Vec::new(),
            // The parts are not what they claim, which nobody else has looked at.
            _ => vec![self.dispute(part.as_of, NO_DIGEST, author.device, seq)],
        }
    }

    fn adopt(
        &mut self,
        board: crate::Board,
        part: &SnapshotPart,
        author: &Author,
        seq: u64,
    ) -> Vec<Notice> {
        let as_of = part.as_of;
        self.put(vec![prefix::BOARD], Some(to_cbor(&board)));
        self.set_board(board);
        self.state.board_as_of = Some(as_of);
        self.state.board_given_by = Some(author.device);
        self.state.transcript.anchor(as_of, part.transcript);
        self.state.digests.insert(as_of, part.digest);
        let mut notices = vec![Notice::BoardReady {
            seq,
            as_of,
            author: author.clone(),
        }];
        let missed: Vec<_> = self
            .log
            .range(as_of.saturating_add(1)..)
            .map(|(_, entry)| {
                let event = entry.event().filter(Event::is_for_board);
                let said = event.zip(entry.author.clone());
                (said, entry.seq, entry.time_ms)
            })
            .collect();
        for (said, seq, time_ms) in missed {
            // It did not last.
            if !self.is_board_ready() {
                return notices;
            }
            if let Some((event, author)) = said {
                notices.extend(self.apply_to_board(&event, author, seq, time_ms));
            }
            if self.state.noted.contains_key(&seq) {
                self.state.digests.insert(seq, self.board.digest());
            }
        }
        // Somebody may have said that it is false before its last part came.
        let doubts: Vec<(Dispute, DeviceId)> = self
            .log
            .range(as_of.saturating_add(1)..)
            .filter_map(|(_, entry)| match entry.event()? {
                Event::Dispute(dispute) => Some((dispute, entry.sender)),
                _ => None,
            })
            .collect();
        for (dispute, by) in doubts {
            self.heed(dispute, by, seq);
        }
        notices
    }

    /// A member that has a board checks what is told to those who have none, and disputes it aloud:
    /// a board or a past that is not its own, and a place at which nobody was to be given one.
    fn check_snapshot(&mut self, part: &SnapshotPart, author: &Author, seq: u64) -> Vec<Notice> {
        if part.part != 0 {
            return Vec::new();
        }
        let own_digest = self.state.digests.get(&part.as_of).copied();
        let own_hash = self.state.transcript.at(part.as_of);
        // Since then this device has noted every place.
        let knows_places = part.as_of >= self.state.board_wanted_from;
        let false_place = knows_places && !self.state.noted.contains_key(&part.as_of);
        let false_board = own_digest.is_some_and(|digest| digest != part.digest);
        let false_hash = own_hash.is_some_and(|hash| hash != part.transcript);
        if !(false_place || false_board || false_hash) {
            return Vec::new();
        }
        let digest = own_digest.unwrap_or(NO_DIGEST);
        vec![self.dispute(part.as_of, digest, author.device, seq)]
    }

    fn dispute(&mut self, as_of: u64, digest: Hash, giver: DeviceId, seq: u64) -> Notice {
        // A full outbox has worse troubles, and the notice stands.
        let _ = self.enqueue(&Event::Dispute(Dispute { as_of, digest }));
        Notice::security(seq, giver, SecurityEvent::SnapshotDisputed { as_of })
    }

    /// Somebody says that a snapshot is false.
    pub(super) fn take_dispute(&mut self, dispute: Dispute, by: DeviceId, seq: u64) -> Vec<Notice> {
        self.heed(dispute, by, seq);
        let as_of = dispute.as_of;
        vec![Notice::security(
            seq,
            by,
            SecurityEvent::SnapshotDisputedBy { as_of },
        )]
    }

    /// If it is the one that this device's board is made of, another member is asked: once for each
    /// who doubts and each who gave, so that nobody can keep a newcomer from a board for ever.
    fn heed(&mut self, dispute: Dispute, by: DeviceId, seq: u64) {
        let Some(giver) = self.state.board_given_by.filter(|_| by != self.device()) else {
            return;
        };
        let own = self.state.digests.get(&dispute.as_of);
        let is_about_own = self.state.board_as_of == Some(dispute.as_of)
            && dispute.digest != NO_DIGEST
            && own.is_some_and(|own| *own != dispute.digest);
        if is_about_own && self.state.doubts.insert((by, giver)) {
            self.want_board(seq);
            self.state.digests.clear();
            // As above: it asks again by its own patience.
            let _ = self.ask_for_snapshot();
        }
    }
}
