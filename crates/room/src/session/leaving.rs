//! Giving up one's seat: a proposal that somebody else's commit carries out.

use std::collections::BTreeSet;

use entente_protocol::{DeviceId, Propose};
use openmls::framing::Sender;
use openmls::group::{MlsGroup, QueuedProposal};
use openmls::prelude::hash_ref::ProposalRef;
use openmls::prelude::{LeafNodeIndex, Proposal};
use openmls_traits::OpenMlsProvider as _;
use sha2::{Digest as _, Sha256};

use super::Session;
use super::commit::encode;
use crate::SessionError;
use crate::limits::MAX_PROPOSALS;

impl Session {
    /// Asks to leave. Somebody else's commit carries it out ([`super::CommitWish::LetGo`]).
    ///
    /// # Errors
    /// See [`SessionError`].
    pub fn leave(&mut self, now_ms: u64) -> Result<Propose, SessionError> {
        self.check_may_leave()?;
        let identity = self.identity.clone();
        let number = self.state.next_number;
        let room = self.room();
        let aad = self.aad(number, now_ms)?;
        let (group, provider) = self.group_mut()?;
        group.set_aad(aad);
        let delivered: Vec<_> = queued(group).cloned().collect();
        let proposal = group
            .leave_group(provider, identity.signer())
            .map_err(SessionError::mls)?;
        let proposal = encode(&proposal)?;
        // It counts from when the hub delivers it: if it gets lost on its way there, nothing has been proposed, and
        // nothing waits for a commit. What was delivered stays: a commit that refers to it may be on its way.
        let too_early: Vec<_> = queued(group)
            .filter(|reference| !delivered.contains(reference))
            .cloned()
            .collect();
        for reference in too_early {
            group
                .remove_pending_proposal(provider.storage(), &reference)
                .map_err(SessionError::mls)?;
        }
        self.use_number(number);
        self.state.wants_to_leave = true;
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

    fn check_may_leave(&self) -> Result<(), SessionError> {
        self.check_active()?;
        if self.roster.len() < 2 {
            return Err(SessionError::Alone);
        }
        Ok(())
    }

    /// Whether somebody asked to leave and was not let go yet.
    #[must_use]
    pub fn has_pending_proposals(&self) -> bool {
        self.group
            .as_ref()
            .is_some_and(MlsGroup::has_pending_proposals)
    }

    /// Notes that this device wants to leave. From then on, until it is let go, it is due to say so
    /// ([`Session::owes_farewell`]): a proposal goes with its epoch, or gets lost.
    ///
    /// # Errors
    /// [`SessionError::Alone`], [`SessionError::Ended`], [`SessionError::Halted`].
    pub fn want_to_leave(&mut self) -> Result<(), SessionError> {
        self.check_may_leave()?;
        self.state.wants_to_leave = true;
        Ok(())
    }

    /// Whether this device wants to leave, and those who could let it go don't know it.
    #[must_use]
    pub fn owes_farewell(&self) -> bool {
        self.state.wants_to_leave
            && !self.leavers().contains(&self.device())
            && self.stayers().any(|device| device != self.device())
    }

    /// This device's place among those who may let go whoever has asked to leave; none if nobody has, or if it is not for
    /// this device to do. Who wants to leave itself does it only where nobody else is left, and stays.
    #[must_use]
    pub fn turn_to_let_go(&self) -> Option<usize> {
        if self.leavers().is_empty() {
            return None;
        }
        let stayers: BTreeSet<_> = self.stayers().collect();
        self.turn(|_, it| {
            let may = stayers.is_empty() && !self.revocations.revokes(it);
            may || stayers.contains(&it.device())
        })
    }

    /// Whether a commit would let somebody go but this device.
    #[must_use]
    pub fn others_leave(&self) -> bool {
        self.leavers().iter().any(|device| *device != self.device())
    }

    /// Who has asked to leave and was not let go yet.
    #[must_use]
    pub fn leavers(&self) -> BTreeSet<DeviceId> {
        let group = self.group.as_ref();
        let queued = group.into_iter().flat_map(MlsGroup::pending_proposals);
        let leaves = queued.filter_map(|queued| match queued.sender() {
            Sender::Member(leaf) => Some(leaf.u32()),
            _ => None,
        });
        let seats = leaves.filter_map(|leaf| self.roster.at(leaf));
        seats.map(|seat| seat.accreditation.device()).collect()
    }

    /// Who may go on after all have left that want to, or must.
    fn stayers(&self) -> impl Iterator<Item = DeviceId> {
        let leavers = self.leavers();
        let seats = self.roster.seats();
        let staying = seats.filter(move |(device, seat)| {
            !leavers.contains(device) && !self.revocations.revokes(&seat.accreditation)
        });
        staying.map(|(device, _)| device)
    }
}

/// What this session knows of as proposed and not carried out.
fn queued(group: &MlsGroup) -> impl Iterator<Item = &ProposalRef> {
    let queued = group.pending_proposals();
    queued.map(QueuedProposal::proposal_reference_ref)
}

/// Whether a proposal would take a seat.
pub(super) fn takes(queued: &QueuedProposal, seat: LeafNodeIndex) -> bool {
    matches!(queued.proposal(), Proposal::Remove(remove) if remove.removed() == seat)
}
