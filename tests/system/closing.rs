//! A room that was closed before its time while a device was off.

use entente_client::Passphrase;
use entente_client::engine::Wish;
use entente_client::now_ms;
use entente_client::store::{SealedStore, StoreError};
use entente_room::{CharterChange, Ended};
use entente_tests::{Cast, HubProcess, within};
use entente_trust::Role;

use crate::CLASSIC;

/// It learns of it from the hub, believes the signatures of those who closed the room, and destroys
/// its keys: by no file of then or now can they be had again.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_was_off_learns_that_the_room_was_closed() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    let falcon = cast.member("JO", "Falcon", Role::Field).await;
    let room = cast.open_room(&petra, &[&falcon], CLASSIC).await;
    falcon.engine.stop().await;
    // What a disk may keep of the time before.
    let kept = std::fs::read(falcon.dir.join("state.redb")).unwrap();
    let secrets = |dir| {
        let passphrase = Passphrase::new("only for tests".to_owned());
        let store = SealedStore::open(dir, &passphrase).unwrap();
        store.scan(&[b"room/", room.as_bytes().as_slice(), b"m"].concat())
    };
    assert!(!secrets(&falcon.dir).unwrap().is_empty());

    let end_ms = now_ms();
    let close = Wish::Amend(Box::new(CharterChange::close_at(end_ms)));
    within(petra.engine.commit(room, close)).await.unwrap();
    let over = petra.engine.until(room, |s| s.ended().is_some());
    within(over).await.unwrap();
    hub.kill();
    hub.restart();

    let awake = cast.wake(&falcon.dir).await;
    within(awake.until(room, |s| s.ended().is_some()))
        .await
        .unwrap();
    let known = awake
        .view(room, |s| (s.ended(), s.epoch_authenticator()))
        .await
        .unwrap();
    assert_eq!(known, (Some(Ended::Closed { at_ms: end_ms }), None));
    awake.stop().await;
    assert!(secrets(&falcon.dir).unwrap().is_empty());
    std::fs::write(falcon.dir.join("state.redb"), kept).unwrap();
    let carved = secrets(&falcon.dir);
    assert!(
        matches!(carved, Err(StoreError::Tampered(_))),
        "the keys are still there"
    );
}
