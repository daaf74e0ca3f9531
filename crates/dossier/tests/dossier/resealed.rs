//! A maker who changes a byte and seals again: the seal is good then, and what others have signed is not. The file is
//! taken apart by its description, not by the crate.

use std::collections::BTreeSet;

use entente_dossier::{Findings, MAGIC, MAGIC_INNER, Remark, verify};
use entente_protocol::{Fingerprint, RoomId};
use sha2::{Digest as _, Sha256};
use tls_codec::{
    DeserializeBytes as _, Serialize as _, TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes,
};

use crate::nested::{file, nested};
use crate::stage::{PETRA, dossier, evidence, played};

#[derive(Debug, Clone, TlsSize, TlsSerialize, TlsDeserializeBytes)]
struct Row {
    kind: u8,
    place: u64,
    length: u32,
    digest: [u8; 32],
}

#[derive(Debug, Clone, TlsSize, TlsSerialize, TlsDeserializeBytes)]
struct Contents {
    room: RoomId,
    made_at: u64,
    recipient: Option<[u8; 3]>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, TlsSize, TlsSerialize, TlsDeserializeBytes)]
struct Seal {
    contents: Fingerprint,
    chain: Vec<VLBytes>,
    signature: VLBytes,
}

const CHAIN: u8 = 3;
const SITTING: u8 = 4;
const ENTRY: u8 = 6;
const INNER: u8 = 11;

/// A dossier without its first bytes.
struct Taken {
    contents: Contents,
    seal: Seal,
    parts: Vec<Vec<u8>>,
}

fn apart(rest: &[u8]) -> Taken {
    let (contents, rest) = VLBytes::tls_deserialize_bytes(rest).unwrap();
    let (seal, mut rest) = VLBytes::tls_deserialize_bytes(rest).unwrap();
    let contents = Contents::tls_deserialize_exact_bytes(contents.as_slice()).unwrap();
    let seal = Seal::tls_deserialize_exact_bytes(seal.as_slice()).unwrap();
    let mut parts = Vec::new();
    for row in &contents.rows {
        let (part, behind) = rest.split_at(row.length as usize);
        parts.push(part.to_vec());
        rest = behind;
    }
    assert!(rest.is_empty());
    Taken {
        contents,
        seal,
        parts,
    }
}

impl Taken {
    /// The dossier with one byte of a part changed, sealed again by who made it.
    fn resealed(&self, part: usize, byte: usize, signer: &entente_trust::DeviceSigner) -> Vec<u8> {
        let mut parts = self.parts.clone();
        parts[part][byte] ^= 1;
        let mut contents = self.contents.clone();
        contents.rows[part].digest = Sha256::digest(&parts[part]).into();
        let contents = contents.tls_serialize_detached().unwrap();
        let digest = Fingerprint::from_bytes(Sha256::digest(&contents).into());
        let mut signed = Vec::new();
        for piece in [b"Entente 1.0 DossierSeal".as_slice(), digest.as_bytes()] {
            let piece = VLBytes::new(piece.to_vec());
            signed.extend(piece.tls_serialize_detached().unwrap());
        }
        let seal = Seal {
            contents: digest,
            signature: signer.sign_bytes(&signed).to_vec().into(),
            ..self.seal.clone()
        };
        let seal = seal.tls_serialize_detached().unwrap();
        let mut dossier = Vec::new();
        for block in [contents, seal] {
            dossier.extend(VLBytes::new(block).tls_serialize_detached().unwrap());
        }
        dossier.extend(parts.concat());
        dossier
    }
}

/// Changes bytes of each part that somebody beside its maker answers for, seals it again, and has each found; says how
/// many. `whole` makes a file of a dossier, and `of` takes what is found of it.
fn contradicted(
    dossier: &[u8],
    signer: &entente_trust::DeviceSigner,
    whole: impl Fn(&[u8]) -> Vec<u8>,
    of: impl Fn(Findings) -> Findings,
) -> usize {
    let check = |dossier: &[u8]| of(verify(&whole(dossier), &BTreeSet::new()).unwrap().0);
    let findings = check(dossier);
    assert!(findings.holds(), "{:?}", findings.faults);
    let taken = apart(dossier);
    let mut changed = 0;
    for (part, row) in taken.contents.rows.iter().enumerate() {
        // What is said to rest on the maker's word, or on nobody's, can't be contradicted.
        let is_unproven = findings.remarks.iter().any(|remark| match remark {
            Remark::Tail { after, .. } => [ENTRY, INNER].contains(&row.kind) && row.place > *after,
            Remark::Unattested { seq } => row.kind == SITTING && row.place == *seq,
            _ => false,
        });
        if is_unproven {
            continue;
        }
        let step = if row.kind == CHAIN { 61 } else { 7 };
        for byte in (0..row.length as usize).step_by(step) {
            let found = check(&taken.resealed(part, byte, signer));
            let place = (row.kind, row.place, byte);
            assert_eq!(found.made_by, findings.made_by, "{place:?}");
            assert!(!found.holds(), "{place:?} was changed and not found");
            changed += 1;
        }
    }
    changed
}

#[test]
fn whatever_its_maker_changes_the_others_contradict() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let file = dossier(&world, PETRA, &kept);
    let identity = world.members[PETRA].identity.clone();
    let whole = |dossier: &[u8]| [&MAGIC, dossier].concat();
    let room = file.strip_prefix(&MAGIC).unwrap();
    let changed = contradicted(room, identity.signer(), whole, |findings| findings);
    assert!(changed > 500, "{changed}");
}

#[test]
fn whatever_its_maker_changes_in_a_compartment_the_others_contradict() {
    let (mut world, inner) = nested();
    let file = file(&mut world, PETRA, &[&inner.evidence(PETRA)], None);
    let start = file.windows(16).position(|it| it == MAGIC_INNER).unwrap();
    let (room, inner) = file.split_at(start);
    let identity = world.members[PETRA].identity.clone();
    let whole = |dossier: &[u8]| {
        let length = u32::try_from(dossier.len()).unwrap().to_be_bytes();
        [room, &MAGIC_INNER, &length, dossier].concat()
    };
    let of = |mut findings: Findings| findings.compartments.remove(0).findings;
    let inner = &inner[MAGIC_INNER.len() + 4..];
    let changed = contradicted(inner, identity.signer(), whole, of);
    assert!(changed > 300, "{changed}");
}
