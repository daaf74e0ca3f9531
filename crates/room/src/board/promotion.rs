//! Promotions: what a compartment's members want to be known in the room, and whether the country that answers agreed.

use entente_trust::Role;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Board, Rejected, Stamp, TargetId};
use crate::limits::MAX_PROMOTIONS;
use crate::record::to_cbor;
use crate::{PromotionAnswered, PromotionWanted, TargetChange};

/// What is to be said in the room of a target.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    /// The target here.
    pub target: TargetId,
    /// What is to be said.
    pub say: TargetChange,
    /// Who wants it.
    pub wanted: Stamp,
    /// What the country that answers for the target has said to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<PromotionAnswer>,
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromotionAnswer {
    /// Whether it may be said.
    pub agreed: bool,
    /// Who answered, and when.
    pub stamp: Stamp,
}

impl Promotion {
    /// Whether it may be said.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        self.answer.is_some_and(|answer| answer.agreed)
    }
}

impl TargetChange {
    /// What an agreement is about: SHA-256 over `Entente 1.0 Promotion` and the CBOR of the change without `promoted` and
    /// `seen`, which its author can't choose.
    #[must_use]
    pub fn promotion_digest(&self) -> [u8; 32] {
        let said = Self {
            promoted: None,
            seen: 0,
            ..self.clone()
        };
        let mut hash = Sha256::new();
        hash.update(b"Entente 1.0 Promotion");
        hash.update(to_cbor(&said));
        hash.finalize().into()
    }
}

impl Board {
    pub(super) fn want_promotion(
        &mut self,
        wanted: &PromotionWanted,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        let say = &wanted.say;
        if !self.targets.contains_key(&wanted.target) {
            return Err(Rejected::UnknownTarget);
        }
        if say.kind.is_none() || say.name.is_none() || say.promoted.is_some() {
            return Err(Rejected::Incomplete);
        }
        // What is said there has an id of its own, and no way back.
        let is_here = self.targets.contains_key(&say.target);
        let digest = say.promotion_digest();
        if is_here || !say.add_links.is_empty() || self.promotions.contains_key(&digest) {
            return Err(Rejected::Taken);
        }
        if self.promotions.len() >= MAX_PROMOTIONS {
            return Err(Rejected::Full);
        }
        let promotion = Promotion {
            target: wanted.target,
            say: say.clone(),
            wanted: stamp,
            answer: None,
        };
        self.promotions.insert(digest, promotion);
        Ok(())
    }

    pub(super) fn answer_promotion(
        &mut self,
        answer: PromotionAnswered,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        let promotion = self.promotions.get_mut(&answer.digest);
        let promotion = promotion.ok_or(Rejected::UnknownTarget)?;
        let target = self.targets.get(&promotion.target);
        let owner = target.ok_or(Rejected::UnknownTarget)?.owner.value;
        if owner != stamp.country {
            return Err(Rejected::NotAsked);
        }
        if !matches!(stamp.role, Role::Coordinator | Role::Liaison) {
            return Err(Rejected::Role);
        }
        // What was agreed to may have been said: it is not taken back.
        if promotion.is_agreed() {
            return Err(Rejected::Taken);
        }
        promotion.answer = Some(PromotionAnswer {
            agreed: answer.agreed,
            stamp,
        });
        Ok(())
    }

    /// In the room: what is promoted is a new target, said once, and exactly what the digest is of.
    pub(super) fn check_promoted(&self, change: &TargetChange) -> Result<(), Rejected> {
        let Some(promoted) = change.promoted else {
            return Ok(());
        };
        if self.is_inner {
            return Err(Rejected::RoomOnly);
        }
        // Nor does it come from a compartment where there is none.
        if promoted != change.promotion_digest() || self.compartments.is_empty() {
            return Err(Rejected::NotAsAgreed);
        }
        let is_said = self
            .targets
            .values()
            .any(|it| it.promoted == Some(promoted));
        if is_said || self.targets.contains_key(&change.target) {
            return Err(Rejected::Taken);
        }
        Ok(())
    }

    /// In a compartment a target is given away by the country that answers for it: whoever could take it could agree
    /// with itself that the room knows it.
    pub(super) fn check_giver(&self, change: &TargetChange, stamp: Stamp) -> Result<(), Rejected> {
        let target = self.targets.get(&change.target).filter(|_| self.is_inner);
        let owner = target.map(|target| target.owner.value);
        let is_given = owner.zip(change.owner).is_some_and(|(is, to)| is != to);
        if is_given && owner != Some(stamp.country) {
            return Err(Rejected::NotAsked);
        }
        Ok(())
    }

    /// What members of a compartment want to be known in the room, by the digest of what is to be said.
    pub fn promotions(&self) -> impl Iterator<Item = ([u8; 32], &Promotion)> {
        self.promotions.iter().map(|(digest, it)| (*digest, it))
    }

    /// One of them.
    #[must_use]
    pub fn promotion(&self, digest: &[u8; 32]) -> Option<&Promotion> {
        self.promotions.get(digest)
    }
}

/// It is plaintext.
impl core::fmt::Debug for Promotion {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Promotion(hidden)")
    }
}
