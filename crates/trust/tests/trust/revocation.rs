//! Lists of revoked devices on their way through a hub that is not trusted.

use entente_protocol::DeviceId;
use entente_trust::{RevocationError, RevocationList, Revocations, SignedRevocationList};

use crate::people::{Country, NOW, revocations};

fn device(seed: u8) -> DeviceId {
    DeviceId::from_bytes([seed; 16])
}

#[test]
fn a_list_is_believed_only_as_its_authority_made_it() {
    let jordan = Country::new("JO", 1);
    let good = revocations(&jordan, 1, &[device(1), device(2)]);
    let bytes = good.encode();
    assert_eq!(SignedRevocationList::decode(&bytes), Ok(good.clone()));
    for place in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[place] ^= 1;
        assert!(
            SignedRevocationList::decode(&changed).is_err(),
            "byte {place}"
        );
    }
    // Signed by somebody else in its name.
    let impostor = Country::new("JO", 9);
    let forged = RevocationList {
        number: 2,
        ..good.list.clone()
    }
    .sign(&impostor.key, &jordan.authority);
    assert_eq!(
        SignedRevocationList::decode(&forged.encode()),
        Err(RevocationError::Signature)
    );
    let twice = revocations(&jordan, 1, &[device(1), device(1)]);
    assert_eq!(
        SignedRevocationList::decode(&twice.encode()),
        Err(RevocationError::Malformed)
    );
    assert_eq!(good.list.issued_at_ms, NOW);
}

#[test]
fn only_a_newer_list_counts_and_none_takes_anything_back() {
    let jordan = Country::new("JO", 1);
    let mut known = Revocations::default();
    let first = revocations(&jordan, 1, &[device(1)]);
    assert_eq!(known.insert(first.clone()), Ok(vec![device(1)]));
    let before = known.clone();
    assert_eq!(known.insert(first), Err(RevocationError::NotNewer));
    let shorter = revocations(&jordan, 2, &[]);
    assert_eq!(known.insert(shorter), Err(RevocationError::NotNewer));
    assert_eq!(known, before);
    let second = revocations(&jordan, 5, &[device(1), device(2)]);
    assert_eq!(known.insert(second), Ok(vec![device(2)]));
    assert_eq!(known.number(jordan.authority.fingerprint()), 5);
    let emirates = Country::new("AE", 2);
    assert_eq!(known.number(emirates.authority.fingerprint()), 0);
}
