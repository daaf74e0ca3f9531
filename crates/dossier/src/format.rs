//! What a file is made of: a table of contents with a digest of each part, its seal, and what the parts hold. How they
//! lie in the file is `piece.rs`.

use entente_protocol::{DeviceId, Fingerprint, Place, Recorded, RoomId};
use entente_trust::{Accreditation, Country, DeviceSigner};
use sha2::{Digest as _, Sha256};
use tls_codec::{Serialize as _, TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes};

const SEAL_LABEL: &[u8] = b"Entente 1.0 DossierSeal";

/// What a part holds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, TlsSize, TlsSerialize, TlsDeserializeBytes,
)]
#[repr(u8)]
pub enum PartKind {
    /// `CharterHistory`: the charter and its amendments.
    Charter = 1,
    /// [`TextPart`]: the charter's secret text.
    Text = 2,
    /// `Certificate chain<V>`, leaf first.
    Chain = 3,
    /// [`SittingPart`]: who sits since a place.
    Sitting = 4,
    /// `SignedRevocationList`.
    Revocations = 5,
    /// [`EntryPart`]: what lies at a place of the order.
    Entry = 6,
    /// `uint64 to`: nothing is known from this part's place to that one.
    Gap = 7,
    /// A file that was shared by the event at this place.
    Attachment = 8,
    /// `AuditRow`: what the hub has noted of the room, by its number in the hub's log.
    Audit = 9,
    /// `Compartment` (PROTOCOL.md, section 16): what a compartment is.
    Compartment = 10,
    /// [`InnerPart`]: an event that was said in a compartment.
    Inner = 11,
}

impl PartKind {
    /// Whether it has its place in the dossier of a compartment, or in that of a room.
    pub(crate) const fn fits(self, is_inner: bool) -> bool {
        match self {
            // Of these the room's hold.
            Self::Charter | Self::Text | Self::Revocations => !is_inner,
            Self::Compartment | Self::Inner => is_inner,
            Self::Chain
            | Self::Sitting
            | Self::Entry
            | Self::Gap
            | Self::Attachment
            | Self::Audit => true,
        }
    }
}

/// A row of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Row {
    /// What it holds.
    pub kind: PartKind,
    /// Place in the room's order, or a running number for kinds that have none.
    pub place: u64,
    /// Its bytes.
    pub length: u32,
    /// SHA-256 of them.
    pub digest: Fingerprint,
}

/// For whom a dossier was made, if something is withheld in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Recipient {
    /// The country.
    pub country: Country,
    /// The strictest handling code that it may have, 0 to 3.
    pub handling: u8,
}

/// The table of contents.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Contents {
    /// The room.
    pub room: RoomId,
    /// When it was made, by the clock of the device that made it, Unix milliseconds.
    pub made_at_ms: u64,
    /// For whom; none if nothing is withheld.
    pub recipient: Option<Recipient>,
    /// The parts, in order.
    pub rows: Vec<Row>,
}

/// Who made it, and that it is still as it was made.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Seal {
    /// SHA-256 of the table of contents.
    pub contents: Fingerprint,
    /// Accreditation chain in DER of the device that made it, leaf first.
    pub chain: Vec<VLBytes>,
    /// Ed25519 by that device over `label<V> contents digest<V>`, 64 bytes.
    pub signature: VLBytes,
}

/// The charter's secret text.
#[derive(Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct TextPart {
    /// Salt of its digest.
    pub salt: [u8; 32],
    /// 1 for an exercise, 0 for the real thing.
    pub exercise: u8,
    /// Name of the operation, UTF-8.
    pub title: VLBytes,
    /// The playbook's JSON, or nothing.
    pub playbook: VLBytes,
}

/// A seat that is taken.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct SeatTaken {
    /// Leaf of the ratchet tree.
    pub leaf: u32,
    /// Fingerprint of the device's certificate.
    pub certificate: Fingerprint,
}

/// How the seats changed at a place.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct SittingPart {
    /// The epoch that begins there.
    pub epoch: u64,
    /// Fingerprint of the charter in force since.
    pub charter: Fingerprint,
    /// 1 if `added` is all who sit, 0 if others sit as before.
    pub is_whole: u8,
    /// Seats taken since.
    pub added: Vec<SeatTaken>,
    /// Leaves free since.
    pub removed: Vec<u32>,
}

/// What lies at a place of the order.
#[derive(Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct EntryPart {
    /// Kind of the delivery.
    pub kind: u8,
    /// Who brought it.
    pub sender: DeviceId,
    /// Message number.
    pub number: u64,
    /// Epoch, as the hub said.
    pub epoch: u64,
    /// The hub's time, Unix milliseconds.
    pub time_ms: u64,
    /// SHA-256 of the MLS message.
    pub message: Fingerprint,
    /// If it is an event: its author's signature for the record.
    pub said: Option<SaidPart>,
}

/// What lies at a place of a compartment's order, if it is an event.
#[derive(Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct InnerPart {
    /// The last place that its author had seen of the room; zeros for a hash that it did not know.
    pub above: Place,
    /// As in a room.
    pub entry: EntryPart,
}

/// An event's signature, and the event unless it is withheld.
#[derive(Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct SaidPart {
    /// The last place that its author had seen.
    pub seen_seq: u64,
    /// Running hash there.
    pub seen_hash: Fingerprint,
    /// The author's clock, Unix milliseconds.
    pub sent_ms: u64,
    /// Ed25519, 64 bytes.
    pub signature: VLBytes,
    /// Commitment to salt and event.
    pub content: Fingerprint,
    /// Salt and event; none if they are withheld.
    pub opened: Option<Opened>,
}

/// What a commitment stands for.
#[derive(Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Opened {
    /// The salt.
    pub salt: [u8; Recorded::SALT_BYTES],
    /// The event's CBOR.
    pub event: VLBytes,
}

/// A part with its bytes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) kind: PartKind,
    pub(crate) place: u64,
    pub(crate) bytes: Vec<u8>,
}

/// Why bytes are no dossier at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The first bytes are not those of a dossier of this version.
    #[error("the first 16 bytes are not those of a dossier")]
    Magic,
    /// The table of contents can't be read.
    #[error("the table of contents can't be read")]
    Contents,
    /// The seal can't be read.
    #[error("the seal can't be read")]
    Seal,
    /// It is the dossier of a compartment alone.
    #[error("it is a compartment's, without its room's in front of it")]
    Inner,
    /// Over a limit of [`crate::limits`].
    #[error("too large for a dossier")]
    TooLarge,
}

pub(crate) fn digest(bytes: &[u8]) -> Fingerprint {
    Fingerprint::from_bytes(Sha256::digest(bytes).into())
}

/// The encoding of a structure of this page.
pub(crate) fn encode<T: tls_codec::Serialize>(value: &T) -> Result<Vec<u8>, FormatError> {
    value
        .tls_serialize_detached()
        .map_err(|_| FormatError::TooLarge)
}

fn sealed_bytes(contents: Fingerprint) -> Vec<u8> {
    let mut out = Vec::new();
    for part in [SEAL_LABEL, contents.as_bytes()] {
        // Writing short texts to a Vec can't fail.
        let _ = tls_codec::VLByteSlice(part).tls_serialize(&mut out);
    }
    out
}

impl Seal {
    pub(crate) fn made(
        contents: &[u8],
        signer: &DeviceSigner,
        accreditation: &Accreditation,
    ) -> Self {
        let contents = digest(contents);
        let chain = accreditation.chain().iter();
        Self {
            contents,
            chain: chain.map(|der| VLBytes::new(der.clone())).collect(),
            signature: signer.sign_bytes(&sealed_bytes(contents)).to_vec().into(),
        }
    }

    /// Who sealed it, if the seal is whole.
    pub(crate) fn signer(&self) -> Option<Accreditation> {
        let chain: Vec<&[u8]> = self.chain.iter().map(VLBytes::as_slice).collect();
        let signer = Accreditation::from_chain(&chain).ok()?;
        let signed = sealed_bytes(self.contents);
        let is_good = signer.verify(&signed, self.signature.as_slice()).is_ok();
        is_good.then_some(signer)
    }
}
