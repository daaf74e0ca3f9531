//! Every bound of the wire and of the hub, by name.
//!
//! A hub refuses what is over a limit with [`crate::ErrorCode::LimitExceeded`],
//! [`crate::ErrorCode::FrameTooLarge`] or [`crate::ErrorCode::RateLimited`]; nothing changes then.

/// Largest binary or text frame in bytes. A Welcome that admits 1,000 devices at once with the
/// post-quantum suite takes about 1.3 MB, a ratchet tree of 1,000 seats about 3 MB.
pub const MAX_FRAME_BYTES: usize = 4 * 1024 * 1024;

/// What a socket reads beyond [`MAX_FRAME_BYTES`] before it gives up on the connection, so that a
/// frame a little too large still gets its typed answer.
pub const FRAME_SLACK_BYTES: usize = 64 * 1024;

/// Largest application message (MLS PrivateMessage) in bytes.
pub const MAX_MESSAGE_BYTES: usize = 256 * 1024;

/// Largest JSON control frame in bytes.
pub const MAX_CONTROL_BYTES: usize = 16 * 1024;

/// Read buffer of one connection in bytes; the library's default of 128 KiB costs 134 KiB for each.
pub const SOCKET_BUFFER_BYTES: usize = 2 * 1024;

/// Rooms that a hub holds open at once.
pub const MAX_ROOMS: usize = 10_000;

/// Compartments of one room.
pub const MAX_COMPARTMENTS: u32 = 16;

/// Seats in one room.
pub const MAX_SEATS: usize = 1_000;

/// Devices named in one commit bundle, one directory answer or one request for key packages.
pub const MAX_DEVICES_PER_REQUEST: usize = 1_000;

/// Key packages that a hub keeps for one device.
pub const MAX_KEY_PACKAGES_PER_DEVICE: usize = 100;

/// Key packages that a device keeps published when it can.
pub const TARGET_KEY_PACKAGES: usize = 10;

/// Largest single key package in bytes.
pub const MAX_KEY_PACKAGE_BYTES: usize = 16 * 1024;

/// Certificates in a chain: leaf and root, and one intermediate in reserve.
pub const MAX_CHAIN_CERTIFICATES: usize = 3;

/// Largest certificate in bytes.
pub const MAX_CERTIFICATE_BYTES: usize = 4 * 1024;

/// Authorities in one charter.
pub const MAX_AUTHORITIES: usize = 64;

/// Coordinators in one charter.
pub const MAX_COORDINATORS: usize = 32;

/// Amendments of one charter.
pub const MAX_AMENDMENTS: usize = 64;

/// Devices in one revocation list.
pub const MAX_REVOKED_DEVICES: usize = 10_000;

/// Stored messages a second that one device may send, averaged.
pub const MESSAGES_PER_SECOND_PER_DEVICE: u32 = 200;

/// Connections that one address may have at once, unless a hub is told otherwise: an office behind one
/// address has several hundred.
pub const CONNECTIONS_PER_ADDRESS: u32 = 1_000;

/// Requests over HTTP a second from one address, averaged, unless a hub is told otherwise; to upgrade to a
/// WebSocket is one.
pub const REQUESTS_PER_SECOND_PER_ADDRESS: u32 = 100;

/// Seconds of the average that may come at once: an office that comes back after a restart.
pub const REQUEST_BURST_SECONDS: core::num::NonZeroU32 =
    core::num::NonZeroU32::MIN.saturating_add(9);

/// Connections that a hub has at once, whoever they are.
pub const MAX_CONNECTIONS: usize = 50_000;

/// Time for a request over HTTP to come whole and be answered, and for the next one to begin, in milliseconds.
pub const HTTP_TIMEOUT_MS: u64 = 30_000;

/// Bytes that a connection may send before its hello was good: three certificates and what is around them.
pub const MAX_GREETING_BYTES: usize = 64 * 1024;

/// Desks of authorities that a hub reads at once: their polls may be as large as a frame.
pub const MAX_DESK_POLLS: usize = 8;

/// Pings and pongs that a connection may send before its hello was good.
pub const MAX_GREETING_PINGS: u32 = 16;

/// Commits a second that one device may send, averaged: a hub checks the signatures and the tree of each.
pub const COMMITS_PER_SECOND_PER_DEVICE: u32 = 20;

/// Commits that one device may send at once before the average counts.
pub const COMMIT_BURST_PER_DEVICE: u32 = 100;

/// Chunks of blobs a second that one device may send, averaged: 8 MiB.
pub const BLOB_CHUNKS_PER_SECOND_PER_DEVICE: u32 = 32;

/// Chunks of blobs that one device may send at once before the average counts: two whole blobs.
pub const BLOB_CHUNK_BURST_PER_DEVICE: u32 = 512;

/// Answers of the size of a directory or of a room's tree a second that one device may ask for, averaged.
pub const LARGE_ANSWERS_PER_SECOND_PER_DEVICE: u32 = 10;

/// Such answers that one device may ask for at once before the average counts: after it was away, one for
/// each room that it may follow.
pub const LARGE_ANSWER_BURST_PER_DEVICE: u32 = 128;

/// One-time key packages of one device that are given to devices of one authority in an hour; then they get
/// the last-resort one, which is not used up. Fewer than a device publishes of a suite: nobody can take away what others need.
pub const KEY_PACKAGES_PER_TAKER_AND_HOUR: u32 = 3;

/// Frames that one device may send at once before the average counts.
pub const MESSAGE_BURST_PER_DEVICE: u32 = 400;

/// Bytes a second that one device may send, averaged: twice what its blobs may take. What is more is refused
/// nothing, it is read later.
pub const BYTES_PER_SECOND_PER_DEVICE: u32 = 16 * 1024 * 1024;

/// Bytes that one device may send at once before the average counts: the blobs of [`BLOB_CHUNK_BURST_PER_DEVICE`]
/// and what else there is.
pub const BYTE_BURST_PER_DEVICE: u32 = 160 * 1024 * 1024;

/// Hellos a second of one device, averaged: who has a bad network comes back often, and after this often more slowly.
pub const HELLOS_PER_SECOND_PER_DEVICE: u32 = 1;

/// Hellos of one device at once before the average counts.
pub const HELLO_BURST_PER_DEVICE: u32 = 128;

/// Rooms that one connection may follow at once.
pub const MAX_FOLLOWED_ROOMS: usize = 64;

/// Frames that wait for one connection before it is cut loose to resume by cursor.
pub const OUTBOUND_QUEUE_FRAMES: usize = 1_024;

/// Bytes that wait for one connection before what is too much is refused with `busy`; the largest frame fits four times.
pub const OUTBOUND_QUEUE_BYTES: usize = 16 * 1024 * 1024;

/// Messages that a hub reads from its store at once when a device resumes.
pub const HISTORY_PAGE_MESSAGES: usize = 256;

/// Most messages of one room that a hub stores in one transaction.
pub const MAX_BATCH_MESSAGES: usize = 256;

/// Requests that wait for one room before senders are refused with `busy`.
pub const ROOM_QUEUE_REQUESTS: usize = 1_024;

/// Stored messages that a hub keeps of one room by default; older ones are pruned and a device that
/// needs them resyncs by external commit.
pub const DEFAULT_KEPT_MESSAGES: u64 = 100_000;

/// Time that a connection has for its hello, in milliseconds.
pub const HELLO_TIMEOUT_MS: u64 = 10_000;

/// Silence after which each end pings, in milliseconds.
pub const PING_INTERVAL_MS: u64 = 15_000;

/// Silence after which a connection counts as dead, in milliseconds.
pub const IDLE_TIMEOUT_MS: u64 = 45_000;

/// Longest time box: from `opens_at` to the hard maximum, in milliseconds (30 days).
pub const MAX_TIME_BOX_MS: u64 = 30 * 24 * 3_600_000;

/// How long a hub keeps what was said after the end of the time box, if the charter says nothing, in
/// milliseconds (30 days).
pub const DEFAULT_RETENTION_MS: u64 = 30 * 24 * 3_600_000;

/// Longest retention that a charter may ask for, in milliseconds (ten years of 365 days).
pub const MAX_RETENTION_MS: u64 = 3_650 * 24 * 3_600_000;

/// Validity of a key package in seconds (84 days).
pub const KEY_PACKAGE_LIFETIME_S: u64 = 84 * 24 * 3_600;

/// Difference between two clocks that is not worth a word, in milliseconds.
pub const CLOCK_TOLERANCE_MS: u64 = 5 * 60_000;

/// Bytes of a hub's name (`host:port` as the device wrote it).
pub const MAX_HUB_NAME_BYTES: usize = 255;

/// Enrolment requests that wait for one authority at a hub.
pub const MAX_WAITING_ENROLMENTS: usize = 1_000;

/// Largest HTTP body of the enrolment end points in bytes.
pub const MAX_ENROLMENT_BODY_BYTES: usize = 64 * 1024;

/// Time that an unanswered or answered enrolment stays at the hub, in milliseconds (7 days).
pub const ENROLMENT_KEPT_MS: u64 = 7 * 24 * 3_600_000;

/// Longest string of a person's making (names, call signs, titles) in bytes.
pub const MAX_NAME_BYTES: usize = 256;

/// Longest free text in one event, in bytes.
pub const MAX_TEXT_BYTES: usize = 16 * 1024;

/// Bytes of one chunk of a blob; only the last one of a blob may be shorter.
pub const BLOB_CHUNK_BYTES: usize = 256 * 1024;

/// Chunks of one blob: 64 MiB.
pub const MAX_BLOB_CHUNKS: u32 = 256;

/// Blobs of one room.
pub const MAX_BLOBS_PER_ROOM: u32 = 5_000;

/// Rows of the audit log in one answer.
pub const AUDIT_ROWS_PER_REPLY: usize = 500;

/// Chunks of all blobs of one room together: 16 GiB.
pub const MAX_BLOB_CHUNKS_PER_ROOM: u64 = 65_536;

/// Bytes of the URL of a push subscription.
pub const MAX_PUSH_ENDPOINT_BYTES: usize = 2 * 1024;

/// Time between two pushes to one device, in milliseconds.
pub const PUSH_INTERVAL_MS: u64 = 30_000;

/// Time between two requests of one device to join one room, in milliseconds.
pub const JOIN_REQUEST_INTERVAL_MS: u64 = 10_000;

/// How often a device that waits to be let in asks again, in milliseconds.
pub const JOIN_REQUEST_REPEAT_MS: u64 = 30_000;

/// How long a request to join counts after it last came, in milliseconds: three repeats.
pub const JOIN_REQUEST_KEPT_MS: u64 = 90_000;

/// Requests to join one room that a hub or a device has in mind at once.
pub const MAX_JOIN_REQUESTS: usize = 64;

/// Rooms that one device asks to join at once.
pub const MAX_ASKED_ROOMS: usize = 16;
