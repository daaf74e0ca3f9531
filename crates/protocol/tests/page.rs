//! `docs/PROTOCOL.md` says what this crate does.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;

use entente_protocol::{ErrorCode, PROTOCOL_VERSION, SUBPROTOCOL, WEBSOCKET_PATH, limits};

fn read(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join(path)).unwrap()
}

fn page() -> String {
    read("../../docs/PROTOCOL.md")
}

#[test]
fn every_error_code_is_explained() {
    let page = page();
    let section = page.split("## 11. Error codes").nth(1).unwrap();
    for code in ErrorCode::ALL {
        assert!(section.contains(&format!("| `{code}` |")), "{code}");
    }
    let rows = section.split("## 12.").next().unwrap();
    assert_eq!(rows.matches("\n| `").count(), ErrorCode::ALL.len());
}

#[test]
fn every_limit_has_its_value_there() {
    macro_rules! values {
        ($($name:ident),* $(,)?) => { [$((stringify!($name), limits::$name.to_string())),*] };
    }
    let values = values![
        MAX_FRAME_BYTES,
        FRAME_SLACK_BYTES,
        MAX_MESSAGE_BYTES,
        MAX_CONTROL_BYTES,
        SOCKET_BUFFER_BYTES,
        MAX_ROOMS,
        MAX_COMPARTMENTS,
        MAX_SEATS,
        MAX_DEVICES_PER_REQUEST,
        MAX_KEY_PACKAGES_PER_DEVICE,
        TARGET_KEY_PACKAGES,
        MAX_KEY_PACKAGE_BYTES,
        MAX_CHAIN_CERTIFICATES,
        MAX_CERTIFICATE_BYTES,
        MAX_AUTHORITIES,
        MAX_COORDINATORS,
        MAX_AMENDMENTS,
        MAX_REVOKED_DEVICES,
        MESSAGES_PER_SECOND_PER_DEVICE,
        MESSAGE_BURST_PER_DEVICE,
        BYTES_PER_SECOND_PER_DEVICE,
        BYTE_BURST_PER_DEVICE,
        HELLOS_PER_SECOND_PER_DEVICE,
        HELLO_BURST_PER_DEVICE,
        CONNECTIONS_PER_ADDRESS,
        REQUESTS_PER_SECOND_PER_ADDRESS,
        REQUEST_BURST_SECONDS,
        MAX_CONNECTIONS,
        HTTP_TIMEOUT_MS,
        MAX_GREETING_BYTES,
        MAX_DESK_POLLS,
        MAX_GREETING_PINGS,
        COMMITS_PER_SECOND_PER_DEVICE,
        COMMIT_BURST_PER_DEVICE,
        BLOB_CHUNKS_PER_SECOND_PER_DEVICE,
        BLOB_CHUNK_BURST_PER_DEVICE,
        LARGE_ANSWERS_PER_SECOND_PER_DEVICE,
        LARGE_ANSWER_BURST_PER_DEVICE,
        KEY_PACKAGES_PER_TAKER_AND_HOUR,
        MAX_FOLLOWED_ROOMS,
        OUTBOUND_QUEUE_FRAMES,
        OUTBOUND_QUEUE_BYTES,
        HISTORY_PAGE_MESSAGES,
        MAX_BATCH_MESSAGES,
        ROOM_QUEUE_REQUESTS,
        DEFAULT_KEPT_MESSAGES,
        HELLO_TIMEOUT_MS,
        PING_INTERVAL_MS,
        IDLE_TIMEOUT_MS,
        MAX_TIME_BOX_MS,
        DEFAULT_RETENTION_MS,
        MAX_RETENTION_MS,
        KEY_PACKAGE_LIFETIME_S,
        CLOCK_TOLERANCE_MS,
        MAX_HUB_NAME_BYTES,
        MAX_WAITING_ENROLMENTS,
        MAX_ENROLMENT_BODY_BYTES,
        ENROLMENT_KEPT_MS,
        MAX_NAME_BYTES,
        MAX_TEXT_BYTES,
        BLOB_CHUNK_BYTES,
        MAX_BLOB_CHUNKS,
        MAX_BLOBS_PER_ROOM,
        AUDIT_ROWS_PER_REPLY,
        MAX_BLOB_CHUNKS_PER_ROOM,
        MAX_PUSH_ENDPOINT_BYTES,
        PUSH_INTERVAL_MS,
        JOIN_REQUEST_INTERVAL_MS,
        JOIN_REQUEST_REPEAT_MS,
        JOIN_REQUEST_KEPT_MS,
        MAX_JOIN_REQUESTS,
        MAX_ASKED_ROOMS,
    ];
    let page = page();
    for (name, value) in &values {
        let row = format!("| `{name}` | {value} |");
        assert!(page.contains(&row), "{row}");
    }
    let source = read("src/limits.rs");
    assert_eq!(source.matches("\npub const ").count(), values.len());
}

#[test]
fn every_frame_and_control_message_is_there_by_number_and_name() {
    let page = page();
    let source = read("src/frame.rs");
    let mut frames = 0;
    for part in source.split("#[tls_codec(discriminant = ").skip(1) {
        let number: u8 = part.split(')').next().unwrap().parse().unwrap();
        let content = part.split('(').nth(1).unwrap().split(')').next().unwrap();
        let line = format!("\n{number:>2} {content} ");
        assert!(page.contains(&line), "{line}");
        frames += 1;
    }
    assert_eq!(frames, 21);
    for line in read("tests/golden/control.txt").lines() {
        let (_, json) = line.split_once(" = ").unwrap();
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        let fields = value.as_object().unwrap();
        let op = fields["op"].as_str().unwrap();
        let rows: Vec<&str> = page
            .lines()
            .filter(|row| row.starts_with(&format!("| `{op}` |")))
            .collect();
        let is_described = rows.iter().any(|row| {
            fields
                .keys()
                .filter(|field| *field != "op")
                .all(|field| row.contains(&format!("`{field}`")))
        });
        assert!(is_described, "{json}");
    }
}

#[test]
fn the_way_in_is_there() {
    let page = page();
    for text in [
        format!("Version {PROTOCOL_VERSION}."),
        format!("`{SUBPROTOCOL}`"),
        format!("`{WEBSOCKET_PATH}`"),
    ] {
        assert!(page.contains(&text), "{text}");
    }
}
