//! A device that its authority has revoked.

use entente_client::connection::{ConnectError, connect};
use entente_client::engine::Wish;
use entente_client::now_ms;
use entente_protocol::ErrorCode;
use entente_room::{Event, Say, Session};
use entente_tests::{Cast, HubProcess};
use entente_trust::Role;

use crate::CLASSIC;

/// It is cut off at once, loses its seat without anybody pressing a button, and can't come back:
/// not to the hub, not to the room, also not after the hub was killed.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_out_and_stays_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("AE", "Bellows", Role::Liaison).await;
    let chisel = cast.member("AE", "Chisel", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows, &chisel], CLASSIC).await;
    let revoked = chisel.identity.device();

    let desk = cast.desk("AE");
    assert_eq!(desk.devices_called("AE-Chisel").unwrap(), [revoked]);
    desk.revoke(&[revoked], now_ms()).unwrap();
    desk.publish_revocations(&hub.url()).await.unwrap();

    for member in [&anvil, &bellows] {
        member
            .engine
            .until(room, move |session| {
                session.roster().seat(revoked).is_none()
            })
            .await
            .unwrap();
    }
    let digest = anvil
        .engine
        .view(room, |s| s.board().digest())
        .await
        .unwrap();
    assert_eq!(
        bellows
            .engine
            .view(room, |s| s.board().digest())
            .await
            .unwrap(),
        digest
    );
    let refused = connect(&hub.url(), &chisel.identity).await;
    assert!(matches!(
        refused,
        Err(ConnectError::Refused(ErrorCode::Revoked))
    ));
    // Nobody can seat it again: the hub has nothing of it to hand out, and would not take it.
    let again = anvil.engine.commit(room, Wish::Admit(vec![revoked])).await;
    assert!(again.is_err(), "{again:?}");

    hub.kill();
    hub.restart();
    let refused = connect(&hub.url(), &chisel.identity).await;
    assert!(matches!(
        refused,
        Err(ConnectError::Refused(ErrorCode::Revoked))
    ));
    let say = Event::Say(Say {
        text: "still here".to_owned(),
        urgent: false,
        reply_to: None,
    });
    let delivered = anvil.engine.queue(room, say).await.unwrap();
    let seq = delivered.await.unwrap().unwrap();
    bellows
        .engine
        .until(room, move |session| session.cursor() >= seq)
        .await
        .unwrap();
    assert!(
        bellows
            .engine
            .view(room, Session::epoch)
            .await
            .unwrap()
            .is_some()
    );
}
