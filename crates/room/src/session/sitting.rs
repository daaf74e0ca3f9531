//! Who sat when: kept with the certificates, so that what was signed for the record can be checked when all seats
//! are gone.

use std::collections::BTreeMap;

use entente_protocol::Fingerprint;
use entente_trust::digest_of_seats;
use serde::{Deserialize, Serialize};

use super::Session;
use crate::record::{numbered, prefix, to_cbor};

/// How the seats changed at a place of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// The commit's place; where this device came in, for the first one.
    pub seq: u64,
    /// The epoch that begins there.
    pub epoch: u64,
    /// Fingerprint of the charter in force since.
    pub charter: Fingerprint,
    /// Whether `added` is all who sit: where this device came in, or came back.
    pub is_whole: bool,
    /// Leaves that are taken since, with the fingerprints of their devices' certificates.
    pub added: BTreeMap<u32, Fingerprint>,
    /// Leaves that are free since.
    pub removed: Vec<u32>,
}

impl Sitting {
    /// Who sits after it, given who sat before.
    pub fn follow(&self, seats: &mut BTreeMap<u32, Fingerprint>) {
        if self.is_whole {
            seats.clear();
        }
        seats.retain(|leaf, _| !self.removed.contains(leaf));
        seats.extend(&self.added);
    }
}

/// Certificates of those who sat, and when they did.
#[derive(Clone, Default)]
pub(super) struct Sittings {
    /// By their places.
    pub(super) steps: BTreeMap<u64, Sitting>,
    /// Accreditation chains in DER, leaf first, by the fingerprint of the device's certificate.
    pub(super) chains: BTreeMap<Fingerprint, Vec<Vec<u8>>>,
    /// Digest of who sits now.
    pub(super) digest: Option<Fingerprint>,
}

impl Session {
    /// Remembers who sits since `seq`; `before` sat until then, or is not known.
    pub(super) fn note_sitting(&mut self, seq: u64, before: Option<&BTreeMap<u32, Fingerprint>>) {
        let now = self.roster.certificates();
        let nobody = BTreeMap::new();
        let known = before.unwrap_or(&nobody);
        let is_same = |(leaf, certificate): &(&u32, &Fingerprint)| {
            known.get(leaf).is_some_and(|it| it == *certificate)
        };
        let added = now.iter().filter(|seat| !is_same(seat));
        let step = Sitting {
            seq,
            epoch: self.epoch().unwrap_or_default(),
            charter: self.charter().fingerprint(),
            is_whole: before.is_none(),
            added: added.map(|(leaf, it)| (*leaf, *it)).collect(),
            removed: known
                .keys()
                .filter(|leaf| !now.contains_key(leaf))
                .copied()
                .collect(),
        };
        self.keep_chains();
        self.put(numbered(prefix::SITTING, seq), Some(to_cbor(&step)));
        self.sittings.steps.insert(seq, step);
        self.sittings.digest = Some(digest_of_seats(&now));
    }

    fn keep_chains(&mut self) {
        let seats = self.roster.seats().map(|(_, seat)| &seat.accreditation);
        let new: Vec<_> = seats
            .filter(|it| !self.sittings.chains.contains_key(&it.fingerprint()))
            .map(|it| (it.fingerprint(), it.chain().to_vec()))
            .collect();
        for (fingerprint, chain) in new {
            let key = [&[prefix::CHAIN], fingerprint.as_bytes().as_slice()].concat();
            self.put(key, Some(to_cbor(&chain)));
            self.sittings.chains.insert(fingerprint, chain);
        }
    }

    /// Digest of who sits, as statements bear it.
    pub(super) fn roster_digest(&self) -> Fingerprint {
        let kept = self.sittings.digest;
        let seats = kept.unwrap_or_else(|| digest_of_seats(&self.roster.certificates()));
        match &self.compartment {
            None => seats,
            Some(compartment) => compartment.digest_of_seats(seats),
        }
    }
}
