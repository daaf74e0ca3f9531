//! Roots, accreditations and credentials.

use ed25519_dalek::SigningKey;
use entente_protocol::limits;
use entente_trust::issue::{AccreditationRequest, IssueError, RootRequest, accredit, new_root};
use entente_trust::{Accreditation, Authority, CertificateError, Role, device_id};
use openmls::prelude::{BasicCredential, Credential, CredentialType};

use crate::people::{Country, DAY, NOW};

#[test]
fn an_accreditation_says_who_for_whom_and_until_when() {
    let jordan = Country::new("JO", 1);
    let device = jordan.device(Role::Field, 10);
    let accreditation = &device.accreditation;
    assert_eq!(accreditation.country().to_string(), "JO");
    assert_eq!(accreditation.callsign(), "Falcon");
    assert_eq!(accreditation.officer(), "JO-010");
    assert_eq!(accreditation.role(), Role::Field);
    assert_eq!(accreditation.root(), jordan.authority.fingerprint());
    assert_eq!(accreditation.key(), &device.signer.public_key());
    assert_eq!(
        accreditation.device(),
        device_id(&device.signer.public_key())
    );
    assert_eq!(accreditation.not_before_ms(), NOW - DAY);
    assert_eq!(accreditation.not_after_ms(), NOW + 30 * DAY);
    assert_eq!(jordan.authority.name(), "Bureau JO");
}

#[test]
fn validity_begins_and_ends_where_it_says() {
    let jordan = Country::new("JO", 1);
    let device = jordan.device_valid(Role::Field, 10, NOW, NOW + DAY);
    let check = |now| device.accreditation.check_time(now);
    assert_eq!(check(NOW - 1), Err(CertificateError::NotYetValid));
    assert_eq!(check(NOW), Ok(()));
    assert_eq!(check(NOW + DAY - 1), Ok(()));
    assert_eq!(check(NOW + DAY), Err(CertificateError::Expired));
}

/// An authority can't give more time than it has itself, and its own end ends its devices.
#[test]
fn an_accreditation_ends_with_its_authority() {
    let jordan = Country::new("JO", 1);
    let device = jordan.device_valid(Role::Field, 10, NOW, NOW + 5_000 * DAY);
    assert_eq!(
        device.accreditation.not_after_ms(),
        jordan.authority.not_after_ms()
    );
    assert_eq!(
        device.accreditation.check_time(NOW + 366 * DAY),
        Err(CertificateError::Expired)
    );
}

#[test]
fn no_changed_byte_of_a_certificate_passes() {
    let jordan = Country::new("JO", 1);
    let chain = jordan
        .device(Role::Field, 10)
        .accreditation
        .chain()
        .to_vec();
    for place in 0..chain[0].len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut leaf = chain[0].clone();
            leaf[place] ^= flip;
            assert!(
                Accreditation::from_chain(&[leaf, chain[1].clone()]).is_err(),
                "leaf byte {place} ^ {flip:#x}"
            );
        }
    }
    for place in 0..chain[1].len() {
        let mut root = chain[1].clone();
        root[place] ^= 0x01;
        assert!(Authority::from_der(&root).is_err(), "root byte {place}");
    }
    for end in 0..chain[0].len() {
        let cut = chain[0][..end].to_vec();
        assert!(Accreditation::from_chain(&[cut, chain[1].clone()]).is_err());
    }
}

#[test]
fn only_a_chain_of_leaf_and_its_own_root_is_a_chain() {
    let jordan = Country::new("JO", 1);
    let impostor = Country::new("JO", 2);
    let emirates = Country::new("AE", 3);
    let device = jordan.device(Role::Field, 10);
    let leaf = device.accreditation.chain()[0].clone();
    let root = |country: &Country| country.authority.der().to_vec();
    let check = |chain: &[Vec<u8>]| Accreditation::from_chain(chain).unwrap_err();
    assert_eq!(check(&[]), CertificateError::Chain);
    assert_eq!(check(std::slice::from_ref(&leaf)), CertificateError::Chain);
    assert_eq!(
        check(&[leaf.clone(), root(&jordan), root(&jordan)]),
        CertificateError::Chain
    );
    // Another key under the very same name.
    let impostor_root = {
        let request = RootRequest {
            country: "JO".parse().unwrap(),
            name: "Bureau JO".to_owned(),
            not_before_ms: NOW - DAY,
            not_after_ms: NOW + DAY,
        };
        new_root(&impostor.key, &request, [2; 16]).unwrap()
    };
    assert_eq!(
        check(&[leaf.clone(), impostor_root]),
        CertificateError::Signature
    );
    assert_eq!(
        check(&[leaf.clone(), root(&emirates)]),
        CertificateError::Chain
    );
    // A device is no authority, an authority no device.
    assert_eq!(
        check(&[leaf.clone(), leaf.clone()]),
        CertificateError::Field("basicConstraints CA")
    );
    assert_eq!(
        check(&[root(&jordan), root(&jordan)]),
        CertificateError::Field("basicConstraints")
    );
    // A device does not accredit another one.
    let below = {
        let request = AccreditationRequest {
            device_key: impostor.device(Role::Field, 30).signer.public_key(),
            officer: "JO-999".to_owned(),
            callsign: "Ghost".to_owned(),
            role: Role::Field,
            not_before_ms: NOW,
            not_after_ms: NOW + DAY,
        };
        let as_root = SigningKey::from_bytes(&[10; 32]);
        accredit(&as_root, &jordan.authority, &request, [1; 16])
    };
    assert_eq!(below, Err(IssueError::WrongRoot));
}

#[test]
fn names_that_could_mislead_are_not_certified() {
    let jordan = Country::new("JO", 1);
    let long = "x".repeat(limits::MAX_NAME_BYTES + 1);
    for callsign in ["", "  ", "Falcon\nCoordinator", "\u{1b}[2J", long.as_str()] {
        let request = AccreditationRequest {
            device_key: jordan.device(Role::Field, 10).signer.public_key(),
            officer: "JO-017".to_owned(),
            callsign: callsign.to_owned(),
            role: Role::Field,
            not_before_ms: NOW,
            not_after_ms: NOW + DAY,
        };
        assert_eq!(
            accredit(&jordan.key, &jordan.authority, &request, [1; 16]),
            Err(IssueError::Name("callsign")),
            "{callsign:?}"
        );
    }
}

#[test]
fn a_leaf_must_carry_an_x509_chain_for_its_own_key() {
    let jordan = Country::new("JO", 1);
    let falcon = jordan.device(Role::Field, 10);
    let other = jordan.device(Role::Field, 11);
    let credential = falcon.accreditation.to_credential();
    assert_eq!(
        Accreditation::from_leaf(&credential, falcon.accreditation.key()),
        Ok(falcon.accreditation.clone())
    );
    assert_eq!(
        Accreditation::from_leaf(&credential, other.accreditation.key()),
        Err(CertificateError::Field("the leaf's key"))
    );
    let basic: Credential = BasicCredential::new(b"Falcon".to_vec()).into();
    assert_eq!(
        Accreditation::from_leaf(&basic, falcon.accreditation.key()),
        Err(CertificateError::Field("X.509 credential"))
    );
    let mut content = credential.serialized_content().to_vec();
    content.push(0);
    let longer = Credential::new(CredentialType::X509, content);
    assert_eq!(
        Accreditation::from_leaf(&longer, falcon.accreditation.key()),
        Err(CertificateError::Malformed)
    );
}

#[test]
fn a_root_survives_pem_and_rubbish_does_not() {
    let jordan = Country::new("JO", 1);
    let pem = jordan.authority.to_pem().unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"));
    assert_eq!(Authority::from_pem(&pem).unwrap(), jordan.authority);
    for text in ["", "rubbish", &pem[..pem.len() / 2], &"x".repeat(100_000)] {
        assert!(Authority::from_pem(text).is_err());
    }
}

#[test]
fn debug_shows_no_person() {
    let jordan = Country::new("JO", 1);
    let device = jordan.device(Role::Field, 10);
    let text = format!("{:?} {:?}", device.accreditation, device.signer);
    assert!(
        !text.contains("Falcon") && !text.contains("JO-010"),
        "{text}"
    );
}
