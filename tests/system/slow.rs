//! A receiver that does not read: cut loose, it resumes by its cursor, and slows nobody.

use entente_client::now_ms;
use entente_protocol::{
    ClientControl, ClientFrame, DeviceId, ErrorCode, HubControl, HubFrame, RoomId, SendMessage,
    Wake, limits,
};
use entente_room::{CharterText, CommitWish, Event, KeyStore, NewRoom, Say, Session};
use entente_tests::{Cast, HubProcess, Raw};
use entente_trust::{Charter, Role, Terms};
use tokio_tungstenite::tungstenite::Message;

use crate::CLASSIC;

/// More than the queue of a connection and the sockets' buffers together.
const MESSAGES: u64 = limits::OUTBOUND_QUEUE_FRAMES as u64 + 1_500;
const HOUR_MS: u64 = 3_600_000;

/// Messages under way at once.
const AT_ONCE: usize = 64;

/// What came: a delivery's place, or a control message.
enum Came {
    Delivery(u64, Vec<u8>),
    Control(HubControl),
}

async fn came(raw: &mut Raw) -> Came {
    match raw.next().await {
        Message::Text(text) => Came::Control(HubControl::decode(&text).unwrap()),
        Message::Binary(bytes) => match HubFrame::decode(&bytes).unwrap() {
            HubFrame::Delivery(delivery) => Came::Delivery(delivery.seq, bytes.to_vec()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

async fn follow(raw: &mut Raw, room: RoomId, after: u64) {
    let follow = ClientControl::Follow {
        request: 1,
        room,
        after,
    };
    let following = raw.ask(&follow).await;
    assert!(
        matches!(following, HubControl::Following { .. }),
        "{following:?}"
    );
}

/// Opens a room, admits a device, and returns a message of it as large as a text may be.
async fn open_room(
    raw: &mut Raw,
    cast: &Cast,
    founder: &std::sync::Arc<entente_room::Identity>,
    (device, key_package): (DeviceId, Vec<u8>),
) -> (RoomId, SendMessage) {
    let text = CharterText {
        salt: [9; 32],
        title: "Operation under test".to_owned(),
        playbook: String::new(),
        exercise: false,
    };
    let room = RoomId::from_bytes([5; 16]);
    let now = now_ms();
    let charter = Charter {
        terms: Terms::default(),
        room,
        ciphersuite: CLASSIC,
        amendment: 0,
        previous: entente_protocol::Fingerprint::from_bytes([0; 32]),
        opens_at_ms: now,
        closes_at_ms: now + HOUR_MS,
        latest_close_ms: now + 2 * HOUR_MS,
        authorities: cast.authorities(),
        coordinators: vec![founder.device()],
        quorum: 1,
        text_digest: text.digest(),
    };
    let (mut session, request) =
        Session::create(founder.clone(), NewRoom { charter, text }, now).unwrap();
    raw.frame(&ClientFrame::OpenRoom(request)).await;
    assert!(matches!(raw.control().await, HubControl::Accepted { .. }));
    follow(raw, room, 0).await;
    take_until(raw, &mut session, 1).await;
    let admit = CommitWish::Admit(vec![(device, key_package)]);
    let bundle = session.commit(admit, now_ms()).unwrap();
    raw.frame(&ClientFrame::Commit(bundle)).await;
    take_until(raw, &mut session, 2).await;
    let say = Event::Say(Say {
        text: "x".repeat(limits::MAX_TEXT_BYTES),
        urgent: false,
        reply_to: None,
    });
    session.enqueue(&say).unwrap();
    let sealed = session.outgoing(usize::MAX, now_ms()).unwrap();
    let mut message = sealed.into_iter().next_back().unwrap();
    message.wake = Wake::No;
    // It only sends from here on.
    let unfollow = ClientControl::Unfollow { request: 2, room };
    raw.send(Message::Text(unfollow.encode().into())).await;
    while !matches!(
        came(raw).await,
        Came::Control(HubControl::Done { request: 2 })
    ) {}
    (room, message)
}

async fn take_until(raw: &mut Raw, session: &mut Session, seq: u64) {
    while session.cursor() < seq {
        if let Came::Delivery(_, bytes) = came(raw).await {
            let HubFrame::Delivery(delivery) = HubFrame::decode(&bytes).unwrap() else {
                unreachable!("it was one")
            };
            session.receive(&delivery).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_is_cut_loose_and_resumes_by_its_cursor() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(
        &folder.path().join("hub"),
        &["--messages-per-second", "100000"],
    );
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let (_, founder) = cast.enrol("JO", "Anvil", Role::Coordinator).await;
    let (_, sleeper) = cast.enrol("JO", "Sleeper", Role::Field).await;
    let package = KeyStore::default()
        .generate(&sleeper, CLASSIC, 1, false, now_ms())
        .unwrap();
    let invited = (sleeper.device(), package.once[0].clone());
    let mut sender = Raw::greet(&hub, &founder).await;
    let (room, message) = open_room(&mut sender, &cast, &founder, invited).await;
    let mut slow = Raw::greet(&hub, &sleeper).await;
    follow(&mut slow, room, 2).await;
    assert!(matches!(
        slow.control().await,
        HubControl::CaughtUp { seq: 2, .. }
    ));

    // It reads nothing; the sender is answered all the same.
    // Some at once, so that it is over before the hub gives up a connection that takes nothing.
    for first in (0..MESSAGES).step_by(AT_ONCE) {
        let numbers = first..MESSAGES.min(first + AT_ONCE as u64);
        for number in numbers.clone() {
            let mut message = message.clone();
            message.number += number;
            sender.frame(&ClientFrame::Send(message)).await;
        }
        for _ in numbers {
            let answer = sender.control().await;
            assert!(matches!(answer, HubControl::Accepted { .. }), "{answer:?}");
        }
    }
    let head = 2 + MESSAGES;

    // Everything in order and without a gap, then the word, then nothing of the room.
    let mut cursor = 2;
    loop {
        match came(&mut slow).await {
            Came::Delivery(seq, _) => {
                assert_eq!(seq, cursor + 1);
                cursor = seq;
            }
            Came::Control(HubControl::Unfollowed { code, .. }) => {
                assert_eq!(code, ErrorCode::TooSlow);
                break;
            }
            Came::Control(other) => panic!("{other:?}"),
        }
    }
    assert!(cursor < head, "it was not slow enough to test anything");
    assert!(slow.is_alive().await);
    follow(&mut slow, room, cursor).await;
    loop {
        match came(&mut slow).await {
            Came::Delivery(seq, _) => {
                assert_eq!(seq, cursor + 1);
                cursor = seq;
            }
            Came::Control(HubControl::CaughtUp { seq, .. }) => {
                assert_eq!((seq, cursor), (head, head));
                break;
            }
            Came::Control(other) => panic!("{other:?}"),
        }
    }
}
