//! What the hub still gives to a device whose seat was taken.

use entente_client::connection::{Incoming, connect};
use entente_client::engine::Wish;
use entente_protocol::ErrorCode;
use entente_room::{Event, Say, Session};
use entente_tests::{Cast, HubProcess};
use entente_trust::Role;

use crate::CLASSIC;

/// It gets the commit that removes it, so that it knows, and not one message more.
#[tokio::test(flavor = "multi_thread")]
async fn a_removed_device_gets_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    let bellows = cast.member("JO", "Bellows", Role::Field).await;
    let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
    bellows.engine.stop().await;

    // Not an engine, which would stop by itself: a device that goes on listening.
    let (listening, mut incoming, _) = connect(&hub.url(), &bellows.identity).await.unwrap();
    listening.follow(room, 0).await.unwrap();
    let removed = Wish::Remove(vec![bellows.identity.device()]);
    let removal = anvil.engine.commit(room, removed).await.unwrap();
    for text in ["one", "two", "three"] {
        let say = Event::Say(Say {
            text: text.to_owned(),
            urgent: false,
            reply_to: None,
        });
        let delivered = anvil.engine.queue(room, say).await.unwrap();
        delivered.await.unwrap().unwrap();
    }
    assert!(anvil.engine.view(room, Session::cursor).await.unwrap() > removal);

    let again = listening.follow(room, 0).await.unwrap_err();
    assert_eq!(again.code(), Some(ErrorCode::NoSeat));
    let state = listening.group_info(room).await.unwrap_err();
    assert_eq!(state.code(), Some(ErrorCode::NoSeat));
    // The answers came after whatever the hub had sent before.
    let mut last = 0;
    let mut end = None;
    while let Ok(next) = incoming.try_recv() {
        match next {
            Incoming::Delivery(delivery) => last = last.max(delivery.seq),
            Incoming::Unfollowed(_, code) => end = Some(code),
            _ => {}
        }
    }
    assert_eq!((last, end), (removal, Some(ErrorCode::NoSeat)));
}
