//! What is kept beside rooms: authorities, devices, revocations, photos, pushes.

use ed25519_dalek::SigningKey;
use entente_protocol::{BlobId, PushEndpoint, limits};
use entente_trust::issue::{RootRequest, new_root};
use entente_trust::{Authority, RevocationList, SignedRevocationList};

use super::*;

promises!(
    an_authority_registers_once,
    the_directory_knows_each_device_once_and_by_country,
    a_revoked_device_leaves_nothing_that_could_be_handed_out,
    an_older_list_replaces_nothing,
    a_blob_only_grows,
    a_room_holds_so_many_blobs,
    a_push_goes_to_whoever_sits_in_an_open_room,
    one_hub_pushes_a_device_at_a_time,
    the_first_push_key_stays,
);

fn authority(number: u8) -> (SigningKey, Authority) {
    let key = SigningKey::from_bytes(&[number; 32]);
    let request = RootRequest {
        country: "JO".parse().unwrap(),
        name: "Bureau".to_owned(),
        not_before_ms: NOW,
        not_after_ms: NOW + 1_000_000_000,
    };
    let der = new_root(&key, &request, [number; 16]).unwrap();
    (key, Authority::from_der(&der).unwrap())
}

fn list(number: u32, devices: Vec<DeviceId>) -> SignedRevocationList {
    let (key, root) = authority(1);
    let list = RevocationList {
        version: RevocationList::VERSION,
        authority: root.fingerprint(),
        number,
        issued_at_ms: NOW,
        devices,
    };
    list.sign(&key, &root)
}

fn device(number: u8, country: &str) -> DeviceRow {
    DeviceRow {
        device: DeviceId::from_bytes([number; 16]),
        country: country.to_owned(),
        authority: AUTHORITY,
        chain: vec![vec![number; 4], vec![0; 2]],
        seen_ms: NOW,
    }
}

async fn an_authority_registers_once(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let (_, one) = authority(1);
    let (_, two) = authority(2);
    for authority in [&one, &one, &two] {
        let store = &scene.store;
        store
            .register_authority(authority.clone(), NOW)
            .await
            .unwrap();
    }
    let mut known = scene.store.authorities().await.unwrap();
    known.sort_by_key(Authority::fingerprint);
    let mut expected = vec![one.clone(), two];
    expected.sort_by_key(Authority::fingerprint);
    assert!(known == expected);
    let found = scene.store.authority(one.fingerprint()).await.unwrap();
    assert!(found == Some(one));
    assert!(scene.store.authority(AUTHORITY).await.unwrap().is_none());
    // Who comes twice is noted once.
    assert_eq!(scene.store.verify_audit().await.unwrap(), 2);
}

async fn the_directory_knows_each_device_once_and_by_country(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let store = &scene.store;
    for row in [
        device(3, "JO"),
        device(1, "AE"),
        device(2, "JO"),
        device(3, "JO"),
    ] {
        store.remember_device(row).await.unwrap();
    }
    let first = |chains: Vec<Vec<VLBytes>>| -> Vec<u8> {
        chains.iter().map(|chain| chain[0].as_slice()[0]).collect()
    };
    assert_eq!(first(store.directory(None).await.unwrap()), [1, 2, 3]);
    assert_eq!(first(store.directory(Some("JO")).await.unwrap()), [2, 3]);
    assert!(store.directory(Some("FR")).await.unwrap().is_empty());
    // A device that comes back with another accreditation has that one.
    let mut renewed = device(2, "JO");
    renewed.chain[0] = vec![9; 4];
    store.remember_device(renewed).await.unwrap();
    assert_eq!(first(store.directory(Some("JO")).await.unwrap()), [9, 3]);
}

async fn a_revoked_device_leaves_nothing_that_could_be_handed_out(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let store = &scene.store;
    let innocent = DeviceId::from_bytes([8; 16]);
    for (device_id, number) in [(DEVICE, 2), (innocent, 8)] {
        store.remember_device(device(number, "JO")).await.unwrap();
        let packages = vec![package(number, false)];
        let published = store.publish_key_packages(device_id, packages).await;
        assert_eq!(published.unwrap(), 1);
        let endpoint = Some(PushEndpoint::new("https://push.example/1".to_owned()));
        store.push_subscribe(device_id, endpoint).await.unwrap();
    }
    let revoked = list(1, vec![DEVICE]);
    store
        .put_revocations(revoked.clone(), vec![DEVICE], NOW)
        .await
        .unwrap();
    assert_eq!(store.revocations().await.unwrap(), [revoked]);
    assert_eq!(store.directory(None).await.unwrap().len(), 1);
    let taken = store
        .take_key_packages(1, vec![DEVICE], Vec::new(), NOW)
        .await;
    assert!(matches!(taken, Err(StoreError::NoKeyPackage(_))));
    let taken = store
        .take_key_packages(1, vec![innocent], Vec::new(), NOW)
        .await;
    assert_eq!(taken.unwrap(), [[8; 8]]);
    assert_eq!(scene.count("push_subscriptions").await, 1);
    assert_eq!(store.verify_audit().await.unwrap(), 1 + 1);
}

async fn an_older_list_replaces_nothing(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let store = &scene.store;
    for number in [2, 1, 2, 3] {
        let list = list(number, vec![DEVICE]);
        store.put_revocations(list, Vec::new(), NOW).await.unwrap();
    }
    let known = store.revocations().await.unwrap();
    assert_eq!(known, [list(3, vec![DEVICE])]);
    let numbers = store.revocation_numbers().await.unwrap();
    assert_eq!(numbers, [(known[0].list.authority, 3)]);
}

fn blob(number: u32) -> BlobKey {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    (ROOM, BlobId::from_bytes(bytes))
}

fn row(stored: u32) -> BlobRow {
    BlobRow {
        device: DEVICE,
        chunks: 9,
        stored,
    }
}

async fn a_blob_only_grows(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let store = &scene.store;
    assert_eq!(store.blob(blob(1)).await.unwrap(), None);
    for stored in [1, 2, 5, 3] {
        store.put_blob(blob(1), row(stored)).await.unwrap();
    }
    assert_eq!(store.blob(blob(1)).await.unwrap(), Some(row(5)));
    assert_eq!(store.blob(blob(2)).await.unwrap(), None);
}

async fn a_room_holds_so_many_blobs(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let store = &scene.store;
    let all = (1..=limits::MAX_BLOBS_PER_ROOM).map(|number| store.put_blob(blob(number), row(1)));
    for put in futures_util::future::join_all(all).await {
        put.unwrap();
    }
    let all = u64::from(limits::MAX_BLOBS_PER_ROOM);
    assert_eq!(store.blobs_of(ROOM).await.unwrap(), (all, all));
    let refused = store.put_blob(blob(0), row(1)).await;
    assert!(matches!(refused, Err(StoreError::TooManyBlobs)));
    // Those that are there go on, and so do other rooms.
    store.put_blob(blob(7), row(2)).await.unwrap();
    let (_, id) = blob(0);
    assert_eq!(store.blobs_of(ROOM).await.unwrap(), (all, all + 1));
    let elsewhere = (RoomId::from_bytes([9; 16]), id);
    store.put_blob(elsewhere, row(1)).await.unwrap();
}

async fn a_push_goes_to_whoever_sits_in_an_open_room(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let store = &scene.store;
    scene.store_message(1).await.unwrap();
    let endpoint = |number: u8| PushEndpoint::new(format!("https://push.example/{number}"));
    let wanted = || store.push_subscription(ROOM, DEVICE);
    assert_eq!(wanted().await.unwrap(), None);
    for number in [1, 2] {
        let to = Some(endpoint(number));
        store.push_subscribe(DEVICE, to).await.unwrap();
    }
    let found = wanted().await.unwrap().unwrap();
    assert_eq!((found.endpoint, found.pushed_ms), (endpoint(2), 0));
    let stranger = DeviceId::from_bytes([6; 16]);
    store
        .push_subscribe(stranger, Some(endpoint(3)))
        .await
        .unwrap();
    assert_eq!(store.push_subscription(ROOM, stranger).await.unwrap(), None);
    // An end that is gone is not the one that the device has by now.
    store.push_gone(DEVICE, endpoint(1)).await.unwrap();
    assert!(wanted().await.unwrap().is_some());
    store.push_gone(DEVICE, endpoint(2)).await.unwrap();
    assert_eq!(wanted().await.unwrap(), None);
    store
        .push_subscribe(DEVICE, Some(endpoint(4)))
        .await
        .unwrap();
    let closed = Arc::new(vec![Effect::Closed { at_ms: NOW }]);
    store
        .store_effects(ROOM, Basis::Head(1), closed, NOW)
        .await
        .unwrap();
    assert_eq!(wanted().await.unwrap(), None);
    store.push_subscribe(DEVICE, None).await.unwrap();
    assert_eq!(scene.count("push_subscriptions").await, 1);
}

async fn one_hub_pushes_a_device_at_a_time(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let store = &scene.store;
    scene.store_message(1).await.unwrap();
    let endpoint = PushEndpoint::new("https://push.example/1".to_owned());
    assert!(!store.push_claim(DEVICE, 0, NOW).await.unwrap());
    store.push_subscribe(DEVICE, Some(endpoint)).await.unwrap();
    let claims = (0..8).map(|hub| store.push_claim(DEVICE, 0, NOW + hub));
    let claimed = futures_util::future::join_all(claims).await;
    let winners = claimed.into_iter().filter(|won| *won.as_ref().unwrap());
    assert_eq!(winners.count(), 1);
    let found = store
        .push_subscription(ROOM, DEVICE)
        .await
        .unwrap()
        .unwrap();
    assert!(found.pushed_ms >= NOW);
    let next = store.push_claim(DEVICE, found.pushed_ms, NOW + 100_000);
    assert!(next.await.unwrap());
}

async fn the_first_push_key_stays(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let other = Store::open(&scene.url, 1_000).await.unwrap();
    let first = scene.store.push_key(PushSecret([1; 32])).await.unwrap();
    assert!(first == PushSecret([1; 32]));
    assert!(other.push_key(PushSecret([2; 32])).await.unwrap() == first);
}
