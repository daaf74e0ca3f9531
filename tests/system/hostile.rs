//! Floods at the hub's socket: each limit holds with an answer that names it, memory stays bounded, and members beside
//! go on talking.

use std::sync::Arc;
use std::time::Duration;

use entente_client::engine::Wish;
use entente_protocol::{
    BlobId, ClientControl, ClientFrame, CommitBundle, ErrorCode, HubControl, HubFrame, PutBlob,
    RoomId, TakeKeyPackages, limits,
};
use entente_room::{Event, Identity, Say, Session};
use entente_tests::{Cast, FIN, HubProcess, Member, Plain, Raw, masked, opcode, within};
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

/// Heads that never end, connections on which nothing comes, hellos that stop in the middle.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_slow_to_say_what_it_wants_is_dropped() {
    const EACH: usize = 100;
    let scene = Scene::set(&[]).await;
    let mut heads = Vec::new();
    let mut silent = Vec::new();
    let mut half = Vec::new();
    for _ in 0..EACH {
        let mut head = Plain::connect(scene.hub.address).await;
        head.send(b"GET / HTTP/1.1\r\nHost: hub\r\n").await;
        heads.push(head);
        silent.push(Plain::connect(scene.hub.address).await);
        let mut hello = Plain::connect(scene.hub.address).await;
        hello.challenged().await;
        hello
            .send(&masked(FIN | opcode::BINARY, &[1; 100])[..50])
            .await;
        half.push(hello);
    }
    scene.talk("with all of them there").await;
    for mut hello in half {
        let refused = hello.control().await;
        let code = ErrorCode::NotAuthenticated;
        assert_eq!(refused, HubControl::refused(None, None, code));
        assert_eq!(hello.close_code().await, Some(POLICY));
    }
    // A line now and then does not help: it is the head that must come.
    for head in &mut heads {
        head.send(b"X-More: 1\r\n").await;
    }
    for mut connection in heads.into_iter().chain(silent) {
        connection.ended().await;
    }
    scene.is_within_memory();
    scene.talk("after").await;
}

/// Twice as many connections as an address may have: half are served, the others are told, more are dropped.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_so_many_connections() {
    const LIMIT: usize = 20;
    let scene = Scene::set(&["--connections-per-address", &LIMIT.to_string()]).await;
    let from = "127.0.0.7";
    let ask = b"GET /v1/push-key HTTP/1.1\r\nHost: hub\r\n\r\n";
    let mut open = Vec::new();
    for number in 0..2 * LIMIT {
        let mut plain = Plain::connect_from(from, scene.hub.address).await.unwrap();
        plain.send(ask).await;
        let head = plain.head().await;
        let expected = if number < LIMIT { "200" } else { "429" };
        assert!(
            head.starts_with(&format!("http/1.1 {expected}")),
            "{number}: {head}"
        );
        assert_eq!(head.contains("retry-after: 1"), number >= LIMIT, "{head}");
        open.push(plain);
    }
    // Those who were told are gone by themselves; others are told, or dropped.
    let mut more = Vec::new();
    for _ in 0..4 * LIMIT {
        let mut plain = Plain::connect_from(from, scene.hub.address).await.unwrap();
        plain.send(ask).await;
        more.push(plain);
    }
    let (mut told, mut dropped) = (0, 0);
    for plain in &mut more {
        match plain.try_head().await {
            Some(head) => {
                assert!(head.starts_with("http/1.1 429"), "{head}");
                told += 1;
            }
            None => dropped += 1,
        }
    }
    assert_eq!(
        told + dropped,
        4 * LIMIT,
        "nobody is served beyond the limit"
    );
    scene.talk("an address beside").await;
    drop(open);
    within(async {
        loop {
            let mut plain = Plain::connect_from(from, scene.hub.address).await.unwrap();
            if plain.send(ask).await
                && plain
                    .try_head()
                    .await
                    .is_some_and(|it| it.contains(" 200 "))
            {
                break;
            }
        }
    })
    .await;
    let metrics = scene.metrics().await;
    assert!(
        metrics.contains("entente_turned_away_total{why=\"address\"}"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_asks_so_often() {
    const RATE: usize = 50;
    let scene = Scene::set(&["--requests-per-second-per-address", &RATE.to_string()]).await;
    let mut plain = Plain::connect_from("127.0.0.8", scene.hub.address)
        .await
        .unwrap();
    let burst = RATE * limits::REQUEST_BURST_SECONDS.get() as usize;
    let mut told = 0;
    for _ in 0..2 * burst {
        plain
            .send(b"GET /healthz HTTP/1.1\r\nHost: hub\r\nContent-Length: 0\r\n\r\n")
            .await;
        let head = plain.head().await;
        if head.starts_with("http/1.1 429") {
            assert!(head.contains("retry-after: "), "{head}");
            told += 1;
            plain = Plain::connect_from("127.0.0.8", scene.hub.address)
                .await
                .unwrap();
        } else {
            assert!(head.starts_with("http/1.1 200"), "{head}");
            plain.body(&head).await;
        }
    }
    assert!(told > 0, "nobody was told");
    scene.talk("an address beside").await;
}

/// The newest connection of a device counts: the others are told so and closed.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_connections_of_one_device_are_one() {
    let scene = Scene::set(&[]).await;
    let (_, identity) = scene.cast.enrol("JO", "Many", Role::Field).await;
    let mut before: Option<Plain> = None;
    for _ in 0..100 {
        let next = Plain::greet(&scene.hub, &identity).await;
        if let Some(mut old) = before.replace(next) {
            let code = ErrorCode::Superseded;
            assert_eq!(old.control().await, HubControl::refused(None, None, code));
            old.ended().await;
        }
    }
    let time = ClientControl::Time { request: 1 }.encode();
    let mut last = before.unwrap();
    last.send(&masked(FIN | opcode::TEXT, time.as_bytes()))
        .await;
    assert!(matches!(last.control().await, HubControl::Time { .. }));
    scene.is_within_memory();
    scene.talk("after").await;
}

/// Nobody may make the hub keep megabytes before it is known who that is.
#[tokio::test(flavor = "multi_thread")]
async fn a_giant_hello_is_cut_off_early() {
    const GIANTS: usize = 100;
    let scene = Scene::set(&[]).await;
    let frame = masked(FIN | opcode::BINARY, &vec![1; limits::MAX_FRAME_BYTES]);
    let mut giants = Vec::new();
    for _ in 0..GIANTS {
        let mut plain = Plain::connect(scene.hub.address).await;
        plain.challenged().await;
        plain
            .send(&frame[..limits::MAX_GREETING_BYTES - 1_024])
            .await;
        giants.push(plain);
    }
    // 400 MB were announced, and 6 MB came.
    scene.is_within_memory();
    for giant in &mut giants {
        giant.send(&frame[..4 * 1_024]).await;
        let code = giant.close_code().await;
        assert!(matches!(code, Some(TOO_LARGE) | None), "{code:?}");
    }
    scene.talk("after").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_count_like_everything_else() {
    let scene = Scene::set(&[]).await;
    let ping = masked(FIN | opcode::PING, b"x");
    let mut stranger = Plain::connect(scene.hub.address).await;
    stranger.challenged().await;
    stranger
        .send(&ping.repeat(limits::MAX_GREETING_PINGS as usize + 1))
        .await;
    assert_eq!(stranger.close_code().await, Some(POLICY));

    let (_, identity) = scene.cast.enrol("JO", "Pinger", Role::Field).await;
    let mut known = Plain::greet(&scene.hub, &identity).await;
    known
        .send(&ping.repeat(10 * limits::MESSAGE_BURST_PER_DEVICE as usize))
        .await;
    let told = loop {
        match known.frame().await.expect("it is told") {
            (opcode::PONG, _) => {}
            (opcode::TEXT, text) => break String::from_utf8(text).unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let HubControl::Refused { code, detail, .. } = HubControl::decode(&told).unwrap() else {
        panic!("{told}")
    };
    assert_eq!(code, ErrorCode::RateLimited);
    assert_eq!(detail.as_deref(), Some("MESSAGES_PER_SECOND_PER_DEVICE"));
    assert_eq!(known.close_code().await, Some(POLICY));
    scene.is_within_memory();
    scene.talk("after").await;
}

/// A device that comes again and again is told to wait, and let in when it has; another one does not notice.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_comes_back_too_often() {
    let scene = Scene::set(&[]).await;
    let insider = scene.insider().await;
    let mut is_limited = false;
    for _ in 0..2 * limits::HELLO_BURST_PER_DEVICE {
        let mut plain = Plain::connect(scene.hub.address).await;
        match plain.try_greet(&scene.hub, &insider).await.unwrap() {
            HubControl::Ready { .. } => {}
            HubControl::Refused {
                code: ErrorCode::RateLimited,
                detail: Some(detail),
                retry_after_ms: Some(wait_ms),
                ..
            } => {
                assert_eq!(detail, "HELLOS_PER_SECOND_PER_DEVICE");
                assert!((1..=1_000).contains(&wait_ms), "{wait_ms}");
                assert_eq!(plain.close_code().await, Some(POLICY));
                is_limited = true;
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(is_limited);
    scene.talk("meanwhile").await;
    let comes_back = async {
        loop {
            let mut plain = Plain::connect(scene.hub.address).await;
            let answer = plain.try_greet(&scene.hub, &insider).await.unwrap();
            let HubControl::Refused {
                retry_after_ms: Some(wait_ms),
                ..
            } = answer
            else {
                break answer;
            };
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
    };
    assert!(matches!(within(comes_back).await, HubControl::Ready { .. }));
}

/// A member that sends commits that are none: most are not even looked at, and no epoch ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_commits() {
    let count = limits::COMMIT_BURST_PER_DEVICE as usize + TOO_MUCH;
    let scene = Scene::set(&[]).await;
    let insider = scene.insider().await;
    let epoch = scene
        .anvil
        .engine
        .view(scene.room, Session::epoch)
        .await
        .unwrap();
    let mut raw = Raw::greet(&scene.hub, &insider).await;
    for number in 0..count {
        raw.frame(&ClientFrame::Commit(CommitBundle {
            request: number as u32,
            room: scene.room,
            number: 1_000 + number as u64,
            commit: vec![7; 1_000].into(),
            welcome: None,
            group_info: vec![7; 1_000].into(),
        }))
        .await;
    }
    let is_refused_as_none = |message: &Message| {
        let Message::Text(text) = message else {
            return false;
        };
        matches!(
            HubControl::decode(text).unwrap(),
            HubControl::Refused { code, .. } if code != ErrorCode::RateLimited
        )
    };
    let limit = "COMMITS_PER_SECOND_PER_DEVICE";
    let limited = limited(&mut raw, count, limit, is_refused_as_none).await;
    assert!(
        (1..=HALF_OF_WHAT_IS_TOO_MUCH).contains(&limited),
        "{limited}"
    );
    assert_eq!(
        scene
            .anvil
            .engine
            .view(scene.room, Session::epoch)
            .await
            .unwrap(),
        epoch
    );
    scene.is_within_memory();
    scene.talk("after").await;
}

/// One authority's devices can't use up what others need to invite somebody.
#[tokio::test(flavor = "multi_thread")]
async fn key_packages_can_not_be_drained() {
    let scene = Scene::set(&[]).await;
    let (_, drainer) = scene.cast.enrol("AE", "Drainer", Role::Liaison).await;
    let (_, honest) = scene.cast.enrol("JO", "Honest", Role::Liaison).await;
    let victim = scene.cast.member("JO", "Victim", Role::Field).await;
    victim.engine.stop().await;
    let take = |request| {
        ClientFrame::TakeKeyPackages(TakeKeyPackages {
            request,
            ciphersuite: CLASSIC,
            devices: vec![victim.identity.device()],
        })
    };
    let mut raw = Raw::greet(&scene.hub, &drainer).await;
    let mut packages = Vec::new();
    for request in 0..3 * limits::KEY_PACKAGES_PER_TAKER_AND_HOUR {
        raw.frame(&take(request)).await;
        packages.push(taken(&mut raw).await);
    }
    let last_resort = packages.last().unwrap().clone();
    let once = packages.iter().filter(|it| **it != last_resort).count();
    assert!(
        once <= limits::KEY_PACKAGES_PER_TAKER_AND_HOUR as usize,
        "{once}"
    );
    // Another device of the same authority gets the last resort too, one of another authority what is meant for it.
    let (_, accomplice) = scene.cast.enrol("AE", "Accomplice", Role::Liaison).await;
    let mut raw = Raw::greet(&scene.hub, &accomplice).await;
    raw.frame(&take(1)).await;
    assert_eq!(taken(&mut raw).await, last_resort);
    let mut raw = Raw::greet(&scene.hub, &honest).await;
    raw.frame(&take(1)).await;
    assert_ne!(taken(&mut raw).await, last_resort);
    scene.talk("after").await;
}

async fn taken(raw: &mut Raw) -> Vec<u8> {
    let Message::Binary(bytes) = raw.next().await else {
        panic!("key packages")
    };
    match HubFrame::decode(&bytes).unwrap() {
        HubFrame::KeyPackages(reply) => reply.key_packages[0].key_package.as_slice().to_vec(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_blobs() {
    let count = limits::BLOB_CHUNK_BURST_PER_DEVICE as usize + 100;
    // The limit of chunks is the one to be met.
    let scene = Scene::set(&["--messages-per-second", "100000"]).await;
    let insider = scene.insider().await;
    let mut raw = Raw::greet(&scene.hub, &insider).await;
    // Some are stored; the rest is for a room that is not there, which is known faster than a disk can be written.
    let elsewhere = RoomId::from_bytes([9; 16]);
    for number in 0..count {
        let mut blob = [0; 16];
        blob[..8].copy_from_slice(&(number as u64).to_be_bytes());
        raw.frame(&ClientFrame::PutBlob(PutBlob {
            request: number as u32,
            room: if number < 8 { scene.room } else { elsewhere },
            blob: BlobId::from_bytes(blob),
            chunks: 1,
            chunk: 0,
            bytes: vec![7].into(),
        }))
        .await;
    }
    let is_answered = |message: &Message| {
        let Message::Text(text) = message else {
            return false;
        };
        matches!(
            HubControl::decode(text).unwrap(),
            HubControl::BlobStored { stored: 1, .. }
                | HubControl::Refused {
                    code: ErrorCode::NoSeat,
                    ..
                }
        )
    };
    let limit = "BLOB_CHUNKS_PER_SECOND_PER_DEVICE";
    assert!(limited(&mut raw, count, limit, is_answered).await > 0);
    scene.is_within_memory();
    scene.talk("after").await;
}

/// Large answers are few, and one who does not take them is not asked what else it wants.
#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_much_and_takes_nothing_gets_little() {
    let asked = limits::LARGE_ANSWER_BURST_PER_DEVICE as usize + TOO_MUCH;
    let scene = Scene::set(&[]).await;
    let insider = scene.insider().await;
    let mut raw = Raw::greet(&scene.hub, &insider).await;
    for request in 0..asked {
        let directory = ClientControl::Directory {
            request: request as u32,
            country: None,
        };
        raw.send(Message::Text(directory.encode().into())).await;
    }
    let is_directory = |message: &Message| matches!(message, Message::Binary(_));
    let limit = "LARGE_ANSWERS_PER_SECOND_PER_DEVICE";
    let limited = limited(&mut raw, asked, limit, is_directory).await;
    assert!(
        (1..=HALF_OF_WHAT_IS_TOO_MUCH).contains(&limited),
        "{limited}"
    );

    // A photo of two chunks, wanted two hundred times and never read: 50 MB, of which the hub keeps few.
    let mut plain = Plain::greet(&scene.hub, &insider).await;
    let blob = BlobId::from_bytes([9; 16]);
    for (chunk, size) in [(0, limits::BLOB_CHUNK_BYTES), (1, 1)] {
        let put = ClientFrame::PutBlob(PutBlob {
            request: chunk,
            room: scene.room,
            blob,
            chunks: 2,
            chunk,
            bytes: vec![7; size].into(),
        });
        plain
            .send(&masked(FIN | opcode::BINARY, &put.encode().unwrap()))
            .await;
        assert!(matches!(
            plain.control().await,
            HubControl::BlobStored { .. }
        ));
    }
    let get = |request| ClientControl::GetBlob {
        request,
        room: scene.room,
        blob,
        chunk: 0,
    };
    for request in 0..200 {
        plain
            .send(&masked(
                FIN | opcode::TEXT,
                get(request).encode().as_bytes(),
            ))
            .await;
    }
    scene.talk("while it takes nothing").await;
    scene.is_within_memory();
}

/// "There is none" and "it is not yours" are one answer, to the byte but for the reference.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_what_is_not_ones_own_look_alike() {
    let scene = Scene::set(&[]).await;
    let (_, stranger) = scene.cast.enrol("JO", "Stranger", Role::Field).await;
    let mut raw = Raw::greet(&scene.hub, &stranger).await;
    let nowhere = RoomId::from_bytes([3; 16]);
    let blob = BlobId::from_bytes([4; 16]);
    let questions = |room: RoomId| {
        [
            ClientControl::Follow {
                request: 1,
                room,
                after: 0,
            },
            ClientControl::GroupInfo { request: 1, room },
            ClientControl::Blob {
                request: 1,
                room,
                blob,
            },
            ClientControl::GetBlob {
                request: 1,
                room,
                blob,
                chunk: 0,
            },
            ClientControl::WelcomeTaken { request: 1, room },
        ]
    };
    let asked = questions(scene.room).into_iter().zip(questions(nowhere));
    for (there, elsewhere) in asked {
        let there = raw.ask(&there).await.encode();
        let elsewhere = raw.ask(&elsewhere).await.encode();
        let same = elsewhere.replace(&nowhere.to_string(), &scene.room.to_string());
        assert_eq!(there, same);
    }
    // A device that nobody knows, and one that is known and has no key package.
    let (_, known) = scene.cast.enrol("JO", "Packless", Role::Field).await;
    let mut answers = Vec::new();
    for device in [
        known.device(),
        entente_protocol::DeviceId::from_bytes([5; 16]),
    ] {
        raw.frame(&ClientFrame::TakeKeyPackages(TakeKeyPackages {
            request: 1,
            ciphersuite: CLASSIC,
            devices: vec![device],
        }))
        .await;
        answers.push(
            raw.control()
                .await
                .encode()
                .replace(&device.to_string(), "it"),
        );
    }
    assert_eq!(answers[0], answers[1]);
}
