//! Giving up this device's seat.

use core::time::Duration;

use entente_protocol::RoomId;

use super::Failure;
use crate::engine::Engine;

/// Asks to be let go, of a room or a compartment, and waits for it. False if nobody who could do it was there in time: the
/// wish is kept, and carried out by whoever comes next.
pub(super) async fn leave(
    engine: Engine,
    room: RoomId,
    patience: Duration,
) -> Result<bool, Failure> {
    let asked = engine.leave(room).await;
    let gone = engine.until(room, |session| session.ended().is_some());
    let is_gone = asked.is_ok() && tokio::time::timeout(patience, gone).await.is_ok();
    engine.stop().await;
    asked?;
    Ok(is_gone)
}
