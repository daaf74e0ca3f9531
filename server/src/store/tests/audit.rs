//! The audit log.

use super::*;

promises!(
    an_audit_row_can_not_be_changed_dropped_moved_or_slipped_in,
    two_writers_make_one_chain,
);

async fn audited(kind: Kind) -> Scene {
    let scene = scene(kind, 1_000).await;
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

async fn an_audit_row_can_not_be_changed_dropped_moved_or_slipped_in(kind: Kind) {
    let slipped_in = match kind {
        Kind::Sqlite => {
            "INSERT INTO audit (id, time_ms, entry, digest) VALUES (9, 1, 'x', zeroblob(32))"
        }
        Kind::Postgres => {
            "INSERT INTO audit (id, time_ms, entry, digest) VALUES (9, 1, 'x', sha256('x'))"
        }
    };
    for sql in [
        "UPDATE audit SET entry = replace(entry, 'granted=false', 'granted=true') WHERE id = 2",
        "UPDATE audit SET time_ms = time_ms + 1 WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit WHERE id = 1",
        "UPDATE audit SET id = 9 WHERE id = 2",
        slipped_in,
    ] {
        let scene = audited(kind).await;
        scene.tamper(sql).await;
        assert!(
            matches!(
                scene.store.verify_audit().await,
                Err(StoreError::Damaged("audit chain"))
            ),
            "{sql}"
        );
        scene.store.close().await;
    }
}

/// Two hubs of one database write one chain. An embedded database has one hub: there the second one
/// comes after the first.
async fn two_writers_make_one_chain(kind: Kind) {
    let scene = scene(kind, 1_000).await;
    if kind == Kind::Sqlite {
        scene.store_message(1).await.unwrap();
        scene.store.close().await;
        let next = Store::open(&scene.url, 1_000).await.unwrap();
        let request = request(1, 1);
        let answers = vec![(request.ticket, None)];
        next.post_enrolment(request, NOW).await.unwrap();
        next.answer_enrolments(AUTHORITY, answers, NOW)
            .await
            .unwrap();
        assert_eq!(next.verify_audit().await.unwrap(), 2);
        return;
    }
    let other = Store::open(&scene.url, 1_000).await.unwrap();
    let openings = (1..=20).map(|number| {
        let store = if number % 2 == 0 {
            &scene.store
        } else {
            &other
        };
        let room = RoomId::from_bytes([number; 16]);
        store.store_effects(room, Basis::New, Arc::new(effects(1)), NOW)
    });
    for opened in futures_util::future::join_all(openings).await {
        opened.unwrap();
    }
    assert_eq!(scene.store.verify_audit().await.unwrap(), 20);
}
