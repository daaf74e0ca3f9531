//! Forgetting rooms, and what is told of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use entente_protocol::{BlobId, Delivery, PutBlob};
use entente_trust::{LinkHead, chain};

use super::*;
use crate::blobs::Blobs;
use crate::retention::{note_messages, turn};

const OTHER: RoomId = RoomId::from_bytes([9; 16]);
/// After the retention, and after everything.
const SHRED: u64 = NOW + 2_000_000;
const FORGET: u64 = NOW + 3_000_000;

promises!(
    what_was_said_goes_when_its_time_is_over_and_other_rooms_stay,
    nothing_goes_before_its_time,
    steps_are_taken_once_and_in_their_order,
    nothing_is_added_to_a_room_that_goes,
    the_log_keeps_digests_of_what_goes,
    a_room_is_given_its_rows_of_the_log_and_no_others,
    many_rooms_go_a_few_at_a_time,
    what_was_moved_when_others_went_goes_too,
);

/// Ciphertext that can be recognised on a disk.
fn planted(room: RoomId, seq: u64, length: usize) -> Vec<u8> {
    let mut bytes = mark(room, seq);
    bytes.resize(length.max(bytes.len()), 0x5a);
    bytes
}

/// How it begins.
const PLANTED: &[u8] = b"planted ciphertext ";

fn mark(room: RoomId, seq: u64) -> Vec<u8> {
    let mut bytes = PLANTED.to_vec();
    bytes.extend(room.as_bytes());
    bytes.extend(seq.to_be_bytes());
    bytes
}

impl Scene {
    async fn say(&self, room: RoomId, seq: u64, message: Vec<u8>) {
        let mut effects = effects(seq);
        if let Some(Effect::Append(stored)) = effects.first_mut() {
            stored.message = message;
        }
        let basis = if seq == 1 {
            Basis::New
        } else {
            Basis::Head(seq - 1)
        };
        let stored = self
            .store
            .store_effects(room, basis, Arc::new(effects), NOW);
        stored.await.unwrap();
    }

    /// Rooms that speak in turns, so that their messages share pages.
    async fn plant(&self, rooms: &[RoomId], messages: u64) {
        for seq in 1..=messages {
            for room in rooms {
                let length = usize::try_from(60 + seq * 97 % 6_000).unwrap();
                self.say(*room, seq, planted(*room, seq, length)).await;
            }
        }
    }

    fn blobs(&self) -> Blobs {
        Blobs::in_folder(&self.folder.path().join("blobs")).unwrap()
    }

    async fn share(&self, room: RoomId, blob: u8) {
        let bytes = planted(room, 1_000 + u64::from(blob), 4_000);
        let put = PutBlob {
            request: 1,
            room,
            blob: BlobId::from_bytes([blob; 16]),
            chunks: 1,
            chunk: 0,
            bytes: bytes.into(),
        };
        self.blobs().put(&self.store, DEVICE, &put).await.unwrap();
    }

    async fn forget_all(&self, now_ms: u64) -> usize {
        let mut rooms = 0;
        loop {
            let turn = turn(&self.store, &self.blobs(), now_ms).await.unwrap();
            rooms += turn.done.len();
            if !turn.has_rest {
                // Not while the log is moved into the database beside the commits: then it is tried again.
                while !self.store.empty_log().await.unwrap() {
                    tokio::task::yield_now().await;
                }
                return rooms;
            }
        }
    }

    async fn kept(&self, room: RoomId) -> Option<Kept> {
        self.store.kept(room).await.unwrap()
    }
}

/// What was planted and stands in the files of a folder, cut off at the end of what is planted.
fn found(folder: &Path) -> BTreeSet<Vec<u8>> {
    let length = mark(ROOM, 0).len();
    let mut marks = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            marks.extend(found(&path));
            continue;
        }
        let file = std::fs::read(&path).unwrap();
        for start in 0..file.len() {
            if file[start..].starts_with(PLANTED) {
                let end = file.len().min(start + length);
                marks.insert(file[start..end].to_vec());
            }
        }
    }
    marks
}

async fn what_was_said_goes_when_its_time_is_over_and_other_rooms_stay(kind: Kind) {
    const MESSAGES: u64 = 150;
    let scene = scene(kind, 10_000).await;
    scene.plant(&[ROOM, OTHER], MESSAGES).await;
    scene.share(ROOM, 1).await;
    scene.share(OTHER, 2).await;
    // The other one is extended: its time is not over.
    let mut extended = effects(MESSAGES + 1);
    extended.push(Effect::Group {
        epoch: 0,
        opens_at_ms: NOW,
        closes_at_ms: NOW + 9_000_000,
        shred_at_ms: NOW + 9_000_000,
        forget_at_ms: NOW + 9_000_000,
        group_info: b"extended".to_vec(),
        ratchet_tree: b"tree".to_vec(),
    });
    let basis = Basis::Head(MESSAGES);
    let stored = scene
        .store
        .store_effects(OTHER, basis, Arc::new(extended), NOW);
    stored.await.unwrap();

    let folder = scene.folder.path();
    let all = |room: RoomId| (1..=MESSAGES).map(move |seq| mark(room, seq));
    let before = found(folder);
    if kind == Kind::Sqlite {
        assert!(
            all(ROOM)
                .chain(all(OTHER))
                .all(|mark| before.contains(&mark))
        );
    }
    assert!(before.contains(&mark(ROOM, 1_001)) && before.contains(&mark(OTHER, 1_002)));

    assert_eq!(scene.forget_all(SHRED).await, 1);
    assert_eq!(scene.kept(ROOM).await, Some(Kept::End));
    assert!(scene.store.page(ROOM, 0, 1 << 40).await.unwrap().is_empty());
    assert!(!folder.join("blobs").join(ROOM.to_string()).exists());
    // Whatever else is in the files: not one of its messages is, whole or in part.
    let after = found(folder);
    let of_room = [PLANTED, ROOM.as_bytes()].concat();
    let left = after.iter().filter(|mark| mark.starts_with(&of_room));
    assert_eq!(left.count(), 0);
    assert!(after.contains(&mark(OTHER, 1_002)));
    if kind == Kind::Sqlite {
        assert!(all(OTHER).all(|mark| after.contains(&mark)));
    }
    // How it ended is still there, for devices that were off, until they all know by themselves.
    let end = scene.store.room(ROOM).await.unwrap().unwrap().record;
    assert!(end.closed && end.group_info == b"group info" && end.seats.len() == 1);
    assert_eq!(scene.forget_all(FORGET).await, 1);
    assert_eq!(scene.kept(ROOM).await, Some(Kept::Nothing));
    assert!(scene.store.room(ROOM).await.unwrap().is_none());

    // The other one has everything, and goes on.
    assert_eq!(scene.kept(OTHER).await, Some(Kept::All));
    let stored = scene.store.room(OTHER).await.unwrap().unwrap().record;
    assert!(!stored.closed && stored.seats.len() == 1);
    let page = scene
        .store
        .page(OTHER, MESSAGES - 2, 1 << 40)
        .await
        .unwrap();
    assert_eq!(page[0].message.as_slice()[..43], mark(OTHER, MESSAGES - 1));
    assert_eq!(scene.count("messages").await as u64, MESSAGES + 1);
    assert_eq!(scene.count("blobs").await, 1);
    assert_eq!(scene.count("seats").await, 1);
    scene.say(OTHER, MESSAGES + 2, b"on".to_vec()).await;
    // Its id stays taken.
    let again = scene
        .store
        .store_effects(ROOM, Basis::New, Arc::new(effects(1)), NOW);
    assert!(matches!(again.await, Err(StoreError::RoomExists)));
    scene.store.verify_audit().await.unwrap();
}

async fn nothing_goes_before_its_time(kind: Kind) {
    let scene = scene(kind, 10_000).await;
    scene.plant(&[ROOM], 5).await;
    let rows = scene.store.verify_audit().await.unwrap();
    assert_eq!(scene.forget_all(SHRED - 1).await, 0);
    assert_eq!(scene.kept(ROOM).await, Some(Kept::All));
    assert_eq!(scene.sequence(0).await, [1, 2, 3, 4, 5]);
    assert_eq!(scene.store.verify_audit().await.unwrap(), rows);
    assert_eq!(scene.forget_all(SHRED).await, 1);
    assert_eq!(scene.forget_all(FORGET - 1).await, 0);
    assert_eq!(scene.kept(ROOM).await, Some(Kept::End));
    assert_eq!(scene.kept(OTHER).await, None);
}

async fn steps_are_taken_once_and_in_their_order(kind: Kind) {
    let scene = scene(kind, 10_000).await;
    scene.plant(&[ROOM], 5).await;
    let step = |step| scene.store.forget(ROOM, step, NOW);
    for early in [Step::End, Step::Rest] {
        assert!(matches!(step(early).await, Err(StoreError::Behind)));
    }
    assert_eq!(step(Step::Messages { most: 9 }).await.unwrap(), 0);
    assert_eq!(scene.sequence(0).await.len(), 5);
    step(Step::Begin).await.unwrap();
    assert!(matches!(step(Step::Begin).await, Err(StoreError::Behind)));
    assert_eq!(step(Step::Messages { most: 3 }).await.unwrap(), 3);
    assert_eq!(scene.sequence(0).await, [4, 5]);
    // A hub that died here goes on where it was.
    assert_eq!(
        scene.store.due(SHRED, 9).await.unwrap()[0].kept,
        Kept::Going
    );
    assert_eq!(scene.forget_all(SHRED).await, 1);
    for late in [Step::Begin, Step::End] {
        assert!(matches!(step(late).await, Err(StoreError::Behind)));
    }
    step(Step::Rest).await.unwrap();
    assert!(matches!(step(Step::Rest).await, Err(StoreError::Behind)));
}

async fn nothing_is_added_to_a_room_that_goes(kind: Kind) {
    let scene = scene(kind, 10_000).await;
    scene.plant(&[ROOM], 2).await;
    scene.share(ROOM, 1).await;
    scene.store.forget(ROOM, Step::Begin, NOW).await.unwrap();
    assert!(matches!(
        scene.store_message(3).await,
        Err(StoreError::Behind)
    ));
    // A chunk that was on its way is not left behind.
    let put = PutBlob {
        request: 1,
        room: ROOM,
        blob: BlobId::from_bytes([7; 16]),
        chunks: 1,
        chunk: 0,
        bytes: mark(ROOM, 77).into(),
    };
    let late = scene.blobs().put(&scene.store, DEVICE, &put).await;
    let code = late.err().map(|refused| refused.code);
    assert_eq!(code, Some(entente_protocol::ErrorCode::RoomClosed));
    assert!(!found(scene.folder.path()).contains(&mark(ROOM, 77)));
    assert_eq!(scene.count("blobs").await, 1);
}

fn digest_of(page: &[Delivery]) -> String {
    let links = page.iter().map(|delivery| LinkHead::of(delivery).link());
    Fingerprint::from_bytes(links.fold([0; 32], chain)).to_string()
}

async fn the_log_keeps_digests_of_what_goes(kind: Kind) {
    let scene = scene(kind, 10_000).await;
    scene.plant(&[ROOM], 300).await;
    let first = scene.store.page(ROOM, 0, 200).await.unwrap();
    let rest = scene.store.page(ROOM, 200, 300).await.unwrap();
    assert_eq!((first.len(), rest.len()), (200, 100));
    // Each message once, however often it is asked for.
    note_messages(&scene.store, ROOM, NOW).await.unwrap();
    note_messages(&scene.store, ROOM, NOW).await.unwrap();
    assert_eq!(scene.store.audited(ROOM).await.unwrap(), 300);
    scene.say(ROOM, 301, b"one more".to_vec()).await;
    let last = scene.store.page(ROOM, 300, 301).await.unwrap();
    assert_eq!(scene.forget_all(SHRED).await, 1);
    let rows = scene.store.audit_of(ROOM, 0, 100).await.unwrap();
    let entries: Vec<&str> = rows.iter().map(|row| row.entry.as_str()).collect();
    let whole = [first, rest].concat();
    assert_eq!(
        entries[1..],
        [
            format!(
                "messages_digest room={ROOM} from=1 to=300 digest={}",
                digest_of(&whole)
            ),
            format!(
                "messages_digest room={ROOM} from=301 to=301 digest={}",
                digest_of(&last)
            ),
            format!("room_shredded room={ROOM} head=301 blobs=0"),
        ]
    );
    scene.store.verify_audit().await.unwrap();
}

async fn a_room_is_given_its_rows_of_the_log_and_no_others(kind: Kind) {
    let scene = scene(kind, 10_000).await;
    scene.say(ROOM, 1, b"one".to_vec()).await;
    scene.say(OTHER, 1, b"other".to_vec()).await;
    note_messages(&scene.store, ROOM, NOW).await.unwrap();
    let rows = scene.store.audit_of(ROOM, 0, 100).await.unwrap();
    assert_eq!(rows.len(), 2);
    let id = format!("room={ROOM}");
    assert!(rows.iter().all(|row| row.entry.contains(&id)));
    assert_eq!(rows[0].before, Fingerprint::from_bytes([0; 32]));
    // Between them lies a row of the other room: what is before the second is that one's digest.
    assert_ne!(rows[1].before, rows[0].digest);
    let theirs = scene.store.audit_of(OTHER, 0, 100).await.unwrap();
    assert_eq!(rows[1].before, theirs[0].digest);
    assert_eq!(theirs[0].before, rows[0].digest);
    let later = scene.store.audit_of(ROOM, rows[0].id, 100).await.unwrap();
    assert_eq!(later, rows[1..]);
    assert_eq!(scene.store.audit_of(ROOM, 0, 1).await.unwrap(), rows[..1]);
}

async fn many_rooms_go_a_few_at_a_time(kind: Kind) {
    let scene = scene(kind, 10_000).await;
    let rooms: Vec<RoomId> = (0..40).map(|id| RoomId::from_bytes([id; 16])).collect();
    scene.plant(&rooms, 2).await;
    let listed = scene.store.due(u64::MAX, 1_000).await.unwrap();
    assert_eq!(listed.len(), 40);
    for due in listed {
        let held = scene.store.holdings(due.room).await.unwrap();
        assert_eq!((held.messages, held.blobs), (2, 0));
        assert!(held.message_bytes > 0);
    }
    let first = turn(&scene.store, &scene.blobs(), SHRED).await.unwrap();
    assert!(first.has_rest && first.done.len() < 40, "{first:?}");
    let done: BTreeMap<_, _> = first.done.iter().map(|due| (due.room, ())).collect();
    assert_eq!(scene.forget_all(SHRED).await, 40 - done.len());
    assert_eq!(scene.count("messages").await, 0);
}

/// A database that puts its pages in order after one room has gone moves what others have said.
async fn what_was_moved_when_others_went_goes_too(kind: Kind) {
    const MESSAGES: u64 = 120;
    let rooms: Vec<RoomId> = (1..=5).map(|id| RoomId::from_bytes([id; 16])).collect();
    let scene = scene(kind, 10_000).await;
    scene.plant(&rooms, MESSAGES).await;
    for (place, room) in (1..).zip(&rooms) {
        let mut later = effects(MESSAGES + 1);
        later.push(Effect::Group {
            epoch: 0,
            opens_at_ms: NOW,
            closes_at_ms: NOW + 1_000_000,
            shred_at_ms: NOW + place * 2_000_000,
            forget_at_ms: NOW + 90_000_000,
            group_info: b"group info".to_vec(),
            ratchet_tree: b"tree".to_vec(),
        });
        let basis = Basis::Head(MESSAGES);
        let stored = scene
            .store
            .store_effects(*room, basis, Arc::new(later), NOW);
        stored.await.unwrap();
    }
    // One after the other, and something is said in between.
    for (place, room) in (1..).zip(&rooms) {
        assert_eq!(scene.forget_all(NOW + place * 2_000_000).await, 1);
        let begins = [PLANTED, room.as_bytes()].concat();
        let after = found(scene.folder.path());
        let left = after.iter().filter(|mark| mark.starts_with(&begins));
        assert_eq!(left.count(), 0, "room {place}");
        let kept = rooms.iter().skip(usize::try_from(place).unwrap());
        for other in kept {
            let head = scene.store.room(*other).await.unwrap().unwrap().record.head;
            scene
                .say(*other, head + 1, planted(*other, head + 1, 700))
                .await;
        }
    }
}
