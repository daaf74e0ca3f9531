//! Who comes too slowly, too often, too many at once, or with too much.

use std::time::Duration;

use entente_protocol::{ClientControl, ErrorCode, HubControl, limits};
use entente_tests::{FIN, Plain, masked, opcode, within};
use entente_trust::Role;

use super::{POLICY, Scene, TOO_LARGE};

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
