//! The order and the hub's times: each statement says what its author had seen of the running hash, so whoever spoke
//! later attests what was before.

use std::collections::BTreeMap;

use entente_protocol::DeviceId;
use entente_room::Event;
use entente_trust::chain;

use crate::fault::{Fault, Spot, Wrong};
use crate::findings::{Attested, Remark};
use crate::opened::Dossier;

/// What an author said of the past.
struct Claim {
    /// Where it was said.
    seq: u64,
    by: DeviceId,
    seen_seq: u64,
    seen_hash: [u8; 32],
}

pub(super) fn check(
    dossier: &Dossier,
    maker: Option<DeviceId>,
    faults: &mut Vec<Fault>,
    remarks: &mut Vec<Remark>,
) -> Attested {
    let claims: Vec<Claim> = claims(dossier).collect();
    let hashes = hashes(dossier, &claims);
    let mut attested = Attested::default();
    let mut agreed: BTreeMap<DeviceId, u64> = BTreeMap::new();
    for claim in &claims {
        let Some(hash) = hashes.get(&claim.seen_seq) else {
            continue;
        };
        if *hash != claim.seen_hash {
            faults.push(Fault {
                at: Spot::Entry { seq: claim.seq },
                wrong: Wrong::OtherOrder {
                    agreed: agreed.get(&claim.by).copied().unwrap_or_default(),
                    seen: claim.seen_seq,
                },
            });
            continue;
        }
        let seen = agreed.entry(claim.by).or_default();
        *seen = (*seen).max(claim.seen_seq);
    }
    attested.by = agreed
        .into_iter()
        .filter(|(device, seen)| Some(*device) != maker && *seen > 0)
        .collect();
    attested.to = attested.by.values().copied().max().unwrap_or_default();
    if let Some((last, _)) = dossier.entries.last_key_value()
        && *last > attested.to
    {
        remarks.push(Remark::Tail {
            after: attested.to,
            to: *last,
        });
    }
    attested
}

/// The running hash behind each place, as far as it can be computed.
pub(super) fn running(dossier: &Dossier) -> BTreeMap<u64, [u8; 32]> {
    let claims: Vec<Claim> = claims(dossier).collect();
    hashes(dossier, &claims)
}

/// What proven statements say of the past, in order.
fn claims(dossier: &Dossier) -> impl Iterator<Item = Claim> {
    dossier.entries.values().filter_map(|entry| {
        let said = entry.said.as_ref()?;
        let author = said.author.as_ref()?;
        (said.part.seen_seq > 0).then(|| Claim {
            seq: entry.head.seq,
            by: author.device,
            seen_seq: said.part.seen_seq,
            seen_hash: *said.part.seen_hash.as_bytes(),
        })
    })
}

/// The running hash behind each place, as far as it can be computed: from the opening, or from the first place of an
/// unbroken part of the record of which somebody has said what it was.
fn hashes(dossier: &Dossier, claims: &[Claim]) -> BTreeMap<u64, [u8; 32]> {
    let mut told: BTreeMap<u64, [u8; 32]> = BTreeMap::new();
    for claim in claims {
        told.entry(claim.seen_seq).or_insert(claim.seen_hash);
    }
    for (.., event) in dossier.record() {
        if let Event::Snapshot(part) = event {
            told.entry(part.as_of).or_insert(part.transcript);
        }
    }
    let mut hashes = BTreeMap::new();
    let mut before: Option<(u64, [u8; 32])> = Some((0, [0; 32]));
    for (seq, entry) in &dossier.entries {
        let previous = seq.saturating_sub(1);
        let base = before
            .filter(|(last, _)| *last == previous)
            .map(|(_, hash)| hash)
            .or_else(|| told.get(&previous).copied());
        let hash = match base {
            Some(base) => Some(chain(base, entry.head.link())),
            // Nothing before it is known; what somebody says of it is where the part begins.
            None => told.get(seq).copied(),
        };
        if let Some(hash) = hash {
            hashes.insert(*seq, hash);
        }
        before = hash.map(|hash| (*seq, hash));
    }
    hashes
}
