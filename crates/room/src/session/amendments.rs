//! Amendments of the charter: drafted, signed inside the room until the quorum is there, committed.

use std::collections::BTreeMap;

use entente_protocol::{DeviceId, Fingerprint};
use entente_trust::{
    Accreditation, Charter, CharterAuthority, CharterHistory, CharterSignature, Consents, Role,
    Roster, SignedCharter, may_sit,
};
use openmls::prelude::LeafNodeIndex;
use serde::{Deserialize, Serialize};
use tls_codec::VLBytes;

use super::Session;
use crate::board::Rejected;
use crate::limits::MAX_DRAFTS;
use crate::{AmendmentProposed, AmendmentSigned, Author, Event, Notice, SessionError};

/// What an amendment changes; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CharterChange {
    /// New end of the time box, Unix milliseconds.
    pub closes_at_ms: Option<u64>,
    /// Authorities that may take part from now on, or with another highest role.
    pub admitted: Vec<CharterAuthority>,
    /// Roots of authorities that are withdrawn, with all their seats.
    pub withdrawn: Vec<Fingerprint>,
    /// Devices that coordinate from now on.
    pub coordinators_added: Vec<DeviceId>,
    /// Devices that no longer do.
    pub coordinators_removed: Vec<DeviceId>,
    /// How many coordinators must sign the amendments after this one.
    pub quorum: Option<u8>,
    /// How long after the end the hub keeps what was said, milliseconds.
    pub retention_ms: Option<u64>,
    /// What is agreed to from now on.
    pub agreed: Consents,
    /// What no longer is.
    pub disagreed: Consents,
}

impl CharterChange {
    /// A new end of the time box and nothing else.
    #[must_use]
    pub fn close_at(closes_at_ms: u64) -> Self {
        Self {
            closes_at_ms: Some(closes_at_ms),
            ..Self::default()
        }
    }

    /// The charter that the change makes of the one in force. Who coordinates by the grace of an
    /// authority that is withdrawn does so no more.
    #[must_use]
    pub fn of(&self, current: &Charter, roster: &Roster) -> Charter {
        let mut authorities = current.authorities.clone();
        authorities.retain(|known| {
            let is_replaced = self.admitted.iter().any(|new| new.root == known.root);
            !is_replaced && !self.withdrawn.contains(&known.root)
        });
        authorities.extend(self.admitted.iter().cloned());
        let mut coordinators = current.coordinators.clone();
        coordinators.retain(|known| {
            let seat = roster.seat(*known);
            let is_withdrawn =
                seat.is_some_and(|seat| self.withdrawn.contains(&seat.accreditation.root()));
            !is_withdrawn && !self.coordinators_removed.contains(known)
        });
        for added in &self.coordinators_added {
            if !coordinators.contains(added) {
                coordinators.push(*added);
            }
        }
        let consents = current.terms.consents();
        let mut terms = current.terms;
        if !(self.agreed.is_empty() && self.disagreed.is_empty()) {
            terms = terms.agreeing(consents.with(self.agreed).without(self.disagreed));
        }
        if let Some(retention_ms) = self.retention_ms {
            terms = terms.keeping(retention_ms);
        }
        Charter {
            terms,
            amendment: current.amendment.saturating_add(1),
            previous: current.fingerprint(),
            closes_at_ms: self.closes_at_ms.unwrap_or(current.closes_at_ms),
            authorities,
            coordinators,
            quorum: self.quorum.unwrap_or(current.quorum),
            ..current.clone()
        }
    }
}

/// An amendment that collects signatures.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Draft {
    by: DeviceId,
    charter: Vec<u8>,
    signatures: BTreeMap<DeviceId, Vec<u8>>,
}

/// An amendment that was proposed and is not in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// Fingerprint of its charter: its name.
    pub digest: Fingerprint,
    /// What would be in force.
    pub charter: Charter,
    /// Who proposed it.
    pub by: DeviceId,
    /// Who signed it.
    pub signers: Vec<DeviceId>,
}

impl Session {
    /// The charter that a change would put in force.
    ///
    /// # Errors
    /// [`SessionError::Charter`] if it may not follow on the one in force,
    /// [`SessionError::QuorumOutOfReach`] if too few coordinators would be left for its quorum.
    pub fn draft(&self, change: &CharterChange, now_ms: u64) -> Result<Charter, SessionError> {
        let charter = change.of(self.charter(), &self.roster);
        self.check_reach(&charter)?;
        charter.check_draft(self.charter(), now_ms)?;
        Ok(charter)
    }

    /// A charter that changes who coordinates must leave as many of them in the room as its quorum
    /// wants: else nobody could ever amend it again.
    fn check_reach(&self, next: &Charter) -> Result<(), SessionError> {
        let current = self.charter();
        let is_same = next.coordinators == current.coordinators
            && next.quorum == current.quorum
            && next.authorities == current.authorities;
        let left = self.roster.seats().filter(|(_, seat)| {
            next.role_of(&seat.accreditation) == Role::Coordinator
                && may_sit(&seat.accreditation, next)
                && !self.revocations.revokes(&seat.accreditation)
        });
        let left = left.count();
        if is_same || usize::from(next.quorum) <= left {
            return Ok(());
        }
        Err(SessionError::QuorumOutOfReach {
            quorum: next.quorum,
            left,
        })
    }

    /// A change that this device may sign alone; commit it with [`super::CommitWish::Amend`].
    ///
    /// # Errors
    /// [`SessionError::Quorum`] if others must sign too; others as [`Session::draft`].
    pub fn sign_alone(
        &self,
        change: &CharterChange,
        now_ms: u64,
    ) -> Result<SignedCharter, SessionError> {
        let quorum = self.charter().quorum;
        if quorum > 1 {
            return Err(SessionError::Quorum(quorum));
        }
        let charter = self.draft(change, now_ms)?;
        let signature = charter.sign(self.identity.signer(), self.identity.accreditation());
        Ok(SignedCharter {
            charter,
            signatures: vec![signature],
        })
    }

    /// Proposes a change to the other coordinators, signed by this device. Returns its digest and
    /// its place in the outbox.
    ///
    /// # Errors
    /// As [`Session::draft`].
    pub fn propose_amendment(
        &mut self,
        change: &CharterChange,
        now_ms: u64,
    ) -> Result<(Fingerprint, u64), SessionError> {
        self.check_coordinator()?;
        let charter = self.draft(change, now_ms)?;
        let digest = charter.fingerprint();
        let signature = charter.sign(self.identity.signer(), self.identity.accreditation());
        let event = Event::AmendmentProposed(AmendmentProposed {
            charter: charter.encode(),
            signature: signature.signature.as_slice().to_vec(),
        });
        Ok((digest, self.enqueue(&event)?))
    }

    /// Signs an amendment that another coordinator has proposed. Returns its place in the outbox.
    ///
    /// # Errors
    /// [`SessionError::NoAmendment`] if there is none of this digest.
    pub fn sign_amendment(&mut self, digest: Fingerprint) -> Result<u64, SessionError> {
        self.check_coordinator()?;
        let draft = self
            .state
            .drafts
            .get(&digest)
            .ok_or(SessionError::NoAmendment)?;
        let charter = Charter::decode(&draft.charter)?;
        let signature = charter.sign(self.identity.signer(), self.identity.accreditation());
        self.enqueue(&Event::AmendmentSigned(AmendmentSigned {
            amendment: *digest.as_bytes(),
            signature: signature.signature.as_slice().to_vec(),
        }))
    }

    /// Amendments that collect signatures.
    #[must_use]
    pub fn amendments(&self) -> Vec<Amendment> {
        let drafts = self.state.drafts.iter();
        drafts
            .filter_map(|(digest, draft)| {
                Some(Amendment {
                    digest: *digest,
                    charter: Charter::decode(&draft.charter).ok()?,
                    by: draft.by,
                    signers: draft.signatures.keys().copied().collect(),
                })
            })
            .collect()
    }

    /// An amendment that has its quorum, ready for [`super::CommitWish::Amend`].
    #[must_use]
    pub fn complete_amendment(&self) -> Option<SignedCharter> {
        let quorum = usize::from(self.charter().quorum);
        self.state.drafts.values().find_map(|draft| {
            let signatures: Vec<CharterSignature> = draft
                .signatures
                .iter()
                .filter_map(|(device, signature)| {
                    // A signature counts while its signer sits.
                    let seat = self.roster.seat(*device)?;
                    if self.revocations.revokes(&seat.accreditation) {
                        return None;
                    }
                    let chain = seat.accreditation.chain().iter();
                    Some(CharterSignature {
                        chain: chain.map(|der| VLBytes::new(der.clone())).collect(),
                        signature: signature.clone().into(),
                    })
                })
                .take(quorum)
                .collect();
            let charter = Charter::decode(&draft.charter).ok()?;
            (signatures.len() == quorum).then_some(SignedCharter {
                charter,
                signatures,
            })
        })
    }

    /// This device's place among the coordinators, by leaf: who acts first, who if that one does
    /// not. None if it is no coordinator.
    #[must_use]
    pub fn coordinators_turn(&self) -> Option<usize> {
        self.turn(|role, _| role == Role::Coordinator)
    }

    /// This device's place among those who may do something, coordinators before liaisons.
    pub(super) fn turn(&self, may: impl Fn(Role, &Accreditation) -> bool) -> Option<usize> {
        let mut order: Vec<_> = self
            .roster
            .seats()
            .map(|(device, seat)| (self.charter().role_of(&seat.accreditation), device, seat))
            .filter(|(role, _, seat)| may(*role, &seat.accreditation))
            .map(|(role, device, seat)| (role as u8, seat.leaf, device))
            .collect();
        order.sort_unstable();
        order
            .iter()
            .position(|(_, _, device)| *device == self.device())
    }

    /// Leaves whose devices have no right to a seat under a charter.
    pub(super) fn without_right(&self, charter: &Charter) -> Vec<LeafNodeIndex> {
        self.roster
            .seats()
            .filter(|(_, seat)| !may_sit(&seat.accreditation, charter))
            .map(|(_, seat)| LeafNodeIndex::new(seat.leaf))
            .collect()
    }

    fn check_coordinator(&self) -> Result<(), SessionError> {
        match self.role() {
            Some(Role::Coordinator) => Ok(()),
            _ => Err(SessionError::NotCoordinator),
        }
    }

    pub(super) fn take_proposed(
        &mut self,
        proposed: &AmendmentProposed,
        author: &Author,
        seq: u64,
        time_ms: u64,
    ) -> Notice {
        let Ok(charter) = Charter::decode(&proposed.charter) else {
            return rejected(seq, author);
        };
        let is_possible = self.check_reach(&charter).is_ok()
            && charter.check_draft(self.charter(), time_ms).is_ok();
        if !is_possible || !self.is_signed(&charter, author, &proposed.signature) {
            return rejected(seq, author);
        }
        let digest = charter.fingerprint();
        let drafts = &mut self.state.drafts;
        if !drafts.contains_key(&digest) {
            if drafts.len() >= MAX_DRAFTS {
                return rejected(seq, author);
            }
            let draft = Draft {
                by: author.device,
                charter: proposed.charter.clone(),
                signatures: BTreeMap::new(),
            };
            drafts.insert(digest, draft);
        }
        self.add_signature(digest, &charter, author, &proposed.signature, seq)
    }

    pub(super) fn take_signed(
        &mut self,
        signed: &AmendmentSigned,
        author: &Author,
        seq: u64,
    ) -> Notice {
        let digest = Fingerprint::from_bytes(signed.amendment);
        let charter = self
            .state
            .drafts
            .get(&digest)
            .and_then(|draft| Charter::decode(&draft.charter).ok());
        match charter {
            Some(charter) if self.is_signed(&charter, author, &signed.signature) => {
                self.add_signature(digest, &charter, author, &signed.signature, seq)
            }
            _ => rejected(seq, author),
        }
    }

    fn is_signed(&self, charter: &Charter, author: &Author, signature: &[u8]) -> bool {
        author.role == Role::Coordinator
            && self
                .roster
                .seat(author.device)
                .is_some_and(|seat| charter.is_signed_by(&seat.accreditation, signature))
    }

    fn add_signature(
        &mut self,
        digest: Fingerprint,
        charter: &Charter,
        author: &Author,
        signature: &[u8],
        seq: u64,
    ) -> Notice {
        let signatures = self.state.drafts.get_mut(&digest).map_or(0, |draft| {
            draft.signatures.insert(author.device, signature.to_vec());
            draft.signatures.len()
        });
        Notice::AmendmentSigned {
            seq,
            author: author.clone(),
            amendment: digest,
            closes_at_ms: charter.closes_at_ms,
            signatures,
            quorum: self.charter().quorum,
        }
    }

    /// After the charter has changed: what was drafted on the old one can't follow any more.
    pub(super) fn drop_stale_drafts(&mut self, before: &CharterHistory) {
        if *before != self.charters {
            self.state.drafts.clear();
        }
    }
}

fn rejected(seq: u64, author: &Author) -> Notice {
    Notice::Rejected {
        seq,
        author: author.clone(),
        reason: Rejected::Amendment,
    }
}
