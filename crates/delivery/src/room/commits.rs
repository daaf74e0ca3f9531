//! Commits: judged as every member judges them, taken with all that belongs to them or not at all.

use entente_protocol::{Authenticated, CommitBundle, ErrorCode, MessageKind, Place};
use entente_trust::{
    CommitFacts, MembershipChange, PolicyRefusal, check_commit, check_compartment_commit, mls,
};
use openmls::framing::{ContentType, Sender};
use openmls::prelude::{ProcessedMessageContent, QueuedProposal, StagedCommit};
use openmls_rust_crypto::MemoryStorage;

use super::Room;
use crate::{Effect, Refusal, SeatRecord, bundle, message};

impl Room {
    pub(super) fn commit(
        &mut self,
        seat: SeatRecord,
        bundle: CommitBundle,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        let (staged, sender, made_at_ms) = self.stage(seat, &bundle)?;
        let facts = mls::commit_facts(&staged, &sender, made_at_ms)?;
        let change = self.judge(&facts, now_ms)?;
        if change.resynced.is_some_and(|device| device != seat.device) {
            return Err(Refusal::invalid("another device's commit"));
        }
        let welcome = bundle.welcome.as_ref().map(tls_codec::VLBytes::as_slice);
        bundle::check_welcome(&self.crypto, welcome, &staged)?;
        self.advance(staged, bundle.group_info.as_slice())?;
        let welcome = bundle.welcome.map(Vec::from);
        Ok(self.publish(
            seat,
            bundle.number,
            bundle.commit.into(),
            welcome,
            &change,
            now_ms,
        ))
    }

    fn judge(&self, facts: &CommitFacts, now_ms: u64) -> Result<MembershipChange, PolicyRefusal> {
        match &self.within {
            None => check_commit(
                &self.roster,
                &self.charters,
                &self.revocations,
                facts,
                now_ms,
            ),
            Some(within) => {
                let seats = (&within.compartment, &self.roster);
                check_compartment_commit(seats, &within.standing, facts, now_ms)
            }
        }
    }

    /// Checks a commit as MLS; returns it with its sender and the sender's time.
    fn stage(
        &self,
        seat: SeatRecord,
        bundle: &CommitBundle,
    ) -> Result<(StagedCommit, Sender, u64), Refusal> {
        let commit = bundle.commit.as_slice();
        let parsed = message::handshake(commit, self.id, ContentType::Commit)?;
        self.check_epoch(parsed.epoch().as_u64())?;
        let processed = self
            .group
            .process_message(&self.crypto, parsed)
            .map_err(Refusal::invalid)?;
        let sender = processed.sender().clone();
        if matches!(sender, Sender::Member(leaf) if leaf.u32() != seat.leaf) {
            return Err(Refusal::invalid("another device's commit"));
        }
        let (authenticated, place) = self
            .authenticated(processed.aad(), bundle.number)
            .ok_or_else(|| Refusal::invalid("authenticated data"))?;
        if let (Some(within), Some(place)) = (&self.within, place) {
            within.check_place(place)?;
        }
        match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                Ok((*staged, sender, authenticated.time_ms))
            }
            _ => Err(Refusal::invalid("content type")),
        }
    }

    /// What a message's sender says, and of a compartment the place in the room above.
    fn authenticated(&self, aad: &[u8], number: u64) -> Option<(Authenticated, Option<Place>)> {
        match self.within {
            None => Some((Authenticated::of(aad, self.id, number)?, None)),
            Some(_) => {
                let (found, place) = Authenticated::in_compartment(aad, self.id, number)?;
                Some((found, Some(place)))
            }
        }
    }

    /// Moves the group to the next epoch if the GroupInfo proves to be that epoch's.
    fn advance(&mut self, staged: StagedCommit, group_info: &[u8]) -> Result<(), Refusal> {
        let context = staged.group_context().clone();
        let queued = self.queued_proposals()?;
        if self.group.merge_commit(&self.storage, staged).is_err() {
            self.rebuild(queued)?;
            return Err(Refusal::because(ErrorCode::Unavailable, "group store"));
        }
        let tree = self.group.export_ratchet_tree();
        let checked =
            bundle::successor(&self.crypto, group_info, &tree, &context).and_then(|successor| {
                let same_tag = successor.group.confirmation_tag() == self.group.confirmation_tag();
                let roster = self.roster.refreshed(successor.group.members())?;
                if !same_tag {
                    return Err(Refusal::because(
                        ErrorCode::IncompleteBundle,
                        "GroupInfo with another confirmation tag",
                    ));
                }
                Ok((successor, roster))
            });
        match checked {
            Ok((successor, roster)) => {
                self.group = successor.group;
                self.ratchet_tree = successor.ratchet_tree;
                self.roster = roster;
                self.group_info = group_info.to_vec();
                self.storage = MemoryStorage::default();
                Ok(())
            }
            Err(refusal) => {
                self.rebuild(queued)?;
                Err(refusal)
            }
        }
    }

    fn publish(
        &mut self,
        seat: SeatRecord,
        number: u64,
        commit: Vec<u8>,
        welcome: Option<Vec<u8>>,
        change: &MembershipChange,
        now_ms: u64,
    ) -> Vec<Effect> {
        self.pending.can_not_be_undone();
        if let Some(charters) = &change.charter {
            self.charters = charters.clone();
        }
        let [append, own_seat] = self.append(seat, MessageKind::Commit, number, commit, now_ms);
        let seq = self.head;
        self.turn = seq;
        let mut effects = vec![append, self.group_effect()];
        if change.resynced.is_none() {
            effects.push(own_seat);
        }
        for device in &change.removed {
            self.seats.remove(device);
            effects.push(Effect::Unseat {
                device: *device,
                seq,
            });
        }
        for device in &change.added {
            let seated = SeatRecord {
                device: *device,
                leaf: 0,
                since_seq: seq,
                last_number: 0,
                last_seq: 0,
            };
            self.seats.insert(*device, seated);
        }
        // Leaves are where the tree says; a resync may move one.
        for device in change.added.iter().chain(&change.resynced) {
            let leaf = self.roster.seat(*device).map_or(0, |seat| seat.leaf);
            if let Some(seated) = self.seats.get_mut(device) {
                seated.leaf = leaf;
                effects.push(Effect::Seat(*seated));
            }
        }
        for device in &change.added {
            let welcome = welcome.clone().unwrap_or_default();
            effects.push(Effect::Welcome {
                device: *device,
                seq,
                welcome,
            });
        }
        effects
    }

    /// Back to the last accepted state, from the bytes that prove it.
    fn rebuild(&mut self, queued: Vec<QueuedProposal>) -> Result<(), Refusal> {
        self.group = bundle::group_of(&self.crypto, &self.group_info, &self.ratchet_tree)?;
        self.storage = MemoryStorage::default();
        queued
            .into_iter()
            .try_for_each(|proposal| self.queue(proposal))
    }
}
