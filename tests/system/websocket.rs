//! RFC 6455 at the hub's socket, byte by byte: what is not WebSocket ends its own connection with the code that says
//! so, and what is allowed but rare is understood.

use entente_protocol::{ClientControl, HubControl};
use entente_room::Identity;
use entente_tests::{Cast, FIN, HubProcess, Plain, Raw, Snapshot, masked, opcode};
use entente_trust::Role;

/// Codes of RFC 6455 §7.4.1.
const NORMAL: u16 = 1000;
const PROTOCOL: u16 = 1002;
const INVALID: u16 = 1007;
const TOO_LARGE: u16 = 1009;

/// A hub, a device that plays with it, and one that must not notice.
struct Scene {
    hub: HubProcess,
    player: std::sync::Arc<Identity>,
    honest: Raw,
    before: Snapshot,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = HubProcess::start(&folder.path().join("hub"), &[]);
        let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
        let (_, bystander) = cast.enrol("JO", "Honest", Role::Coordinator).await;
        let (_, player) = cast.enrol("JO", "Player", Role::Field).await;
        let honest = Raw::greet(&hub, &bystander).await;
        drop(Plain::greet(&hub, &player).await);
        let before = Snapshot::of(hub.data()).await;
        Self {
            hub,
            player,
            honest,
            before,
            _folder: folder,
        }
    }

    async fn greet(&self) -> Plain {
        Plain::greet(&self.hub, &self.player).await
    }

    async fn is_unharmed(&mut self) {
        assert!(self.honest.is_alive().await);
        assert_eq!(Snapshot::of(self.hub.data()).await, self.before);
    }
}

fn time() -> Vec<u8> {
    ClientControl::Time { request: 5 }.encode().into_bytes()
}

async fn is_told_the_time(plain: &mut Plain) -> bool {
    matches!(plain.control().await, HubControl::Time { request: 5, .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_websocket_is_closed_with_the_code_that_says_so() {
    let mut scene = Scene::set().await;
    let text = |payload: &[u8]| masked(FIN | opcode::TEXT, payload);
    let first = |payload: &[u8]| masked(opcode::TEXT, payload);
    let rest = |payload: &[u8]| masked(FIN | opcode::CONTINUATION, payload);
    let close = |payload: &[u8]| masked(FIN | opcode::CLOSE, payload);
    let mut unmasked = vec![FIN | opcode::TEXT, 2];
    unmasked.extend(b"hi");
    let mut cases: Vec<(String, Vec<u8>, u16)> = vec![
        ("a frame without a mask".into(), unmasked, PROTOCOL),
        (
            "a fragmented ping".into(),
            masked(opcode::PING, b"x"),
            PROTOCOL,
        ),
        (
            "a fragmented close".into(),
            masked(opcode::CLOSE, b""),
            PROTOCOL,
        ),
        (
            "a ping of 126 bytes".into(),
            masked(FIN | opcode::PING, &[0; 126]),
            PROTOCOL,
        ),
        ("the rest of nothing".into(), rest(b"x"), PROTOCOL),
        (
            "a message in a message".into(),
            [first(b"a"), text(b"b")].concat(),
            PROTOCOL,
        ),
        ("half a close code".into(), close(&[3]), PROTOCOL),
        ("invalid UTF-8".into(), text(b"\xff"), INVALID),
        ("a surrogate".into(), text(b"\xed\xa0\x80"), INVALID),
        ("an overlong slash".into(), text(b"\xc0\xaf"), INVALID),
        (
            "invalid UTF-8 in pieces".into(),
            [first(b"\xe2\x82"), rest(b"\x28")].concat(),
            INVALID,
        ),
        (
            "UTF-8 that ends in the middle".into(),
            [first(b"a"), rest(b"\xe2\x82")].concat(),
            INVALID,
        ),
    ];
    for bit in [0x40, 0x20, 0x10] {
        // Without an extension these mean nothing; a compressed message has the first one.
        let frame = masked(FIN | bit | opcode::TEXT, b"x");
        cases.push((format!("reserved bit {bit:#x}"), frame, PROTOCOL));
    }
    for unknown in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        let frame = masked(FIN | unknown, b"x");
        cases.push((format!("opcode {unknown}"), frame, PROTOCOL));
    }
    for (name, length) in [("4 EiB", 1_u64 << 62), ("5 MiB", 5 << 20)] {
        let mut frame = vec![FIN | opcode::BINARY, 0x80 | 127];
        frame.extend(length.to_be_bytes());
        frame.extend([0; 4]);
        cases.push((format!("a frame of {name}"), frame, TOO_LARGE));
    }
    for (name, bytes, code) in cases {
        let mut plain = scene.greet().await;
        plain.send(&bytes).await;
        assert_eq!(plain.close_code().await, Some(code), "{name}");
        plain.ended().await;
    }
    scene.is_unharmed().await;
}

/// A whole message that never ends: the hub keeps no more of it than a frame may have.
#[tokio::test(flavor = "multi_thread")]
async fn an_endless_message_is_cut_off() {
    let mut scene = Scene::set().await;
    let mut plain = scene.greet().await;
    let before = scene.hub.resident_bytes();
    let part = vec![b'x'; 256 * 1024];
    plain.send(&masked(opcode::BINARY, &part)).await;
    // Its end is seen when the hub takes no more, or says that it is too much.
    for _ in 0..64 {
        if !plain.send(&masked(opcode::CONTINUATION, &part)).await {
            break;
        }
    }
    let code = plain.close_code().await;
    assert!(matches!(code, Some(TOO_LARGE) | None), "{code:?}");
    let after = scene.hub.resident_bytes();
    assert!(after < before + 12 * 1024 * 1024, "{before} → {after}");
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_is_understood() {
    let mut scene = Scene::set().await;
    let mut plain = scene.greet().await;
    let time = time();

    // One byte a frame, a ping in the middle, and an empty frame at the end.
    for (place, byte) in time.iter().enumerate() {
        let opcode = if place == 0 {
            opcode::TEXT
        } else {
            opcode::CONTINUATION
        };
        plain.send(&masked(opcode, &[*byte])).await;
        if place == 3 {
            plain
                .send(&masked(FIN | opcode::PING, b"still here?"))
                .await;
            let pong = plain.frame().await.unwrap();
            assert_eq!(pong, (opcode::PONG, b"still here?".to_vec()));
        }
    }
    plain.send(&masked(FIN | opcode::CONTINUATION, b"")).await;
    assert!(is_told_the_time(&mut plain).await);

    // A character in two frames is one; what it says is not known, and that is the answer.
    plain.send(&masked(opcode::TEXT, b"{\"op\":\"\xe2")).await;
    plain
        .send(&masked(FIN | opcode::CONTINUATION, b"\x82\xac\"}"))
        .await;
    assert!(matches!(plain.control().await, HubControl::Refused { .. }));

    // Pongs that nobody asked for, an empty ping, and lengths of each form.
    plain.send(&masked(FIN | opcode::PONG, b"hm")).await;
    plain.send(&masked(FIN | opcode::PING, b"")).await;
    assert_eq!(plain.frame().await.unwrap(), (opcode::PONG, Vec::new()));
    for length in [0, 125, 126, 65_535, 65_536] {
        plain
            .send(&masked(FIN | opcode::BINARY, &vec![0xee; length]))
            .await;
        let answer = plain.control().await;
        assert!(matches!(answer, HubControl::Refused { .. }), "{answer:?}");
    }
    plain.send(&masked(FIN | opcode::TEXT, &time)).await;
    assert!(is_told_the_time(&mut plain).await);

    // A goodbye is answered with a goodbye.
    plain
        .send(&masked(FIN | opcode::CLOSE, &NORMAL.to_be_bytes()))
        .await;
    assert_eq!(plain.close_code().await, Some(NORMAL));
    plain.ended().await;
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_that_is_none_is_refused_over_http() {
    let mut scene = Scene::set().await;
    let good = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let without = |line: &str| good.replace(line, "X: y\r\n");
    let cases = [
        ("POST", good.to_owned()),
        ("GET", String::new()),
        ("GET", without("Connection: Upgrade\r\n")),
        ("GET", without("Upgrade: websocket\r\n")),
        (
            "GET",
            without("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
        ),
        ("GET", good.replace("Version: 13", "Version: 12")),
    ];
    for (method, headers) in cases {
        let mut plain = Plain::connect(scene.hub.address).await;
        let request = format!("{method} /v1/connect HTTP/1.1\r\nHost: hub\r\n{headers}\r\n");
        plain.send(request.as_bytes()).await;
        let head = plain.head().await;
        assert!(head.starts_with("http/1.1 4"), "{method} {headers}: {head}");
    }
    // Compression is offered by browsers and never taken: there is no bomb to unpack.
    let mut plain = Plain::connect(scene.hub.address).await;
    let head = plain
        .upgrade("Sec-WebSocket-Extensions: permessage-deflate\r\n")
        .await;
    assert!(head.starts_with("http/1.1 101"), "{head}");
    assert!(!head.contains("sec-websocket-extensions"), "{head}");
    scene.is_unharmed().await;
}
