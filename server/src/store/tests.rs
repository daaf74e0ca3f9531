//! What the store promises, against a database of its own in a temporary folder.
#![allow(clippy::unwrap_used, clippy::panic)]

use entente_delivery::{SeatRecord, StoredMessage};
use entente_protocol::{MessageKind, limits};
use tempfile::TempDir;
use tls_codec::VLBytes;

use super::*;

const NOW: u64 = 1_767_225_600_000;
const ROOM: RoomId = RoomId::from_bytes([1; 16]);
const DEVICE: DeviceId = DeviceId::from_bytes([2; 16]);
const AUTHORITY: Fingerprint = Fingerprint::from_bytes([3; 32]);

struct Scene {
    folder: TempDir,
    store: Store,
}

async fn scene(keep_messages: u64) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&url(&folder), keep_messages).await.unwrap();
    Scene { folder, store }
}

fn url(folder: &TempDir) -> String {
    format!("sqlite://{}/hub.db", folder.path().display())
}

impl Scene {
    /// Somebody with the disk in their hands.
    async fn tamper(&self, sql: &'static str) {
        let pool = SqlitePool::connect(&url(&self.folder)).await.unwrap();
        sqlx::query(sql).execute(&pool).await.unwrap();
        pool.close().await;
    }

    async fn store_message(&self, seq: u64) -> Result<(), StoreError> {
        self.store
            .store_effects(ROOM, seq == 1, Arc::new(effects(seq)), NOW + seq)
            .await
    }

    async fn sequence(&self, after: u64) -> Vec<u64> {
        let page = self.store.page(ROOM, after, 1 << 40).await.unwrap();
        page.iter().map(|delivery| delivery.seq).collect()
    }
}

fn effects(seq: u64) -> Vec<Effect> {
    let kind = if seq == 1 {
        MessageKind::Opening
    } else {
        MessageKind::Application
    };
    let mut effects = vec![
        Effect::Append(StoredMessage {
            seq,
            kind,
            sender: DEVICE,
            number: seq,
            epoch: 0,
            time_ms: NOW + seq,
            message: seq.to_be_bytes().to_vec(),
        }),
        Effect::Seat(SeatRecord {
            device: DEVICE,
            leaf: 0,
            since_seq: 1,
            last_number: seq,
            last_seq: seq,
        }),
    ];
    if seq == 1 {
        effects.push(Effect::Group {
            epoch: 0,
            opens_at_ms: NOW,
            closes_at_ms: NOW + 1_000_000,
            group_info: b"group info".to_vec(),
            ratchet_tree: b"tree".to_vec(),
        });
    }
    effects
}

fn package(hash: u8, last_resort: bool) -> KeyPackageRow {
    KeyPackageRow {
        ciphersuite: 1,
        last_resort,
        not_after_s: NOW / 1_000 + 60,
        hash: vec![hash; 32],
        bytes: vec![hash; 8],
    }
}

fn request(ticket: u8, key: u8) -> EnrolmentRequest {
    EnrolmentRequest {
        authority: AUTHORITY,
        ticket: TicketId::from_bytes([ticket; 16]),
        device_key: [key; 32],
        signature: VLBytes::new(vec![0; 64]),
        mac: VLBytes::new(vec![0; 32]),
    }
}

#[tokio::test]
async fn messages_come_back_in_order_and_after_a_restart() {
    let scene = scene(1_000).await;
    for seq in 1..=10 {
        scene.store_message(seq).await.unwrap();
    }
    assert_eq!(scene.sequence(0).await, (1..=10).collect::<Vec<_>>());
    assert_eq!(scene.sequence(7).await, [8, 9, 10]);
    scene.store.close().await;
    let again = Store::open(&url(&scene.folder), 1_000).await.unwrap();
    let stored = again.room(ROOM).await.unwrap().unwrap();
    assert_eq!(stored.record.head, 10);
    assert_eq!(stored.record.seats[0].last_number, 10);
    assert_eq!(
        again.place_of(ROOM, DEVICE, 4).await.unwrap(),
        Some((4, NOW + 4))
    );
    assert_eq!(again.place_of(ROOM, DEVICE, 11).await.unwrap(), None);
}

#[tokio::test]
async fn only_so_many_messages_stay() {
    let scene = scene(4).await;
    for seq in 1..=20 {
        scene.store_message(seq).await.unwrap();
    }
    let kept = scene.sequence(0).await;
    assert_eq!(kept.last(), Some(&20));
    assert!(kept.len() >= 4 && kept.len() <= 8, "{kept:?}");
    assert_eq!(scene.store.oldest(ROOM).await.unwrap(), kept[0]);
}

#[tokio::test]
async fn a_room_id_is_taken_once() {
    let scene = scene(1_000).await;
    scene.store_message(1).await.unwrap();
    scene.store_message(2).await.unwrap();
    assert!(matches!(
        scene.store_message(1).await,
        Err(StoreError::RoomExists)
    ));
    assert_eq!(scene.sequence(0).await, [1, 2]);
}

/// The disk says no in the middle of a transaction: nothing of it is kept, the next one is.
#[tokio::test]
async fn a_failed_transaction_keeps_nothing() {
    let scene = scene(1_000).await;
    scene.store_message(1).await.unwrap();
    scene
        .tamper(
            "CREATE TRIGGER no_seat_2 BEFORE UPDATE ON seats WHEN NEW.last_seq = 2 \
             BEGIN SELECT RAISE(ABORT, 'disk'); END",
        )
        .await;
    let two_at_once = [effects(2), effects(3)].concat();
    let failed = scene
        .store
        .store_effects(ROOM, false, Arc::new(two_at_once.clone()), NOW)
        .await;
    assert!(failed.is_err());
    assert_eq!(scene.sequence(0).await, [1]);
    assert_eq!(
        scene.store.room(ROOM).await.unwrap().unwrap().record.head,
        1
    );
    scene.tamper("DROP TRIGGER no_seat_2").await;
    scene
        .store
        .store_effects(ROOM, false, Arc::new(two_at_once), NOW)
        .await
        .unwrap();
    assert_eq!(scene.sequence(0).await, [1, 2, 3]);
    scene.store.verify_audit().await.unwrap();
}

/// Jobs that share a transaction: a refusal of one is not the trouble of another.
#[tokio::test]
async fn a_refusal_leaves_its_neighbours_alone() {
    let scene = scene(1_000).await;
    scene.store_message(1).await.unwrap();
    let (good, taken, other) = tokio::join!(
        scene.store_message(2),
        scene.store_message(1),
        scene.store.post_enrolment(request(1, 1), NOW)
    );
    good.unwrap();
    assert!(matches!(taken, Err(StoreError::RoomExists)));
    other.unwrap();
    assert_eq!(scene.sequence(0).await, [1, 2]);
}

/// Resuming while others talk: pages and what is new join without a gap.
#[tokio::test]
async fn pages_have_no_gaps_while_messages_come_in() {
    const MESSAGES: u64 = 600;
    let scene = scene(10_000).await;
    scene.store_message(1).await.unwrap();
    let writing = async {
        for seq in 2..=MESSAGES {
            scene.store_message(seq).await.unwrap();
        }
    };
    let reading = async {
        let mut seen = Vec::new();
        while seen.len() < usize::try_from(MESSAGES).unwrap() {
            let after = seen.last().copied().unwrap_or(0);
            seen.extend(scene.sequence(after).await);
        }
        seen
    };
    let ((), seen) = tokio::join!(writing, reading);
    assert_eq!(seen, (1..=MESSAGES).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_key_package_is_handed_out_once_and_the_last_resort_when_none_is_left() {
    let scene = scene(1_000).await;
    let publish = |packages| scene.store.publish_key_packages(DEVICE, packages);
    let take = || scene.store.take_key_packages(1, vec![DEVICE], NOW);
    assert!(matches!(take().await, Err(StoreError::NoKeyPackage(missing)) if missing == [DEVICE]));
    let stock = publish(vec![package(1, false), package(2, false), package(9, true)]);
    assert_eq!(stock.await.unwrap(), 2);
    for expected in [1, 2, 9, 9] {
        assert_eq!(take().await.unwrap(), [vec![expected; 8]]);
    }
    publish(vec![package(8, true)]).await.unwrap();
    assert_eq!(take().await.unwrap(), [vec![8; 8]], "the new last resort");
    // Another suite, or later than its lifetime: there is none.
    let other = scene.store.take_key_packages(0x4f, vec![DEVICE], NOW);
    assert!(matches!(other.await, Err(StoreError::NoKeyPackage(_))));
    let late = scene.store.take_key_packages(1, vec![DEVICE], NOW + 61_000);
    assert!(matches!(late.await, Err(StoreError::NoKeyPackage(_))));
}

#[tokio::test]
async fn key_packages_are_taken_all_or_none_and_kept_within_the_limit() {
    let scene = scene(1_000).await;
    let nobody = DeviceId::from_bytes([4; 16]);
    let count = || scene.store.key_package_count(DEVICE);
    scene
        .store
        .publish_key_packages(DEVICE, vec![package(1, false)])
        .await
        .unwrap();
    let both = scene
        .store
        .take_key_packages(1, vec![DEVICE, nobody], NOW)
        .await;
    assert!(matches!(both, Err(StoreError::NoKeyPackage(missing)) if missing == [nobody]));
    assert_eq!(count().await.unwrap(), 1);
    let limit = u8::try_from(limits::MAX_KEY_PACKAGES_PER_DEVICE).unwrap();
    let too_many = (10..10 + limit).map(|hash| package(hash, false)).collect();
    let refused = scene.store.publish_key_packages(DEVICE, too_many).await;
    assert!(matches!(refused, Err(StoreError::TooManyKeyPackages)));
    assert_eq!(count().await.unwrap(), 1);
}

#[tokio::test]
async fn a_ticket_belongs_to_the_first_request_and_is_answered_once() {
    let scene = scene(1_000).await;
    let store = &scene.store;
    let first = request(1, 1);
    let ticket = first.ticket;
    store.post_enrolment(first.clone(), NOW).await.unwrap();
    store.post_enrolment(first.clone(), NOW).await.unwrap();
    let stolen = store.post_enrolment(request(1, 66), NOW).await;
    assert!(matches!(stolen, Err(StoreError::EnrolmentTaken)));
    let waiting = store.waiting_enrolments(AUTHORITY).await.unwrap();
    assert_eq!(waiting, [first]);
    let answer = |byte| EnrolmentAnswer {
        ticket,
        chain: Vec::new(),
        mac: VLBytes::new(vec![byte; 32]),
    };
    for byte in [1, 2] {
        let answers = vec![(ticket, Some(answer(byte)))];
        store
            .answer_enrolments(AUTHORITY, answers, NOW)
            .await
            .unwrap();
    }
    assert_eq!(
        store.enrolment(AUTHORITY, ticket).await.unwrap(),
        EnrolmentState::Answered(answer(1).encode().unwrap())
    );
    assert!(
        store
            .waiting_enrolments(AUTHORITY)
            .await
            .unwrap()
            .is_empty()
    );
    let elsewhere = Fingerprint::from_bytes([5; 32]);
    assert_eq!(
        store.enrolment(elsewhere, ticket).await.unwrap(),
        EnrolmentState::Unknown
    );
}

async fn audited() -> Scene {
    let scene = scene(1_000).await;
    scene.store_message(1).await.unwrap();
    for ticket in 1..=3 {
        let request = request(ticket, ticket);
        let answers = vec![(request.ticket, None)];
        scene.store.post_enrolment(request, NOW).await.unwrap();
        scene
            .store
            .answer_enrolments(AUTHORITY, answers, NOW)
            .await
            .unwrap();
    }
    assert_eq!(scene.store.verify_audit().await.unwrap(), 4);
    scene
}

#[tokio::test]
async fn an_audit_row_can_not_be_changed_dropped_moved_or_slipped_in() {
    for sql in [
        "UPDATE audit SET entry = replace(entry, 'granted=false', 'granted=true') WHERE id = 2",
        "UPDATE audit SET time_ms = time_ms + 1 WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 1",
        "UPDATE audit SET id = 9 WHERE id = 2",
        "INSERT INTO audit (id, time_ms, entry, digest) VALUES (9, 1, 'x', zeroblob(32))",
    ] {
        let scene = audited().await;
        scene.tamper(sql).await;
        assert!(
            matches!(
                scene.store.verify_audit().await,
                Err(StoreError::Damaged("audit chain"))
            ),
            "{sql}"
        );
    }
}
