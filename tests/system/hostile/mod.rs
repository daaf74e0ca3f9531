//! Hostile clients at the hub's socket: each limit holds with an answer that names it, memory stays bounded, and members beside
//! go on talking.

mod alike;
mod doors;
mod floods;

use std::sync::Arc;

use entente_client::engine::Wish;
use entente_protocol::{ErrorCode, HubControl, RoomId};
use entente_room::{Event, Identity, Say, Session};
use entente_tests::{Cast, HubProcess, Member, Plain, Raw, within};
use entente_trust::Role;
use tokio_tungstenite::tungstenite::Message;

use crate::CLASSIC;

const POLICY: u16 = 1008;
const TOO_LARGE: u16 = 1009;

/// What a hub may take in memory beyond what it had, while it is flooded.
const MEMORY_BYTES: u64 = 96 * 1024 * 1024;

/// Requests beyond what may come at once. Of one who was told to wait nothing is read for so long, and the next one is let
/// through then: half of them are refused.
const TOO_MUCH: usize = 50;
const HALF_OF_WHAT_IS_TOO_MUCH: usize = TOO_MUCH / 2 + 1;

/// Two members in a room, and a hub that somebody floods.
struct Scene {
    hub: HubProcess,
    cast: Cast,
    anvil: Member,
    bellows: Member,
    room: RoomId,
    resident_before: u64,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn set(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = HubProcess::start(&folder.path().join("hub"), options);
        let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        let bellows = cast.member("AE", "Bellows", Role::Liaison).await;
        let room = cast.open_room(&anvil, &[&bellows], CLASSIC).await;
        let scene = Self {
            resident_before: hub.resident_bytes(),
            hub,
            cast,
            anvil,
            bellows,
            room,
            _folder: folder,
        };
        scene.talk("before").await;
        scene
    }

    /// A device with a seat whose connection the test has in its own hands.
    async fn insider(&self) -> Arc<Identity> {
        let member = self.cast.member("JO", "Insider", Role::Field).await;
        let admit = Wish::Admit(vec![member.identity.device()]);
        within(self.anvil.engine.commit(self.room, admit))
            .await
            .unwrap();
        let ready = member.engine.until(self.room, Session::is_board_ready);
        within(ready).await.unwrap();
        member.engine.stop().await;
        member.identity
    }

    /// One says something, and the other hears it.
    async fn talk(&self, text: &str) {
        let event = Event::Say(Say {
            text: text.to_owned(),
            urgent: false,
            reply_to: None,
        });
        let seq = within(self.anvil.engine.say(self.room, event))
            .await
            .unwrap();
        let heard = (seq, text.to_owned());
        let heard = move |session: &Session| crate::said(session).contains(&heard);
        within(self.bellows.engine.until(self.room, heard))
            .await
            .unwrap();
    }

    fn is_within_memory(&self) {
        let now = self.hub.resident_bytes();
        let bound = self.resident_before + MEMORY_BYTES;
        assert!(now < bound, "{} → {now} bytes", self.resident_before);
    }

    async fn metrics(&self) -> String {
        let mut plain = Plain::connect(self.hub.address).await;
        plain
            .send(b"GET /metrics HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
            .await;
        let mut text = String::new();
        plain.head().await;
        while let Some(more) = plain.text().await {
            text.push_str(&more);
        }
        text
    }
}

/// Refusals of a request by a rate limit, among answers to `count` requests; others must satisfy `is_fine`.
async fn limited(
    raw: &mut Raw,
    count: usize,
    limit: &str,
    is_fine: impl Fn(&Message) -> bool,
) -> usize {
    let mut limited = 0;
    for _ in 0..count {
        let message = raw.next().await;
        if is_fine(&message) {
            continue;
        }
        let Message::Text(text) = &message else {
            panic!("{message:?}")
        };
        match HubControl::decode(text).unwrap() {
            HubControl::Refused {
                code: ErrorCode::RateLimited,
                detail: Some(detail),
                retry_after_ms: Some(wait_ms),
                ..
            } if detail == limit => {
                assert!(wait_ms >= 1);
                limited += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    limited
}
