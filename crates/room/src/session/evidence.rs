//! The record as evidence: all that a device has kept of a room, with what proves it.

use entente_protocol::{Place, Recorded};
use entente_trust::{CharterHistory, Compartment, LinkHead};

use super::{Session, Sitting};
use crate::CharterText;

/// What a device has kept of a room, or of a compartment of one.
#[derive(Clone)]
pub struct Evidence {
    /// What it is, of a compartment.
    pub compartment: Option<Compartment>,
    /// The charter that opened the room, and its amendments.
    pub charters: CharterHistory,
    /// The charter's secret text, if this device was told.
    pub text: Option<CharterText>,
    /// Who sat when, in order.
    pub sittings: Vec<Sitting>,
    /// Accreditation chains in DER, leaf first.
    pub chains: Vec<Vec<Vec<u8>>>,
    /// The newest revocation list of each authority, signed, TLS-encoded.
    pub revocations: Vec<Vec<u8>>,
    /// Everything that was delivered, in order.
    pub entries: Vec<KeptEntry>,
    /// Ranges of sequence numbers that this device has never seen.
    pub gaps: Vec<(u64, u64)>,
}

/// One delivery.
#[derive(Clone)]
pub struct KeptEntry {
    /// Where it lies, and what the hub said of it.
    pub head: LinkHead,
    /// The event, if it is one and was proved to be its author's.
    pub said: Option<KeptEvent>,
}

/// An event with its author's signature for the record.
#[derive(Clone)]
pub struct KeptEvent {
    /// The last place that the author had seen.
    pub seen_seq: u64,
    /// The running hash there.
    pub seen_hash: [u8; 32],
    /// The author's clock, Unix milliseconds.
    pub sent_ms: u64,
    /// In a compartment: the last place that the author had seen of the room.
    pub above: Option<Place>,
    /// Ed25519, 64 bytes.
    pub signature: Vec<u8>,
    /// Salt of the commitment.
    pub salt: [u8; Recorded::SALT_BYTES],
    /// The event's CBOR.
    pub event: Vec<u8>,
}

impl Session {
    /// The record with what proves it; also when the room is over, from the device that kept it.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let entries = self.log.values().map(|entry| {
            let said = entry.event.as_ref().zip(entry.proof.as_ref());
            KeptEntry {
                head: entry.head(self.room()),
                said: said.map(|(event, proof)| KeptEvent {
                    seen_seq: proof.seen_seq,
                    seen_hash: proof.seen_hash,
                    sent_ms: proof.sent_ms,
                    above: proof.above.map(|(seq, hash)| Place { seq, hash }),
                    signature: proof.signature.clone(),
                    salt: proof.salt,
                    event: event.clone(),
                }),
            }
        });
        Evidence {
            compartment: self.compartment.clone(),
            charters: self.charters.clone(),
            text: self.state.text.clone(),
            sittings: self.sittings.steps.values().cloned().collect(),
            chains: self.sittings.chains.values().cloned().collect(),
            revocations: self.state.revocations.values().cloned().collect(),
            entries: entries.collect(),
            gaps: self.state.gaps.clone(),
        }
    }
}

impl core::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Evidence({} entries, hidden)", self.entries.len())
    }
}
