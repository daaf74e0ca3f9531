//! The bytes of every frame and the text of every control message, as written down in
//! `tests/golden/*.txt`: what is there may never change within a protocol version.
//!
//! After an intended change of an unreleased version: `ENTENTE_BLESS=1 cargo test -p entente-protocol`.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use entente_protocol::{
    AskToJoin, AuditRow, AuditRows, Authenticated, BlobChunk, BlobId, Challenge, ClientControl,
    ClientFrame, CommitBundle, Delivery, DeskAnswer, DeskBatch, DeskPoll, DeviceId, Directory,
    EnrolmentAnswer, EnrolmentRequest, EphemeralDelivery, EphemeralSend, ErrorCode, Fingerprint,
    FrameError, GroupInfoReply, Hello, HubControl, HubFrame, JoinRequest, KeyPackageOf,
    KeyPackagesReply, MessageKind, OpenCompartment, OpenRoom, PROTOCOL_VERSION, Place, Propose,
    PublishKeyPackages, PushEndpoint, PutBlob, Recorded, RoomId, RoomSummary, SendMessage,
    Statement, TakeKeyPackages, TicketId, Wake, WelcomeDelivery, desk_poll_bytes, hello_bytes,
    join_request_bytes, limits,
};

const ROOM: RoomId = RoomId::from_bytes([0x11; 16]);
const DEVICE: DeviceId = DeviceId::from_bytes([0x22; 16]);
const TICKET: TicketId = TicketId::from_bytes([0x33; 16]);
const ROOT: Fingerprint = Fingerprint::from_bytes([0x44; 32]);

fn hello() -> Hello {
    Hello {
        version: PROTOCOL_VERSION,
        nonce: [0x55; 32],
        hub_name: b"hub.example:443".to_vec().into(),
        chain: vec![b"leaf".to_vec().into(), b"root".to_vec().into()],
        signature: vec![0x66; 64].into(),
    }
}

fn join_request() -> JoinRequest {
    JoinRequest {
        room: ROOM,
        time_ms: 1_700_000_000_123,
        chain: vec![b"leaf".to_vec().into(), b"root".to_vec().into()],
        signature: vec![0x66; 64].into(),
    }
}

fn client_frames() -> Vec<(&'static str, ClientFrame)> {
    vec![
        ("hello", ClientFrame::Hello(hello())),
        (
            "publish_key_packages",
            ClientFrame::PublishKeyPackages(PublishKeyPackages {
                request: 1,
                key_packages: vec![b"package".to_vec().into()],
                last_resort: Some(b"last".to_vec().into()),
            }),
        ),
        (
            "take_key_packages",
            ClientFrame::TakeKeyPackages(TakeKeyPackages {
                request: 2,
                ciphersuite: 0x004f,
                devices: vec![DEVICE],
            }),
        ),
        (
            "open_room",
            ClientFrame::OpenRoom(OpenRoom {
                request: 3,
                room: ROOM,
                number: 1,
                group_info: b"group info".to_vec().into(),
                ratchet_tree: b"tree".to_vec().into(),
            }),
        ),
        (
            "open_compartment",
            ClientFrame::OpenCompartment(OpenCompartment {
                request: 3,
                parent: ROOM,
                room: RoomId::from_bytes([0x12; 16]),
                number: 1,
                group_info: b"group info".to_vec().into(),
                ratchet_tree: b"tree".to_vec().into(),
            }),
        ),
        (
            "commit",
            ClientFrame::Commit(CommitBundle {
                request: 4,
                room: ROOM,
                number: 2,
                commit: b"commit".to_vec().into(),
                welcome: Some(b"welcome".to_vec().into()),
                group_info: b"group info".to_vec().into(),
            }),
        ),
        (
            "propose",
            ClientFrame::Propose(Propose {
                request: 5,
                room: ROOM,
                number: 3,
                proposal: b"proposal".to_vec().into(),
            }),
        ),
        (
            "send",
            ClientFrame::Send(SendMessage {
                request: 6,
                room: ROOM,
                number: 4,
                // Long enough for a two-byte length.
                message: vec![0x77; 64].into(),
                wake: Wake::No,
            }),
        ),
        (
            "send_and_wake",
            ClientFrame::Send(SendMessage {
                request: 6,
                room: ROOM,
                number: 5,
                message: vec![0x77; 3].into(),
                wake: Wake::Yes,
            }),
        ),
        (
            "put_blob",
            ClientFrame::PutBlob(PutBlob {
                request: 8,
                room: ROOM,
                blob: BlobId::from_bytes([5; 16]),
                chunks: 7,
                chunk: 3,
                bytes: vec![1, 2, 3].into(),
            }),
        ),
        (
            "ephemeral_send",
            ClientFrame::Ephemeral(EphemeralSend {
                room: ROOM,
                message: b"position".to_vec().into(),
            }),
        ),
        (
            "ask_to_join",
            ClientFrame::AskToJoin(AskToJoin {
                request: 8,
                join: join_request(),
            }),
        ),
    ]
}

fn hub_frames() -> Vec<(&'static str, HubFrame)> {
    let delivery = |kind| Delivery {
        room: ROOM,
        seq: 7,
        kind,
        sender: DEVICE,
        number: 4,
        epoch: 2,
        time_ms: 1_700_000_000_123,
        message: b"message".to_vec().into(),
    };
    vec![
        (
            "challenge",
            HubFrame::Challenge(Challenge {
                version: PROTOCOL_VERSION,
                nonce: [0x55; 32],
            }),
        ),
        (
            "delivery_opening",
            HubFrame::Delivery(delivery(MessageKind::Opening)),
        ),
        (
            "delivery_commit",
            HubFrame::Delivery(delivery(MessageKind::Commit)),
        ),
        (
            "delivery_proposal",
            HubFrame::Delivery(delivery(MessageKind::Proposal)),
        ),
        (
            "delivery_application",
            HubFrame::Delivery(delivery(MessageKind::Application)),
        ),
        (
            "delivery_revocation",
            HubFrame::Delivery(delivery(MessageKind::Revocation)),
        ),
        (
            "ephemeral_delivery",
            HubFrame::Ephemeral(EphemeralDelivery {
                room: ROOM,
                sender: DEVICE,
                time_ms: 1_700_000_000_123,
                message: b"position".to_vec().into(),
            }),
        ),
        (
            "welcome",
            HubFrame::Welcome(WelcomeDelivery {
                room: ROOM,
                seq: 5,
                welcome: b"welcome".to_vec().into(),
                ratchet_tree: b"tree".to_vec().into(),
            }),
        ),
        (
            "key_packages",
            HubFrame::KeyPackages(KeyPackagesReply {
                request: 2,
                key_packages: vec![KeyPackageOf {
                    device: DEVICE,
                    key_package: b"package".to_vec().into(),
                }],
            }),
        ),
        (
            "group_info",
            HubFrame::GroupInfo(GroupInfoReply {
                request: 8,
                room: ROOM,
                seq: 9,
                group_info: b"group info".to_vec().into(),
                ratchet_tree: b"tree".to_vec().into(),
            }),
        ),
        (
            "blob_chunk",
            HubFrame::BlobChunk(BlobChunk {
                request: 10,
                chunks: 7,
                chunk: 3,
                bytes: vec![1, 2, 3].into(),
            }),
        ),
        (
            "directory",
            HubFrame::Directory(Directory {
                request: 9,
                chains: vec![vec![b"leaf".to_vec().into(), b"root".to_vec().into()]],
            }),
        ),
        ("join_request", HubFrame::JoinRequest(join_request())),
        (
            "audit_rows",
            HubFrame::AuditRows(AuditRows {
                request: 11,
                rows: vec![AuditRow {
                    id: 5,
                    before: ROOT,
                    time_ms: 1_700_000_000_123,
                    entry: b"room_opened".to_vec().into(),
                    digest: ROOT,
                }],
            }),
        ),
    ]
}

fn enrolment_request() -> EnrolmentRequest {
    EnrolmentRequest {
        authority: ROOT,
        ticket: TICKET,
        device_key: [0x88; 32],
        signature: vec![0x99; 64].into(),
        mac: vec![0xaa; 32].into(),
    }
}

fn enrolment_answer() -> EnrolmentAnswer {
    EnrolmentAnswer {
        ticket: TICKET,
        chain: vec![b"leaf".to_vec().into(), b"root".to_vec().into()],
        mac: vec![0xbb; 32].into(),
    }
}

fn desk_poll() -> DeskPoll {
    DeskPoll {
        hub_name: b"hub.example:443".to_vec().into(),
        root: b"root".to_vec().into(),
        time_ms: 1_700_000_000_123,
        answers: vec![
            DeskAnswer {
                answer: Some(enrolment_answer()),
                ticket: TICKET,
            },
            DeskAnswer {
                answer: None,
                ticket: TICKET,
            },
        ],
        signature: vec![0xcc; 64].into(),
    }
}

fn client_controls() -> Vec<(&'static str, ClientControl)> {
    let room = ROOM;
    vec![
        (
            "follow",
            ClientControl::Follow {
                request: 1,
                room,
                after: 6,
            },
        ),
        ("unfollow", ClientControl::Unfollow { request: 2, room }),
        ("rooms", ClientControl::Rooms { request: 3 }),
        ("group_info", ClientControl::GroupInfo { request: 4, room }),
        ("welcomes", ClientControl::Welcomes { request: 5 }),
        (
            "welcome_taken",
            ClientControl::WelcomeTaken { request: 6, room },
        ),
        (
            "directory",
            ClientControl::Directory {
                request: 7,
                country: Some("JO".to_owned()),
            },
        ),
        ("time", ClientControl::Time { request: 8 }),
        (
            "audit",
            ClientControl::Audit {
                request: 13,
                room,
                after: 5,
            },
        ),
        (
            "blob",
            ClientControl::Blob {
                request: 9,
                room,
                blob: BlobId::from_bytes([5; 16]),
            },
        ),
        (
            "get_blob",
            ClientControl::GetBlob {
                request: 10,
                room,
                blob: BlobId::from_bytes([5; 16]),
                chunk: 3,
            },
        ),
        (
            "push_subscribe",
            ClientControl::PushSubscribe {
                request: 11,
                endpoint: Some(PushEndpoint::new("https://push.example/a1".to_owned())),
            },
        ),
        (
            "push_subscribe_off",
            ClientControl::PushSubscribe {
                request: 12,
                endpoint: None,
            },
        ),
    ]
}

fn hub_controls() -> Vec<(&'static str, HubControl)> {
    let room = ROOM;
    vec![
        (
            "ready",
            HubControl::Ready {
                device: DEVICE,
                time_ms: 1_700_000_000_123,
                key_packages: 10,
                welcomes: 1,
            },
        ),
        ("done", HubControl::Done { request: 1 }),
        (
            "accepted",
            HubControl::Accepted {
                request: 2,
                room,
                seq: 7,
                time_ms: 1_700_000_000_123,
                duplicate: false,
            },
        ),
        (
            "refused",
            HubControl::refused(Some(3), Some(room), ErrorCode::StaleEpoch),
        ),
        (
            "refused_in_full",
            HubControl::Refused {
                request: None,
                room: None,
                code: ErrorCode::RateLimited,
                detail: Some("MESSAGES_PER_SECOND_PER_DEVICE".to_owned()),
                retry_after_ms: Some(250),
            },
        ),
        (
            "following",
            HubControl::Following {
                request: 4,
                room,
                head: 9,
                epoch: 2,
                last_number: 4,
            },
        ),
        (
            "blob_stored",
            HubControl::BlobStored {
                request: 9,
                stored: 3,
                chunks: 7,
            },
        ),
        (
            "time",
            HubControl::Time {
                request: 6,
                time_ms: 1_700_000_000_123,
            },
        ),
        ("caught_up", HubControl::CaughtUp { room, seq: 9 }),
        (
            "unfollowed",
            HubControl::Unfollowed {
                room,
                code: ErrorCode::TooSlow,
            },
        ),
        (
            "rooms",
            HubControl::Rooms {
                request: 5,
                rooms: vec![RoomSummary {
                    room,
                    epoch: 2,
                    head: 9,
                    opens_at_ms: 1_700_000_000_000,
                    closes_at_ms: 1_700_014_400_000,
                    seats: 9,
                    parent: None,
                }],
            },
        ),
        (
            "rooms_with_a_compartment",
            HubControl::Rooms {
                request: 5,
                rooms: vec![RoomSummary {
                    room: RoomId::from_bytes([0x12; 16]),
                    epoch: 2,
                    head: 9,
                    opens_at_ms: 1_700_000_000_000,
                    closes_at_ms: 1_700_014_400_000,
                    seats: 2,
                    parent: Some(room),
                }],
            },
        ),
    ]
}

fn authenticated() -> Authenticated {
    Authenticated {
        room: ROOM,
        number: 7,
        seen_seq: 41,
        seen_hash: [0x77; 32],
        time_ms: 1_700_000_000_123,
        above: None,
    }
}

fn in_compartment() -> Authenticated {
    Authenticated {
        above: Some(Place {
            seq: 40,
            hash: [0x78; 32],
        }),
        ..authenticated()
    }
}

fn recorded() -> Recorded {
    Recorded {
        signature: vec![0x66; 64].into(),
        salt: [0x88; 16],
        event: b"event".to_vec().into(),
    }
}

fn statement() -> Statement {
    Statement {
        version: Statement::VERSION,
        charter: Fingerprint::from_bytes([0x99; 32]),
        roster: Fingerprint::from_bytes([0xaa; 32]),
        epoch: 3,
        device: DEVICE,
        authenticated: authenticated(),
        content: Fingerprint::from_bytes([0xbb; 32]),
    }
}

/// Every structure that travels as bytes, by name.
fn binary() -> BTreeMap<String, Vec<u8>> {
    let client = client_frames()
        .into_iter()
        .map(|(name, frame)| (format!("client {name}"), frame.encode().unwrap()));
    let hub = hub_frames()
        .into_iter()
        .map(|(name, frame)| (format!("hub {name}"), frame.encode().unwrap()));
    let http = [
        (
            "http enrolment_request",
            enrolment_request().encode().unwrap(),
        ),
        (
            "http enrolment_answer",
            enrolment_answer().encode().unwrap(),
        ),
        ("http desk_poll", desk_poll().encode().unwrap()),
        (
            "http desk_batch",
            DeskBatch {
                time_ms: 1_700_000_000_123,
                requests: vec![enrolment_request()],
            }
            .encode()
            .unwrap(),
        ),
        ("member authenticated", authenticated().encode().unwrap()),
        (
            "member authenticated_in_compartment",
            in_compartment().encode().unwrap(),
        ),
        ("member recorded", recorded().encode().unwrap()),
        ("signed hello", hello_bytes(&hello())),
        ("signed join_request", join_request_bytes(&join_request())),
        ("signed statement", statement().signed_bytes()),
        ("signed desk_poll", desk_poll_bytes(&desk_poll())),
    ];
    let http = http.map(|(name, bytes)| (name.to_owned(), bytes));
    client.chain(hub).chain(http).collect()
}

fn decode(name: &str, bytes: &[u8]) -> Result<Vec<u8>, FrameError> {
    match name.split_once(' ').unwrap() {
        ("client", _) => ClientFrame::decode(bytes)?.encode(),
        ("hub", _) => HubFrame::decode(bytes)?.encode(),
        (_, "enrolment_request") => EnrolmentRequest::decode(bytes)?.encode(),
        (_, "enrolment_answer") => EnrolmentAnswer::decode(bytes)?.encode(),
        (_, "desk_poll") => DeskPoll::decode(bytes)?.encode(),
        (_, "authenticated" | "authenticated_in_compartment") => {
            Authenticated::decode(bytes)?.encode()
        }
        (_, "recorded") => Recorded::decode(bytes)?.encode(),
        (_, "desk_batch") => DeskBatch::decode(bytes)?.encode(),
        _ => panic!("{name} is only signed"),
    }
}

fn whole() -> impl Iterator<Item = (String, Vec<u8>)> {
    binary()
        .into_iter()
        .filter(|(name, _)| !name.starts_with("signed"))
}

fn same_as_golden(file: &str, lines: &BTreeMap<String, String>) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(file);
    let mut text = String::new();
    for (name, value) in lines {
        writeln!(text, "{name} = {value}").unwrap();
    }
    if std::env::var_os("ENTENTE_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{file}");
}

#[test]
fn bytes_are_those_written_down() {
    let lines = binary()
        .iter()
        .map(|(name, bytes)| (name.clone(), HEXLOWER.encode(bytes)))
        .collect();
    same_as_golden("binary.txt", &lines);
}

#[test]
fn texts_are_those_written_down() {
    let client = client_controls()
        .into_iter()
        .map(|(name, control)| (format!("client {name}"), control.encode()));
    let hub = hub_controls()
        .into_iter()
        .map(|(name, control)| (format!("hub {name}"), control.encode()));
    same_as_golden("control.txt", &client.chain(hub).collect());
}

#[test]
fn every_kind_of_frame_has_its_golden_bytes() {
    let types: Vec<u8> = whole()
        .filter(|(name, _)| name.starts_with("client") || name.starts_with("hub"))
        .map(|(_, bytes)| bytes[0])
        .collect();
    for first in 0..=u8::MAX {
        let known = types.contains(&first);
        // A frame of a known type without content is cut short, of an unknown type unknown: both
        // are malformed, so ask whether any golden frame of that type decodes.
        let decodes = whole().any(|(_, bytes)| {
            let mut bytes = bytes;
            bytes[0] = first;
            ClientFrame::decode(&bytes).is_ok() || HubFrame::decode(&bytes).is_ok()
        });
        assert_eq!(known, decodes, "frame type {first}");
    }
}

#[test]
fn decoding_gives_back_what_was_encoded() {
    for (name, bytes) in whole() {
        assert_eq!(decode(&name, &bytes).unwrap(), bytes, "{name}");
    }
    for (name, control) in client_controls() {
        assert_eq!(
            ClientControl::decode(&control.encode()),
            Ok(control),
            "{name}"
        );
    }
    for (name, control) in hub_controls() {
        assert_eq!(HubControl::decode(&control.encode()), Ok(control), "{name}");
    }
}

#[test]
fn every_cut_and_every_tail_is_refused() {
    for (name, bytes) in whole() {
        for end in 0..bytes.len() {
            assert_eq!(
                decode(&name, &bytes[..end]),
                Err(FrameError::Malformed),
                "{name} cut at {end}"
            );
        }
        let longer = [bytes.as_slice(), &[0]].concat();
        assert_eq!(
            decode(&name, &longer),
            Err(FrameError::Malformed),
            "{name} with a tail"
        );
    }
}

/// No byte of a frame, changed to any value, makes the decoder do more than answer: what decodes
/// encodes to the same bytes again, so one value has one encoding.
#[test]
fn any_changed_byte_is_refused_or_means_just_itself() {
    for (name, bytes) in whole() {
        for place in 0..bytes.len() {
            for value in 0..=u8::MAX {
                let mut changed = bytes.clone();
                changed[place] = value;
                if let Ok(again) = decode(&name, &changed) {
                    assert_eq!(again, changed, "{name}, byte {place} as {value}");
                }
            }
        }
    }
}

/// A length of 2^30 - 1 in a frame of a few bytes is an error and not an allocation.
#[test]
fn a_length_that_is_not_there_is_refused() {
    let huge = [0xbf, 0xff, 0xff, 0xff];
    let take = [&[3_u8][..], &[0; 4], &[0, 0x4f], &huge].concat();
    assert_eq!(ClientFrame::decode(&take), Err(FrameError::Malformed));
    let ephemeral = [&[8_u8][..], &[0x11; 16], &huge, b"short"].concat();
    assert_eq!(ClientFrame::decode(&ephemeral), Err(FrameError::Malformed));
}

/// RFC 9420 §2.1.2: the shortest length that fits, and nothing with the prefix 11.
#[test]
fn a_length_in_a_longer_form_is_refused() {
    for length in [
        &[0x40, 5][..],
        &[0x80, 0, 0, 5],
        &[0xc0, 0, 0, 0, 0, 0, 0, 5],
    ] {
        let frame = [&[8_u8][..], &[0x11; 16], length, b"bytes"].concat();
        assert_eq!(ClientFrame::decode(&frame), Err(FrameError::Malformed));
    }
}

#[test]
fn frames_over_the_limit_are_told_apart() {
    let frame = ClientFrame::Ephemeral(EphemeralSend {
        room: ROOM,
        message: vec![0; limits::MAX_FRAME_BYTES].into(),
    });
    assert_eq!(frame.encode(), Err(FrameError::TooLarge));
    assert_eq!(
        ClientFrame::decode(&vec![8; limits::MAX_FRAME_BYTES + 1]),
        Err(FrameError::TooLarge)
    );
    let text = format!(
        "{{\"op\":\"rooms\",\"request\":1}}{}",
        " ".repeat(limits::MAX_CONTROL_BYTES)
    );
    assert_eq!(ClientControl::decode(&text), Err(FrameError::TooLarge));
}

#[test]
fn a_control_message_with_a_stranger_in_it_is_refused() {
    for text in [
        "",
        "null",
        "[]",
        r#"{"op":"rooms"}"#,
        r#"{"op":"rooms","request":-1}"#,
        r#"{"op":"rooms","request":4294967296}"#,
        r#"{"op":"rooms","request":1,"more":true}"#,
        r#"{"op":"no_such_thing","request":1}"#,
        r#"{"op":"follow","request":1,"room":"11","after":0}"#,
        r#"{"op":"rooms","request":1} x"#,
    ] {
        assert_eq!(
            ClientControl::decode(text),
            Err(FrameError::Malformed),
            "{text}"
        );
    }
}
