//! Web Push: a local push service sees what a hub tells it, and when it tells it nothing.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use entente_client::engine::Wish;
use entente_client::now_ms;
use entente_protocol::{ClientControl, ErrorCode, HubControl, PushEndpoint, RoomId, limits};
use entente_room::{Event, Say};
use entente_tests::{Cast, HubProcess, Member, Raw};
use entente_trust::Role;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::CLASSIC;

/// Longer than a push takes that is on its way.
const QUIET: Duration = Duration::from_millis(700);

/// One request to the push service.
#[derive(Debug, Clone)]
struct Push {
    at_ms: u64,
    method: String,
    path: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

/// A push service for a handful of browsers.
#[derive(Clone)]
struct Service {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Push>>>,
    /// What it answers.
    status: Arc<Mutex<u16>>,
}

impl Service {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Self {
            address: listener.local_addr().unwrap(),
            seen: Arc::default(),
            status: Arc::new(Mutex::new(201)),
        };
        let serving = service.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = serving.clone();
                tokio::spawn(async move { service.serve(stream).await });
            }
        });
        service
    }

    async fn serve(&self, mut stream: TcpStream) {
        let mut bytes = Vec::new();
        let head = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        };
        // A body that follows without being announced would be seen as well.
        let _ = tokio::time::timeout(Duration::from_millis(50), stream.read_buf(&mut bytes)).await;
        let text = String::from_utf8(bytes[..head].to_vec()).unwrap();
        let mut lines = text.split("\r\n");
        let mut first = lines.next().unwrap().split(' ').map(str::to_owned);
        let headers = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        self.seen.lock().unwrap().push(Push {
            at_ms: now_ms(),
            method: first.next().unwrap(),
            path: first.next().unwrap(),
            headers,
            body: bytes[head + 4..].to_vec(),
        });
        let status = *self.status.lock().unwrap();
        let answer =
            format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    fn answer(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn url(&self, path: &str) -> Option<PushEndpoint> {
        Some(PushEndpoint::new(format!("http://{}{path}", self.address)))
    }

    fn seen(&self) -> Vec<Push> {
        self.seen.lock().unwrap().clone()
    }

    /// All pushes as soon as there are so many.
    async fn wait(&self, count: usize, patience: Duration) -> Vec<Push> {
        let enough = async {
            while self.seen().len() < count {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = tokio::time::timeout(patience, enough).await;
        let seen = self.seen();
        assert!(seen.len() >= count, "{count} wanted: {seen:?}");
        seen
    }
}

/// A room of three at a hub that pushes to a service nearby.
struct Scene {
    hub: HubProcess,
    cast: Cast,
    service: Service,
    anvil: Member,
    bellows: Member,
    chisel: Member,
    room: RoomId,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = HubProcess::start(&folder.path().join("hub"), &["--push-insecure"]);
        let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
        let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
        let bellows = cast.member("AE", "Bellows", Role::Liaison).await;
        let chisel = cast.member("AE", "Chisel", Role::Field).await;
        let room = cast.open_room(&anvil, &[&bellows, &chisel], CLASSIC).await;
        Self {
            service: Service::start().await,
            hub,
            cast,
            anvil,
            bellows,
            chisel,
            room,
            _folder: folder,
        }
    }

    /// Ends a member's engine and leaves a subscription behind.
    async fn leave(&self, member: &Member, path: &str) {
        member.engine.stop().await;
        let endpoint = self.service.url(path);
        assert_eq!(subscribe(&self.hub, member, endpoint).await, None);
    }

    async fn say(&self, text: &str, urgent: bool) {
        let say = Event::Say(Say {
            text: text.to_owned(),
            urgent,
            reply_to: None,
        });
        let delivered = self.anvil.engine.queue(self.room, say).await.unwrap();
        delivered.await.unwrap().unwrap();
    }
}

/// The refusal, if any.
async fn subscribe(
    hub: &HubProcess,
    member: &Member,
    endpoint: Option<PushEndpoint>,
) -> Option<(ErrorCode, String)> {
    let mut raw = Raw::greet(hub, &member.identity).await;
    let request = 9;
    let ask = ClientControl::PushSubscribe { request, endpoint };
    match raw.ask(&ask).await {
        HubControl::Done { request: 9 } => None,
        HubControl::Refused { code, detail, .. } => Some((code, detail.unwrap_or_default())),
        other => panic!("{other:?}"),
    }
}

async fn subscriptions(data: &Path) -> i64 {
    let options = SqliteConnectOptions::new().filename(data.join("hub.db"));
    let pool = SqlitePoolOptions::new()
        .connect_with(options)
        .await
        .unwrap();
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM push_subscriptions");
    let count = count.fetch_one(&pool).await.unwrap();
    pool.close().await;
    count
}

async fn public_key(hub: &HubProcess) -> Vec<u8> {
    let url = format!("http://{}/v1/push-key", hub.address);
    let get = move || ureq::get(&url).call().unwrap().body_mut().read_to_string();
    let text = tokio::task::spawn_blocking(get).await.unwrap().unwrap();
    BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()
}

/// The claims of a token that the hub's key has signed.
async fn claims(hub: &HubProcess, push: &Push) -> serde_json::Value {
    let (token, key) = push.headers["authorization"]
        .strip_prefix("vapid t=")
        .and_then(|rest| rest.split_once(", k="))
        .unwrap();
    let point = public_key(hub).await;
    assert_eq!(BASE64URL_NOPAD.decode(key.as_bytes()).unwrap(), point);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    VerifyingKey::from_sec1_bytes(&point)
        .unwrap()
        .verify(
            signed.as_bytes(),
            &Signature::from_slice(&signature).unwrap(),
        )
        .unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let read = |part: &str| -> serde_json::Value {
        serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
    };
    assert_eq!(read(header)["alg"], "ES256");
    read(claims)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_away_gets_a_knock_without_a_word_and_nobody_else() {
    let scene = Scene::set().await;
    scene.leave(&scene.chisel, "/chisel/5ecret").await;
    // Asked for pushes too, and is connected again.
    scene.leave(&scene.bellows, "/bellows/5ecret").await;
    let bellows = scene.cast.wake(&scene.bellows.dir).await;
    bellows.caught_up().await.unwrap();

    scene.say("not urgent", false).await;
    tokio::time::sleep(QUIET).await;
    assert!(
        scene.service.seen().is_empty(),
        "{:?}",
        scene.service.seen()
    );

    scene.say("urgent", true).await;
    let first = scene
        .service
        .wait(1, Duration::from_secs(10))
        .await
        .remove(0);
    assert_eq!((&*first.method, &*first.path), ("POST", "/chisel/5ecret"));
    assert!(first.body.is_empty(), "{:?}", first.body);
    assert_eq!(first.headers["content-length"], "0");
    assert_eq!(first.headers["urgency"], "high");
    assert_eq!(first.headers["topic"], "entente");
    assert_eq!(first.headers["ttl"], "3600");
    for name in ["content-type", "content-encoding", "cookie", "referer"] {
        assert!(!first.headers.contains_key(name), "{name}");
    }
    let claims = claims(&scene.hub, &first).await;
    assert_eq!(claims["aud"], format!("http://{}", scene.service.address));
    let expires_s = claims["exp"].as_u64().unwrap();
    let now_s = now_ms() / 1_000;
    assert!((now_s + 60..=now_s + 24 * 3_600).contains(&expires_s));
    assert_eq!(claims["sub"], format!("https://{}", scene.hub.address));

    // More within the interval is one more push, when the interval is over.
    scene.say("urgent again", true).await;
    scene.say("and again", true).await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(scene.service.seen().len(), 1);
    let interval = Duration::from_millis(limits::PUSH_INTERVAL_MS);
    let pushes = scene
        .service
        .wait(2, interval + Duration::from_secs(10))
        .await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(scene.service.seen().len(), 2);
    assert_eq!(pushes[1].path, "/chisel/5ecret");
    // The push before was sent a little before it was seen.
    let apart = pushes[1].at_ms - first.at_ms;
    assert!(apart + 1_000 >= limits::PUSH_INTERVAL_MS, "{apart} ms");
    assert!(!scene.hub.log().contains("5ecret"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_tried_twice_more_and_what_is_gone_is_forgotten() {
    let mut scene = Scene::set().await;
    scene.leave(&scene.chisel, "/chisel").await;
    scene.service.answer(500);
    scene.say("one", true).await;
    scene.service.wait(3, Duration::from_secs(20)).await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(scene.service.seen().len(), 3);
    assert_eq!(subscriptions(scene.hub.data()).await, 1);

    // The hub comes back with what it had, and knows when it pushed last: so soon nobody is pushed again.
    let key = public_key(&scene.hub).await;
    scene.hub.kill();
    scene.hub.restart();
    assert_eq!(public_key(&scene.hub).await, key);
    scene.service.answer(410);
    scene.say("two", true).await;
    let interval_ms = limits::PUSH_INTERVAL_MS;
    let patience = Duration::from_millis(interval_ms + 20_000);
    let pushes = scene.service.wait(4, patience).await;
    // Each took a moment to arrive.
    assert!(pushes[3].at_ms - pushes[0].at_ms > interval_ms - 2_000);
    let forgotten = async {
        while subscriptions(scene.hub.data()).await > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let patience = Duration::from_secs(10);
    tokio::time::timeout(patience, forgotten).await.unwrap();

    scene.hub.kill();
    scene.hub.restart();
    scene.service.answer(201);
    scene.say("three", true).await;
    tokio::time::sleep(QUIET).await;
    assert_eq!(scene.service.seen().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_or_was_revoked_or_said_no_is_not_pushed() {
    let scene = Scene::set().await;
    scene.leave(&scene.chisel, "/chisel").await;
    scene.leave(&scene.bellows, "/bellows").await;
    assert_eq!(subscriptions(scene.hub.data()).await, 2);
    assert_eq!(subscribe(&scene.hub, &scene.bellows, None).await, None);
    let removed = scene.chisel.identity.device();
    let wish = Wish::Remove(vec![removed]);
    scene.anvil.engine.commit(scene.room, wish).await.unwrap();
    scene.say("urgent", true).await;
    tokio::time::sleep(QUIET).await;
    assert!(
        scene.service.seen().is_empty(),
        "{:?}",
        scene.service.seen()
    );

    assert_eq!(subscriptions(scene.hub.data()).await, 1);
    let desk = scene.cast.desk("AE");
    desk.revoke(&[removed], now_ms()).unwrap();
    desk.publish_revocations(&scene.hub.url()).await.unwrap();
    assert_eq!(subscriptions(scene.hub.data()).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_is_not_sent_where_only_it_can_reach() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let anvil = cast.member("JO", "Anvil", Role::Coordinator).await;
    anvil.engine.stop().await;
    for (url, what) in [
        ("not a url", "url"),
        ("http://push.example/x", "scheme"),
        ("https://me:pw@push.example/x", "user"),
        ("https://127.0.0.1/x", "host"),
        ("https://[::ffff:10.0.0.1]/x", "host"),
        ("https://169.254.169.254/latest/meta-data", "host"),
        ("https://localhost/x", "host"),
    ] {
        let endpoint = Some(PushEndpoint::new(url.to_owned()));
        let refused = Some((ErrorCode::BadEndpoint, what.to_owned()));
        assert_eq!(subscribe(&hub, &anvil, endpoint).await, refused, "{url}");
    }
    let long = "x".repeat(limits::MAX_PUSH_ENDPOINT_BYTES);
    let endpoint = Some(PushEndpoint::new(format!("https://push.example/{long}")));
    let refused = Some((
        ErrorCode::LimitExceeded,
        "MAX_PUSH_ENDPOINT_BYTES".to_owned(),
    ));
    assert_eq!(subscribe(&hub, &anvil, endpoint).await, refused);
    assert_eq!(subscriptions(hub.data()).await, 0);
    // One a device: the last one counts.
    for path in ["a", "b"] {
        let endpoint = PushEndpoint::new(format!("https://push.example/{path}"));
        assert_eq!(subscribe(&hub, &anvil, Some(endpoint)).await, None);
        assert_eq!(subscriptions(hub.data()).await, 1);
    }
    assert!(!hub.log().contains("push.example"));
}
