//! A maker who changes a byte and seals again: the seal is good then, and what others have signed is not. The file is
//! taken apart by its description, not by the crate.

use std::collections::BTreeSet;

use entente_dossier::{MAGIC, Remark, verify};
use entente_protocol::{Fingerprint, RoomId};
use sha2::{Digest as _, Sha256};
use tls_codec::{
    DeserializeBytes as _, Serialize as _, TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes,
};

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

struct Taken {
    contents: Contents,
    seal: Seal,
    parts: Vec<Vec<u8>>,
}

fn apart(file: &[u8]) -> Taken {
    let rest = file.strip_prefix(&MAGIC).unwrap();
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
    /// The file with one byte of a part changed, sealed again by who made it.
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
        let mut file = MAGIC.to_vec();
        for block in [contents, seal] {
            file.extend(VLBytes::new(block).tls_serialize_detached().unwrap());
        }
        file.extend(parts.concat());
        file
    }
}

#[test]
fn whatever_its_maker_changes_the_others_contradict() {
    let mut world = played();
    let kept = evidence(&mut world, PETRA);
    let file = dossier(&world, PETRA, &kept);
    let taken = apart(&file);
    let (findings, _) = verify(&file, &BTreeSet::new()).unwrap();
    let identity = world.members[PETRA].identity.clone();
    let mut changed = 0;
    for (part, row) in taken.contents.rows.iter().enumerate() {
        // What is said to rest on the maker's word, or on nobody's, can't be contradicted.
        let is_unproven = findings.remarks.iter().any(|remark| match remark {
            Remark::Tail { after, .. } => row.kind == ENTRY && row.place > *after,
            Remark::Unattested { seq } => row.kind == SITTING && row.place == *seq,
            _ => false,
        });
        if is_unproven {
            continue;
        }
        let step = if row.kind == CHAIN { 61 } else { 7 };
        for byte in (0..row.length as usize).step_by(step) {
            let again = taken.resealed(part, byte, identity.signer());
            let (found, _) = verify(&again, &BTreeSet::new()).unwrap();
            let place = (row.kind, row.place, byte);
            assert_eq!(found.made_by, findings.made_by, "{place:?}");
            assert!(!found.holds(), "{place:?} was changed and not found");
            changed += 1;
        }
    }
    assert!(changed > 500, "{changed}");
}
