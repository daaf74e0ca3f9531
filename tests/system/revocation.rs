//! A device that its authority has revoked.

use entente_client::connection::{ConnectError, Incoming, connect};
use entente_client::engine::{EngineEvent, Wish};
use entente_client::now_ms;
use entente_protocol::ErrorCode;
use entente_room::{Event, Notice, Say, Session};
use entente_tests::{Cast, HubProcess, within};
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
    // Not an engine, which would stop by itself: a device that goes on listening.
    chisel.engine.stop().await;
    let (listening, mut incoming, _) = connect(&hub.url(), &chisel.identity).await.unwrap();
    listening.follow(room, 0).await.unwrap();
    let mut told = anvil.engine.events();

    let desk = cast.desk("AE");
    assert_eq!(desk.devices_called("AE-Chisel").unwrap(), [revoked]);
    desk.revoke(&[revoked], now_ms()).unwrap();
    desk.publish_revocations(&hub.url()).await.unwrap();

    for member in [&anvil, &bellows] {
        let gone = member.engine.until(room, move |session| {
            session.roster().seat(revoked).is_none()
        });
        within(gone).await.unwrap();
    }
    // The connection that it had has ended with the list, and nothing came after it: not even the
    // commit that took its seat.
    let mut last = 0;
    let mut end = None;
    while let Some(next) = within(incoming.recv()).await {
        match next {
            Incoming::Delivery(delivery) => last = last.max(delivery.seq),
            Incoming::Refused(code) => end = Some(code),
            _ => {}
        }
    }
    let list = loop {
        if let EngineEvent::Room {
            notice: Notice::Revoked { seq, .. },
            ..
        } = within(told.recv()).await.unwrap()
        {
            break seq;
        }
    };
    assert!(last <= list, "#{last} was delivered, the list is #{list}");
    assert_eq!(end, Some(ErrorCode::Revoked));
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
    let heard = bellows
        .engine
        .until(room, move |session| session.cursor() >= seq);
    within(heard).await.unwrap();
    assert!(
        bellows
            .engine
            .view(room, Session::epoch)
            .await
            .unwrap()
            .is_some()
    );
}
