//! A hub that holds as many rooms as it may.

use entente_client::engine::EngineError;
use entente_protocol::{ErrorCode, limits};
use entente_tests::{Cast, HubProcess, room_spec, with_database, within};
use entente_trust::Role;

use crate::CLASSIC;

/// It opens the last one, refuses the next by the limit's name, and goes on when one has closed.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_has_all_its_rooms_opens_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(&folder.path().join("hub"), &[]);
    let cast = Cast::new(folder.path(), &hub.url(), &["JO"]).await;
    let petra = cast.member("JO", "Petra", Role::Coordinator).await;
    // All but one, of which nobody has ever heard.
    let others = limits::MAX_ROOMS - 1;
    let fill = format!(
        "WITH RECURSIVE others(number) AS \
         (SELECT 1 UNION ALL SELECT number + 1 FROM others WHERE number < {others}) \
         INSERT INTO rooms (room, head, oldest, epoch, opens_at_ms, closes_at_ms, closed) \
         SELECT randomblob(16), 1, 1, 0, 0, 9000000000000, 0 FROM others"
    );
    with_database(hub.data(), &fill).await;
    let open = || {
        within(
            petra
                .engine
                .open_room(room_spec(cast.authorities(), CLASSIC)),
        )
    };
    open().await.unwrap();
    let refused = open().await;
    assert!(
        matches!(
            &refused,
            Err(EngineError::Refused { code: ErrorCode::LimitExceeded, detail: Some(limit) })
                if limit == "MAX_ROOMS"
        ),
        "{refused:?}"
    );
    let close = "UPDATE rooms SET closed = 1 WHERE room = \
                 (SELECT min(room) FROM rooms WHERE opens_at_ms = 0)";
    with_database(hub.data(), close).await;
    open().await.unwrap();
}
