//! What a hub refuses: each with its own code, nothing changed, nobody else disturbed.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use entente_client::connection::{Connection, RequestError};
use entente_client::{HubUrl, now_ms, random_bytes};
use entente_protocol::{
    ClientControl, ClientFrame, ErrorCode, HubControl, RoomId, SendMessage, Wake, hello_bytes,
    limits,
};
use entente_room::{CharterText, CommitWish, Event, Identity, NewRoom, Say, Session};
use entente_tests::{Cast, HubProcess, Raw, Snapshot, room_spec};
use entente_trust::issue::{AccreditationRequest, RootRequest, accredit, new_root};
use entente_trust::{Authority, Charter, DeviceSigner, Role, Terms};
use tokio_tungstenite::tungstenite::Message;

use crate::CLASSIC;

const DAY_MS: u64 = 24 * 3_600_000;

/// A hub, an honest device that must not be disturbed, and the store as it was.
struct Scene {
    hub: HubProcess,
    cast: Cast,
    honest: Raw,
    identity: Arc<Identity>,
    before: Snapshot,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = HubProcess::start(&folder.path().join("hub"), &[]);
        let cast = Cast::new(folder.path(), &hub.url(), &["JO", "AE"]).await;
        let (_, bystander) = cast.enrol("JO", "Honest", Role::Coordinator).await;
        let (_, identity) = cast.enrol("AE", "Rogue", Role::Coordinator).await;
        let honest = Raw::greet(&hub, &bystander).await;
        // The rogue has been here before, so that a good hello of its is no change.
        drop(Raw::greet(&hub, &identity).await);
        let before = Snapshot::of(hub.data()).await;
        Self {
            hub,
            cast,
            honest,
            identity,
            before,
            _folder: folder,
        }
    }

    /// Nothing changed, and the other connection is as it was.
    async fn is_unharmed(&mut self) {
        assert_eq!(
            Snapshot::of(self.hub.data()).await,
            self.before,
            "the store has changed"
        );
        assert!(
            self.honest.is_alive().await,
            "the honest connection was disturbed"
        );
    }

    async fn refused_hello(&mut self, signer: &DeviceSigner, chain: &[Vec<u8>]) -> ErrorCode {
        let mut raw = Raw::connect(&self.hub).await;
        let hello = raw.hello(&self.hub, signer, chain);
        raw.frame(&ClientFrame::Hello(hello)).await;
        raw.refusal().await
    }
}

/// An authority of one's own, and a device that it accredits.
fn forge(
    country: &str,
    (not_before_ms, not_after_ms): (u64, u64),
) -> (SigningKey, Authority, DeviceSigner, Vec<u8>) {
    let key = SigningKey::from_bytes(&random_bytes().unwrap());
    let now = now_ms();
    let root = RootRequest {
        country: country.parse().unwrap(),
        name: "Bureau".to_owned(),
        not_before_ms: now - 100 * DAY_MS,
        not_after_ms: now + 100 * DAY_MS,
    };
    let der = new_root(&key, &root, random_bytes().unwrap()).unwrap();
    let authority = Authority::from_der(&der).unwrap();
    let signer = DeviceSigner::from_seed(&random_bytes().unwrap());
    let request = AccreditationRequest {
        device_key: signer.public_key(),
        officer: "XX-1".to_owned(),
        callsign: "Forged".to_owned(),
        role: Role::Coordinator,
        not_before_ms,
        not_after_ms,
    };
    let leaf = accredit(&key, &authority, &request, random_bytes().unwrap()).unwrap();
    (key, authority, signer, leaf)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_an_unknown_authority() {
    let mut scene = Scene::set().await;
    let now = now_ms();
    let (_, authority, signer, leaf) = forge("JO", (now - DAY_MS, now + DAY_MS));
    let chain = [leaf, authority.der().to_vec()];
    assert_eq!(
        scene.refused_hello(&signer, &chain).await,
        ErrorCode::UnknownAuthority
    );
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_its_authority_did_not_sign() {
    let mut scene = Scene::set().await;
    let now = now_ms();
    let (_, _, signer, leaf) = forge("JO", (now - DAY_MS, now + DAY_MS));
    // The same name as the real authority, but another key.
    let chain = [leaf, scene.cast.desk("JO").root().der().to_vec()];
    assert_eq!(
        scene.refused_hello(&signer, &chain).await,
        ErrorCode::BadCertificate
    );
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_certificate_and_one_of_tomorrow() {
    let now = now_ms();
    let cases = [
        (
            (now - 3 * DAY_MS, now - DAY_MS),
            ErrorCode::CertificateExpired,
        ),
        (
            (now + DAY_MS, now + 3 * DAY_MS),
            ErrorCode::CertificateNotYetValid,
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (index, (validity, expected)) in cases.into_iter().enumerate() {
        let (_, authority, signer, leaf) = forge("FR", validity);
        // A hub that knows the forged authority: only the time is wrong.
        let roots = folder.path().join(format!("roots{index}"));
        std::fs::create_dir_all(&roots).unwrap();
        std::fs::write(roots.join("fr.pem"), authority.to_pem().unwrap()).unwrap();
        let data = folder.path().join(format!("hub{index}"));
        let hub = HubProcess::start(&data, &["--authorities", roots.to_str().unwrap()]);
        let before = Snapshot::of(hub.data()).await;
        let mut raw = Raw::connect(&hub).await;
        let hello = raw.hello(&hub, &signer, &[leaf, authority.der().to_vec()]);
        raw.frame(&ClientFrame::Hello(hello)).await;
        assert_eq!(raw.refusal().await, expected);
        assert_eq!(Snapshot::of(hub.data()).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hello_with_another_devices_key_or_for_another_hub() {
    let mut scene = Scene::set().await;
    let identity = scene.identity.clone();
    let other = DeviceSigner::from_seed(&[9; 32]);
    let chain = identity.accreditation().chain();
    assert_eq!(
        scene.refused_hello(&other, chain).await,
        ErrorCode::BadSignature
    );
    let mut raw = Raw::connect(&scene.hub).await;
    let mut hello = raw.hello(&scene.hub, identity.signer(), chain);
    hello.hub_name = b"hub.example:443".to_vec().into();
    hello.signature = identity
        .signer()
        .sign_bytes(&hello_bytes(&hello))
        .to_vec()
        .into();
    raw.frame(&ClientFrame::Hello(hello)).await;
    assert_eq!(raw.refusal().await, ErrorCode::WrongHub);
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_hello() {
    let mut scene = Scene::set().await;
    let first = Raw::connect(&scene.hub).await;
    let chain = scene.identity.accreditation().chain();
    let heard = first.hello(&scene.hub, scene.identity.signer(), chain);
    let mut second = Raw::connect(&scene.hub).await;
    second.frame(&ClientFrame::Hello(heard)).await;
    assert_eq!(second.refusal().await, ErrorCode::ReplayedHello);
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_before_the_hello() {
    let mut scene = Scene::set().await;
    let mut raw = Raw::connect(&scene.hub).await;
    raw.frame(&ClientFrame::Send(SendMessage {
        request: 1,
        room: RoomId::from_bytes([1; 16]),
        number: 1,
        message: Vec::new().into(),
        wake: Wake::No,
    }))
    .await;
    assert_eq!(raw.refusal().await, ErrorCode::NotAuthenticated);
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_are_too_large_cut_short_or_of_the_wrong_kind() {
    let mut scene = Scene::set().await;
    let identity = scene.identity.clone();
    let mut raw = Raw::greet(&scene.hub, &identity).await;
    let good = ClientFrame::Send(SendMessage {
        request: 1,
        room: RoomId::from_bytes([1; 16]),
        number: 1,
        message: vec![7; 300].into(),
        wake: Wake::No,
    })
    .encode()
    .unwrap();

    let just_over = vec![7; limits::MAX_FRAME_BYTES + 1];
    raw.send(Message::Binary(just_over.into())).await;
    assert_eq!(raw.refusal().await, ErrorCode::FrameTooLarge);
    for length in [0, 1, 5, 20, good.len() - 1] {
        raw.send(Message::Binary(good[..length].to_vec().into()))
            .await;
        assert_eq!(
            raw.refusal().await,
            ErrorCode::MalformedFrame,
            "first {length} bytes"
        );
    }
    let mut longer = good.clone();
    longer.push(0);
    raw.send(Message::Binary(longer.into())).await;
    assert_eq!(raw.refusal().await, ErrorCode::MalformedFrame);
    raw.send(Message::Binary(
        br#"{"op":"rooms","request":1}"#.to_vec().into(),
    ))
    .await;
    assert_eq!(raw.refusal().await, ErrorCode::WrongFrameKind);
    raw.send(Message::Text("a frame, but as text".into())).await;
    assert_eq!(raw.refusal().await, ErrorCode::WrongFrameKind);
    raw.send(Message::Text(r#"{"op":"no_such_thing"}"#.into()))
        .await;
    assert_eq!(raw.refusal().await, ErrorCode::MalformedFrame);
    // All that, and the connection is still served.
    assert!(raw.is_alive().await);

    let far_over = vec![7; limits::MAX_FRAME_BYTES + 2 * limits::FRAME_SLACK_BYTES];
    raw.send(Message::Binary(far_over.into())).await;
    assert_eq!(raw.refusal().await, ErrorCode::FrameTooLarge);
    scene.is_unharmed().await;
}

/// A room made by hand, without an engine, so that the test decides what is sent.
async fn open_room(
    cast: &Cast,
    founder: &Arc<Identity>,
    connection: &Connection,
    closes_in_ms: u64,
) -> Session {
    let spec = room_spec(cast.authorities(), CLASSIC);
    let text = CharterText {
        salt: [1; 32],
        title: spec.title,
        playbook: String::new(),
        exercise: false,
    };
    let charter = Charter {
        terms: Terms::default(),
        room: entente_client::new_room_id().unwrap(),
        ciphersuite: CLASSIC,
        amendment: 0,
        previous: entente_protocol::Fingerprint::from_bytes([0; 32]),
        opens_at_ms: spec.opens_at_ms,
        closes_at_ms: now_ms() + closes_in_ms,
        latest_close_ms: spec.latest_close_ms,
        authorities: spec.authorities,
        coordinators: vec![founder.device()],
        quorum: 1,
        text_digest: text.digest(),
    };
    let new = NewRoom { charter, text };
    let (session, request) = Session::create(founder.clone(), new, now_ms()).unwrap();
    connection.open_room(request).await.unwrap();
    session
}

async fn connect(hub: &HubUrl, identity: &Arc<Identity>) -> (Connection, Incoming) {
    let (connection, incoming, _) = entente_client::connection::connect(hub, identity)
        .await
        .unwrap();
    (connection, incoming)
}

type Incoming = tokio::sync::mpsc::Receiver<entente_client::connection::Incoming>;

/// Applies everything up to `head`.
async fn catch_up(
    session: &mut Session,
    connection: &Connection,
    incoming: &mut Incoming,
    head: u64,
) {
    connection
        .follow(session.room(), session.cursor())
        .await
        .unwrap();
    while session.cursor() < head {
        if let Some(entente_client::connection::Incoming::Delivery(delivery)) =
            incoming.recv().await
        {
            session.receive(&delivery).unwrap();
        }
    }
}

fn say(session: &mut Session, text: &str) -> SendMessage {
    let event = Event::Say(Say {
        text: text.to_owned(),
        urgent: false,
        reply_to: None,
    });
    session.enqueue(&event).unwrap();
    session.outgoing(1, now_ms()).unwrap().remove(0)
}

fn code<T: core::fmt::Debug>(result: Result<T, RequestError>) -> ErrorCode {
    result.unwrap_err().code().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_and_a_message_of_an_old_epoch() {
    let mut scene = Scene::set().await;
    let identity = scene.identity.clone();
    let (connection, mut incoming) = connect(&scene.hub.url(), &identity).await;
    let mut session = open_room(&scene.cast, &identity, &connection, DAY_MS / 6).await;
    catch_up(&mut session, &connection, &mut incoming, 1).await;
    let old_message = say(&mut session, "old");
    let late = session.commit(CommitWish::Update, now_ms()).unwrap();
    session.drop_commit();
    let winner = session.commit(CommitWish::Update, now_ms()).unwrap();
    connection.commit(winner).await.unwrap();
    scene.before = Snapshot::of(scene.hub.data()).await;
    let mut late_again = late.clone();
    late_again.number = 1_000;
    assert_eq!(
        code(connection.commit(late_again).await),
        ErrorCode::StaleEpoch
    );
    let mut message = old_message;
    message.number = 1_001;
    assert_eq!(
        code(connection.send(message).await.await),
        ErrorCode::StaleEpoch
    );
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_into_a_room_without_a_seat() {
    let mut scene = Scene::set().await;
    let (_, founder) = scene.cast.enrol("JO", "Founder", Role::Coordinator).await;
    let (inside, mut incoming) = connect(&scene.hub.url(), &founder).await;
    let mut session = open_room(&scene.cast, &founder, &inside, DAY_MS / 6).await;
    catch_up(&mut session, &inside, &mut incoming, 1).await;
    let message = say(&mut session, "mine");
    let identity = scene.identity.clone();
    let (outside, _incoming) = connect(&scene.hub.url(), &identity).await;
    scene.before = Snapshot::of(scene.hub.data()).await;
    // A room that is there and one that is not look alike.
    assert_eq!(
        code(outside.send(message.clone()).await.await),
        ErrorCode::NoSeat
    );
    assert_eq!(
        code(outside.follow(session.room(), 0).await),
        ErrorCode::NoSeat
    );
    assert_eq!(
        code(outside.group_info(session.room()).await),
        ErrorCode::NoSeat
    );
    let nowhere = RoomId::from_bytes([3; 16]);
    let mut stray = message;
    stray.room = nowhere;
    assert_eq!(code(outside.send(stray).await.await), ErrorCode::NoSeat);
    assert_eq!(code(outside.follow(nowhere, 0).await), ErrorCode::NoSeat);
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_after_closing() {
    let mut scene = Scene::set().await;
    let identity = scene.identity.clone();
    let (connection, mut incoming) = connect(&scene.hub.url(), &identity).await;
    let mut session = open_room(&scene.cast, &identity, &connection, 4_000).await;
    catch_up(&mut session, &connection, &mut incoming, 1).await;
    let message = say(&mut session, "too late");
    let commit = session.commit(CommitWish::Update, now_ms()).unwrap();
    // The hub says itself when it has closed the room.
    loop {
        match incoming.recv().await.unwrap() {
            entente_client::connection::Incoming::Unfollowed(room, code) => {
                assert_eq!((room, code), (session.room(), ErrorCode::RoomClosed));
                break;
            }
            _ => continue,
        }
    }
    scene.before = Snapshot::of(scene.hub.data()).await;
    assert_eq!(
        code(connection.send(message).await.await),
        ErrorCode::RoomClosed
    );
    assert_eq!(code(connection.commit(commit).await), ErrorCode::RoomClosed);
    assert_eq!(
        code(connection.follow(session.room(), 0).await),
        ErrorCode::RoomClosed
    );
    scene.is_unharmed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_messages_than_a_device_may_send() {
    let mut scene = Scene::set().await;
    let identity = scene.identity.clone();
    let mut raw = Raw::greet(&scene.hub, &identity).await;
    let ask = ClientControl::Rooms { request: 5 }.encode();
    let mut codes = std::collections::BTreeSet::new();
    let count = 2 * limits::MESSAGE_BURST_PER_DEVICE;
    for _ in 0..count {
        raw.send(Message::Text(ask.clone().into())).await;
    }
    for _ in 0..count {
        match raw.control().await {
            HubControl::Rooms { .. } => {}
            HubControl::Refused {
                code,
                retry_after_ms,
                ..
            } => {
                assert!(retry_after_ms.is_some_and(|wait| wait > 0));
                codes.insert(code);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(
        codes.into_iter().collect::<Vec<_>>(),
        [ErrorCode::RateLimited]
    );
    scene.is_unharmed().await;
}
