//! Commits: making one's own, and taking those that the hub ordered.

use entente_protocol::{CommitBundle, Delivery, DeviceId, Propose};
use entente_trust::{
    Charter, CommitFacts, Committer, Consents, MembershipChange, PolicyRefusal, SignedCharter,
    Terms, mls,
};
use openmls::framing::Sender;
use openmls::group::StagedCommit;
use openmls::prelude::{
    KeyPackage, KeyPackageIn, KeyPackageVerifyError, LeafNodeIndex, MlsMessageOut,
    ProcessedMessageContent, ProtocolVersion,
};
use openmls_traits::OpenMlsProvider as _;
use sha2::{Digest as _, Sha256};
use tls_codec::{DeserializeBytes as _, Serialize as _};

use super::receive::handshake;
use super::{Ended, Session};
use crate::limits::MAX_PROPOSALS;
use crate::{Author, Notice, SecurityEvent, SessionError};

/// What a commit shall do.
#[derive(Debug, Clone)]
pub enum CommitWish {
    /// Seat these devices, each with a key package that the hub gave for it.
    Admit(Vec<(DeviceId, Vec<u8>)>),
    /// Take these devices' seats.
    Remove(Vec<DeviceId>),
    /// Put this signed charter in force, and take the seats of those who lose their right to one.
    Amend(SignedCharter),
    /// New keys for this device, nothing else.
    Update,
    /// Carry out what members who want to leave have proposed.
    LetGo,
}

impl Session {
    /// Makes a commit. It takes effect when the hub delivers it back; until then no other can be
    /// made. If the hub refuses it, call [`Session::drop_commit`].
    ///
    /// # Errors
    /// [`SessionError::Policy`] if it would be refused anyway; others see [`SessionError`].
    pub fn commit(&mut self, wish: CommitWish, now_ms: u64) -> Result<CommitBundle, SessionError> {
        self.check_active()?;
        if self.state.pending_commit.is_some() {
            return Err(SessionError::CommitPending);
        }
        let mut adds = Vec::new();
        let mut removals = Vec::new();
        let mut extensions = None;
        let mut update = false;
        match wish {
            CommitWish::Admit(devices) => {
                for (device, bytes) in devices {
                    if self.roster.seat(device).is_some() {
                        return Err(PolicyRefusal::SeatTaken.into());
                    }
                    adds.push(self.key_package(device, &bytes)?);
                }
            }
            CommitWish::Remove(devices) => {
                for device in devices {
                    let seat = self.roster.seat(device).ok_or(SessionError::NoSeat)?;
                    removals.push(LeafNodeIndex::new(seat.leaf));
                }
            }
            CommitWish::Amend(_) if self.compartment.is_some() => {
                return Err(PolicyRefusal::Forbidden("a charter").into());
            }
            CommitWish::Amend(signed) => {
                removals = self.without_right(&signed.charter);
                let charters = self.charters.amended(signed);
                extensions = Some(mls::group_extensions(&charters).map_err(SessionError::mls)?);
            }
            CommitWish::Update => update = true,
            CommitWish::LetGo => {}
        }
        let identity = self.identity.clone();
        let number = self.state.next_number;
        let aad = self.aad(number, now_ms)?;
        let (group, provider) = self.group_mut()?;
        group.set_aad(aad);
        let mut builder = group
            .commit_builder()
            .force_self_update(update)
            .propose_adds(adds)
            .propose_removals(removals);
        if let Some(extensions) = extensions {
            builder = builder
                .propose_group_context_extensions(extensions)
                .map_err(SessionError::mls)?;
        }
        let bundle = builder
            .load_psks(provider.storage())
            .map_err(SessionError::mls)?
            .create_group_info(true)
            .use_ratchet_tree_extension(false)
            .build(
                provider.rand(),
                provider.crypto(),
                identity.signer(),
                |_| true,
            )
            .map_err(SessionError::mls)?
            .stage_commit(provider)
            .map_err(SessionError::mls)?;
        if let Err(error) = self.check_pending(now_ms) {
            self.drop_commit();
            return Err(error);
        }
        self.use_number(number);
        self.state.pending_commit = Some(number);
        let room = self.room();
        let (commit, welcome, group_info) = bundle.into_messages();
        Ok(CommitBundle {
            request: 0,
            room,
            number,
            commit: encode(&commit)?.into(),
            welcome: welcome.as_ref().map(encode).transpose()?.map(Into::into),
            group_info: group_info
                .as_ref()
                .map(encode)
                .transpose()?
                .ok_or(SessionError::Malformed("group info"))?
                .into(),
        })
    }

    /// Asks to leave. Somebody else's commit carries it out ([`CommitWish::LetGo`]).
    ///
    /// # Errors
    /// See [`SessionError`].
    pub fn leave(&mut self, now_ms: u64) -> Result<Propose, SessionError> {
        self.check_active()?;
        if self.roster.len() < 2 {
            return Err(SessionError::Alone);
        }
        let identity = self.identity.clone();
        let number = self.state.next_number;
        let room = self.room();
        let aad = self.aad(number, now_ms)?;
        let (group, provider) = self.group_mut()?;
        group.set_aad(aad);
        let proposal = group
            .leave_group(provider, identity.signer())
            .map_err(SessionError::mls)?;
        let proposal = encode(&proposal)?;
        // It counts from when the hub delivers it: if it gets lost on its way there, nothing has been proposed, and
        // nothing waits for a commit.
        let own = group.own_leaf_index();
        let queued: Vec<_> = group
            .pending_proposals()
            .filter(|queued| matches!(queued.sender(), Sender::Member(leaf) if *leaf == own))
            .map(|queued| queued.proposal_reference_ref().clone())
            .collect();
        for reference in queued {
            group
                .remove_pending_proposal(provider.storage(), &reference)
                .map_err(SessionError::mls)?;
        }
        self.use_number(number);
        if let Some(before) = self
            .state
            .proposed
            .replace(Sha256::digest(&proposal).into())
        {
            let earlier = &mut self.state.proposed_before;
            earlier.push(before);
            let surplus = earlier.len().saturating_sub(MAX_PROPOSALS);
            earlier.drain(..surplus);
        }
        Ok(Propose {
            request: 0,
            room,
            number,
            proposal: proposal.into(),
        })
    }

    /// A key package for a device, as the hub gave it out: signed by the key that the accreditation
    /// in it names, and that one the wanted device's. Whether the device may be seated is a question
    /// of the policy.
    fn key_package(&self, device: DeviceId, bytes: &[u8]) -> Result<KeyPackage, SessionError> {
        let is_false = || SessionError::FalseKeyPackage(device);
        let package = KeyPackageIn::tls_deserialize_exact_bytes(bytes)
            .map_err(|_| is_false())?
            .validate(self.store.provider.crypto(), ProtocolVersion::Mls10)
            .map_err(|error| match error {
                // One that has grown old at the hub is nobody's lie.
                KeyPackageVerifyError::LifetimeError(_) => SessionError::mls(error),
                _ => is_false(),
            })?;
        let accreditation = mls::accreditation_of(package.leaf_node()).map_err(|_| is_false())?;
        if accreditation.device() == device {
            Ok(package)
        } else {
            Err(is_false())
        }
    }

    fn check_pending(&self, now_ms: u64) -> Result<(), SessionError> {
        let group = self.group.as_ref().ok_or(SessionError::Ended)?;
        let staged = group
            .pending_commit()
            .ok_or(SessionError::Malformed("commit"))?;
        let sender = Sender::Member(group.own_leaf_index());
        let facts = mls::commit_facts(staged, &sender, now_ms)?;
        self.check(&facts, now_ms)?;
        Ok(())
    }

    /// Forgets a commit that the hub refused.
    pub fn drop_commit(&mut self) {
        self.state.pending_commit = None;
        if let Ok((group, provider)) = self.group_mut() {
            // Clearing fails only if the in-memory store does, which it can't.
            let _ = group.clear_pending_commit(provider.storage());
        }
    }

    /// Whether this device should commit new keys ([`CommitWish::Update`]): those with which it came
    /// in are not its seat's alone.
    #[must_use]
    pub fn wants_new_keys(&self) -> bool {
        self.state.wants_new_keys && self.group.is_some()
    }

    /// Number of the commit that waits for the hub.
    #[must_use]
    pub fn pending_commit(&self) -> Option<u64> {
        self.state.pending_commit
    }

    /// Whether somebody asked to leave and was not let go yet.
    #[must_use]
    pub fn has_pending_proposals(&self) -> bool {
        self.group
            .as_ref()
            .is_some_and(openmls::group::MlsGroup::has_pending_proposals)
    }

    /// Devices that have asked to leave and were not let go yet.
    #[must_use]
    pub fn leavers(&self) -> Vec<DeviceId> {
        let group = self.group.iter();
        let senders = group.flat_map(|group| group.pending_proposals().map(|it| it.sender()));
        let seats = senders.filter_map(|sender| match sender {
            Sender::Member(leaf) => self.roster.at(leaf.u32()),
            _ => None,
        });
        seats.map(|seat| seat.accreditation.device()).collect()
    }

    /// This device's place among those who may let them go: who acts first, who if that one does not. None if nobody has
    /// asked to leave, or this one has.
    #[must_use]
    pub fn leavers_turn(&self) -> Option<usize> {
        let leavers = self.leavers();
        if leavers.is_empty() {
            return None;
        }
        self.turn(|_, accreditation| !leavers.contains(&accreditation.device()))
    }

    /// Takes a commit that the hub ordered. A commit that breaks the policy is not merged: the
    /// session stands still before it, and says why.
    pub(super) fn take_commit(&mut self, delivery: &Delivery) -> Result<Vec<Notice>, SessionError> {
        let message = match handshake(delivery) {
            Ok(message) => message,
            Err(_) => return Ok(self.halt(delivery, SecurityEvent::CommitUnreadable)),
        };
        // A commit for an epoch that is over was never accepted by anybody: it changes nothing.
        if message.epoch().as_u64() < self.epoch().unwrap_or_default() {
            return Ok(vec![Notice::security(
                delivery.seq,
                delivery.sender,
                SecurityEvent::StaleCommit,
            )]);
        }
        let (group, provider) = self.group_mut()?;
        let Ok(processed) = group.process_message(provider, message) else {
            return Ok(self.halt(delivery, SecurityEvent::CommitUnreadable));
        };
        let sender = processed.sender().clone();
        let Some(authenticated) =
            self.authenticated_in(processed.aad(), (delivery.room, delivery.number))
        else {
            return Ok(self.halt(delivery, SecurityEvent::CommitUnreadable));
        };
        let staged = match processed.into_content() {
            ProcessedMessageContent::OwnPendingCommit => None,
            ProcessedMessageContent::StagedCommitMessage(staged) => Some(staged),
            _ => return Ok(self.halt(delivery, SecurityEvent::CommitUnreadable)),
        };
        let made_at_ms = authenticated.time_ms;
        let (facts, change) = match self.judge(staged.as_deref(), &sender, made_at_ms, delivery) {
            Ok(judged) => judged,
            Err(security) => return Ok(self.halt(delivery, security)),
        };
        // This device has come back by another way, and does not know it, for the answer was lost: the keys of the
        // new epoch are not this session's.
        if change.resynced == Some(self.device()) {
            self.state.is_behind = true;
            let epoch = self.epoch().unwrap_or_default();
            return Err(SessionError::OldState { epoch });
        }
        self.count(delivery);
        let mut notices = self.compare(&authenticated, delivery);
        notices.extend(self.commit_notices(&facts, &change, delivery));
        self.merge(staged, &change, delivery)?;
        if let Some(removed) = self.removed_notice(&facts, &change, delivery.seq) {
            return Ok(vec![removed]);
        }
        self.refresh(delivery.seq)?;
        Ok(self.name_added(notices, &facts, &change, delivery.seq))
    }

    fn judge(
        &self,
        staged: Option<&StagedCommit>,
        sender: &Sender,
        made_at_ms: u64,
        delivery: &Delivery,
    ) -> Result<(CommitFacts, MembershipChange), SecurityEvent> {
        let staged = staged
            .or_else(|| self.group.as_ref().and_then(|group| group.pending_commit()))
            .ok_or(SecurityEvent::CommitUnreadable)?;
        let refused = |rule: entente_trust::PolicyRefusal| SecurityEvent::CommitRefused {
            code: rule.code().to_owned(),
            rule: rule.to_string(),
        };
        let facts = mls::commit_facts(staged, sender, made_at_ms).map_err(refused)?;
        let change = self.check(&facts, delivery.time_ms).map_err(refused)?;
        if self
            .committer(&facts)
            .is_none_or(|author| author.device != delivery.sender)
        {
            return Err(SecurityEvent::WrongSender);
        }
        Ok((facts, change))
    }

    fn merge(
        &mut self,
        staged: Option<Box<StagedCommit>>,
        change: &MembershipChange,
        delivery: &Delivery,
    ) -> Result<(), SessionError> {
        let (group, provider) = self.group_mut()?;
        let own = group.pending_commit().filter(|_| staged.is_none());
        let is_own_path = own.is_some_and(|own| own.update_path_leaf_node().is_some());
        match staged {
            None => group
                .merge_pending_commit(provider)
                .map_err(SessionError::mls)?,
            Some(staged) => {
                group
                    .merge_staged_commit(provider, *staged)
                    .map_err(SessionError::mls)?;
            }
        }
        self.state.pending_commit = None;
        if is_own_path {
            self.state.wants_new_keys = false;
        }
        // A seat that is new counts its messages anew.
        for device in change.added.iter().chain(&change.removed) {
            self.state.pasts.remove(device);
            self.state.since.remove(device);
        }
        for device in &change.added {
            self.state.since.insert(*device, delivery.seq);
        }
        self.note_seats(&change.added, &change.removed, delivery.seq);
        self.state.is_behind = false;
        // Whatever was sealed for the old epoch will be refused, or was delivered before this.
        self.connection_lost();
        if change.removed.contains(&self.device()) {
            self.end(Ended::Removed { seq: delivery.seq });
        }
        Ok(())
    }

    fn halt(&mut self, delivery: &Delivery, security: SecurityEvent) -> Vec<Notice> {
        self.state.halted = Some(delivery.seq);
        vec![Notice::security(delivery.seq, delivery.sender, security)]
    }

    fn committer(&self, facts: &CommitFacts) -> Option<Author> {
        match &facts.committer {
            Committer::Member(leaf) => self.roster.at(*leaf).map(|seat| &seat.accreditation),
            Committer::External(accreditation) => Some(accreditation),
        }
        .map(|accreditation| Author::of(accreditation, self.charter_in_force()))
    }

    /// Notices of what goes away, named by the roster before the commit.
    fn commit_notices(
        &self,
        facts: &CommitFacts,
        change: &MembershipChange,
        delivery: &Delivery,
    ) -> Vec<Notice> {
        let seq = delivery.seq;
        let Some(by) = self.committer(facts) else {
            return Vec::new();
        };
        let mut notices = Vec::new();
        for device in &change.removed {
            if let Some(seat) = self.author(*device) {
                notices.push(Notice::SeatRemoved {
                    seq,
                    by: by.clone(),
                    seat,
                });
            }
        }
        if let Some(next) = &change.charter {
            notices.push(self.amended_notice(next.in_force(), by.clone(), seq));
            notices.extend(self.bridges_cut_by(next.in_force(), seq));
        }
        if change.resynced.is_some() {
            notices.push(Notice::Resynced { seq, seat: by });
        }
        notices
    }

    fn amended_notice(&self, next: &Charter, by: Author, seq: u64) -> Notice {
        let before = self.charter();
        let (old, new) = (before.terms, next.terms);
        let tak = |terms: Terms| terms.consents().includes(Consents::TAK);
        let countries = next.authorities.iter().map(|known| known.country).collect();
        Notice::CharterAmended {
            seq,
            by,
            closes_at_ms: next.closes_at_ms,
            countries: (next.authorities != before.authorities).then_some(countries),
            coordinators: (next.coordinators != before.coordinators)
                .then_some(next.coordinators.len()),
            retention_ms: (old.retention_ms() != new.retention_ms()).then_some(new.retention_ms()),
            tak: (tak(old) != tak(new)).then_some(tak(new)),
        }
    }

    fn removed_notice(
        &self,
        facts: &CommitFacts,
        change: &MembershipChange,
        seq: u64,
    ) -> Option<Notice> {
        let by = self.committer(facts)?;
        change
            .removed
            .contains(&self.device())
            .then_some(Notice::Removed { seq, by })
    }

    /// Notices of who came, named by the roster after the commit; and what newcomers need.
    fn name_added(
        &mut self,
        mut notices: Vec<Notice>,
        facts: &CommitFacts,
        change: &MembershipChange,
        seq: u64,
    ) -> Vec<Notice> {
        if let Some(by) = self.committer(facts) {
            for device in &change.added {
                if let Some(seat) = self.author(*device) {
                    notices.push(Notice::SeatAdded {
                        seq,
                        by: by.clone(),
                        seat,
                    });
                }
            }
        }
        notices
    }
}

fn encode(message: &MlsMessageOut) -> Result<Vec<u8>, SessionError> {
    message.tls_serialize_detached().map_err(SessionError::mls)
}
