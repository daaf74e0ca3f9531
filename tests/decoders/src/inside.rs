//! What members say to one another: events, boards, snapshots, documents; and what they type.

use entente_protocol::{BlobId, DeviceId, RoomId};
use entente_room::playbook::{Playbook, Span};
use entente_room::{
    Author, BlobKey, Board, ChunkPlace, Event, Identifier, IdentifierKind, SnapshotPart, WatchList,
    open_chunk, seal_chunk,
};
use entente_trust::Role;
use tls_codec::{DeserializeBytes as _, VLBytes};

use crate::text;

/// Most events that are put on one board.
const MAX_EVENTS: usize = 64;

/// Events as they are signed and sealed.
pub fn events(bytes: &[u8]) {
    let Ok(event) = Event::decode(bytes) else {
        return;
    };
    // What was read can be said, but for what a newer client said.
    let encoded = event.encode().unwrap();
    let again = Event::decode(&encoded).unwrap();
    assert!(again == event, "{event:?}");
    assert_eq!(again.encode().unwrap(), encoded);
}

/// `opaque parts<V>`: a board's CBOR (or nothing), then events that members say.
pub fn boards(bytes: &[u8]) {
    let Ok(parts) = Vec::<VLBytes>::tls_deserialize_exact_bytes(bytes) else {
        return;
    };
    let Some((board, events)) = parts.split_first() else {
        return;
    };
    let mut board: Board = ciborium::from_reader(board.as_slice()).unwrap_or_default();
    for (place, bytes) in events.iter().take(MAX_EVENTS).enumerate() {
        let Ok(event) = Event::decode(bytes.as_slice()) else {
            continue;
        };
        let place = place as u64 + 1;
        let before = board.digest();
        if board
            .apply(&event, &author(place), place, place * 1_000)
            .is_err()
        {
            assert_eq!(board.digest(), before, "a refused event changes nothing");
        }
    }
    let mut bytes = Vec::new();
    ciborium::into_writer(&board, &mut bytes).unwrap();
    let again: Board = ciborium::from_reader(&bytes[..]).unwrap();
    assert_eq!(again.digest(), board.digest());
    let watched = WatchList::of(&board);
    if let Ok(reading) = Identifier::read_text("plate:JO-12 3456") {
        let _ = watched.search(&reading);
    }
}

/// Four people of two countries take turns.
fn author(place: u64) -> Author {
    let seat = (place % 4) as u8;
    let roles = [Role::Coordinator, Role::Field, Role::Liaison, Role::Agent];
    Author {
        device: DeviceId::from_bytes([seat; 16]),
        callsign: format!("Seat {seat}"),
        country: if seat < 2 { "JO" } else { "AE" }.parse().unwrap(),
        role: roles[usize::from(seat)],
    }
}

/// A snapshot's digest and its body, in one part.
pub fn snapshots(bytes: &[u8]) {
    let Some((digest, body)) = bytes.split_at_checked(32) else {
        return;
    };
    let part = SnapshotPart {
        as_of: 1,
        transcript: [0; 32],
        digest: digest.try_into().unwrap(),
        part: 0,
        parts: 1,
        bytes: body.to_vec(),
    };
    if let Some((_, board)) = SnapshotPart::joined(&[part]) {
        assert_eq!(board.digest(), digest);
    }
}

/// Identifiers of each kind: the first byte says which, or `kind:value`.
pub fn identifiers(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let is_normal = |identifier: &Identifier| {
        let again = Identifier::new(identifier.kind(), identifier.value()).unwrap();
        assert_eq!(again.value(), identifier.value(), "{identifier:?}");
    };
    if let Ok(reading) = Identifier::read_text(text) {
        is_normal(&reading.identifier);
        let mut list = WatchList::default();
        list.add(
            &reading.identifier,
            entente_room::TargetId::from_bytes([1; 16]),
        );
        let _ = list.search(&reading);
    }
    if let Some(first) = bytes.first().filter(|first| first.is_ascii()) {
        let kind = IdentifierKind::ALL[usize::from(*first) % IdentifierKind::ALL.len()];
        if let Ok(reading) = Identifier::read(kind, &text[1..]) {
            is_normal(&reading.identifier);
        }
    }
    if let Ok(span) = text.parse::<Span>() {
        let _ = span.after_ms(span.as_ms());
    }
}

/// Chunks of documents.
pub fn blobs(bytes: &[u8]) {
    let key = BlobKey::from_bytes([3; 32]);
    let place = ChunkPlace {
        room: RoomId::from_bytes([7; 16]),
        blob: BlobId::from_bytes([5; 16]),
        chunk: 0,
        chunks: 1,
    };
    if let Ok(plain) = open_chunk(&key, place, bytes) {
        assert_eq!(seal_chunk(&key, place, &plain).as_deref(), Ok(bytes));
    }
}

/// Playbooks: YAML of people, JSON of charters.
pub fn playbooks(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let read = [
        entente_client::read_playbook(text).ok(),
        Playbook::from_json(text).ok(),
    ];
    for playbook in read.into_iter().flatten() {
        let again = Playbook::from_json(&playbook.to_json()).unwrap();
        assert_eq!(again.to_json(), playbook.to_json());
    }
}
