//! Devices, their key packages, and their enrolment.

use entente_protocol::{EnrolmentAnswer, limits};

use super::*;

promises!(
    a_key_package_is_handed_out_once_and_the_last_resort_when_none_is_left,
    key_packages_are_taken_all_or_none_and_kept_within_the_limit,
    a_ticket_belongs_to_the_first_request_and_is_answered_once,
    two_takers_never_get_the_same_key_package,
);

async fn a_key_package_is_handed_out_once_and_the_last_resort_when_none_is_left(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let publish = |packages| scene.store.publish_key_packages(DEVICE, packages);
    let take = || {
        scene
            .store
            .take_key_packages(1, vec![DEVICE], Vec::new(), NOW)
    };
    assert!(matches!(take().await, Err(StoreError::NoKeyPackage(missing)) if missing == [DEVICE]));
    let stock = publish(vec![package(1, false), package(2, false), package(9, true)]);
    assert_eq!(stock.await.unwrap(), 2);
    for expected in [1, 2, 9, 9] {
        assert_eq!(take().await.unwrap(), [vec![expected; 8]]);
    }
    // Who has had enough gets the last resort, and the others are there for those who have not.
    publish(vec![package(3, false)]).await.unwrap();
    let spare = scene
        .store
        .take_key_packages(1, vec![DEVICE], vec![DEVICE], NOW);
    assert_eq!(spare.await.unwrap(), [vec![9; 8]]);
    assert_eq!(take().await.unwrap(), [vec![3; 8]]);
    publish(vec![package(8, true)]).await.unwrap();
    assert_eq!(take().await.unwrap(), [vec![8; 8]], "the new last resort");
    // Another suite, or later than its lifetime: there is none.
    let other = scene
        .store
        .take_key_packages(0x4f, vec![DEVICE], Vec::new(), NOW);
    assert!(matches!(other.await, Err(StoreError::NoKeyPackage(_))));
    let late = scene
        .store
        .take_key_packages(1, vec![DEVICE], Vec::new(), NOW + 61_000);
    assert!(matches!(late.await, Err(StoreError::NoKeyPackage(_))));
}

async fn key_packages_are_taken_all_or_none_and_kept_within_the_limit(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let nobody = DeviceId::from_bytes([4; 16]);
    let count = || scene.store.key_package_count(DEVICE);
    scene
        .store
        .publish_key_packages(DEVICE, vec![package(1, false)])
        .await
        .unwrap();
    let both = scene
        .store
        .take_key_packages(1, vec![DEVICE, nobody], Vec::new(), NOW)
        .await;
    assert!(matches!(both, Err(StoreError::NoKeyPackage(missing)) if missing == [nobody]));
    assert_eq!(count().await.unwrap(), 1);
    let limit = u8::try_from(limits::MAX_KEY_PACKAGES_PER_DEVICE).unwrap();
    let too_many = (10..10 + limit).map(|hash| package(hash, false)).collect();
    let refused = scene.store.publish_key_packages(DEVICE, too_many).await;
    assert!(matches!(refused, Err(StoreError::TooManyKeyPackages)));
    assert_eq!(count().await.unwrap(), 1);
}

async fn a_ticket_belongs_to_the_first_request_and_is_answered_once(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let store = &scene.store;
    let first = request(1, 1);
    let ticket = first.ticket;
    store.post_enrolment(first.clone(), NOW).await.unwrap();
    store.post_enrolment(first.clone(), NOW).await.unwrap();
    let stolen = store.post_enrolment(request(1, 66), NOW).await;
    assert!(matches!(stolen, Err(StoreError::EnrolmentTaken)));
    let waiting = store.waiting_enrolments(AUTHORITY).await.unwrap();
    assert_eq!(waiting, [first]);
    let answer = |byte| EnrolmentAnswer {
        ticket,
        chain: Vec::new(),
        mac: VLBytes::new(vec![byte; 32]),
    };
    for byte in [1, 2] {
        let answers = vec![(ticket, Some(answer(byte)))];
        store
            .answer_enrolments(AUTHORITY, answers, NOW)
            .await
            .unwrap();
    }
    assert_eq!(
        store.enrolment(AUTHORITY, ticket).await.unwrap(),
        EnrolmentState::Answered(answer(1).encode().unwrap())
    );
    assert!(
        store
            .waiting_enrolments(AUTHORITY)
            .await
            .unwrap()
            .is_empty()
    );
    let elsewhere = Fingerprint::from_bytes([5; 32]);
    assert_eq!(
        store.enrolment(elsewhere, ticket).await.unwrap(),
        EnrolmentState::Unknown
    );
}

/// Two stores on one database, as two hubs have them.
async fn two_takers_never_get_the_same_key_package(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    let other = Store::open(&scene.url, 1_000).await.unwrap();
    let packages = (0..40).map(|hash| package(hash, false)).collect();
    let published = scene.store.publish_key_packages(DEVICE, packages).await;
    assert_eq!(published.unwrap(), 40);
    let takers = (0..40).map(|number| {
        let store = if number % 2 == 0 {
            &scene.store
        } else {
            &other
        };
        store.take_key_packages(1, vec![DEVICE], Vec::new(), NOW)
    });
    let mut taken = Vec::new();
    for result in futures_util::future::join_all(takers).await {
        taken.extend(result.unwrap());
    }
    taken.sort();
    assert_eq!(taken, (0..40).map(|hash| vec![hash; 8]).collect::<Vec<_>>());
}
