//! One live WebSocket to a hub: requests with their answers, and what the hub delivers.

mod actor;
mod error;
mod handle;
mod handshake;

use std::sync::Arc;

use entente_protocol::{
    Delivery, EphemeralDelivery, ErrorCode, JoinRequest, RoomId, WelcomeDelivery,
};
use entente_room::Identity;
use tokio::sync::mpsc;

use crate::HubUrl;
use crate::platform::{Here, Surroundings};

pub use error::{ConnectError, RequestError};
pub use handle::{Accepted, Connection, Following};

/// Deliveries that wait for the engine before the socket is no longer read.
const INCOMING_QUEUE: usize = 1_024;

/// What the hub sends by itself.
#[derive(Debug)]
pub enum Incoming {
    /// A stored message.
    Delivery(Delivery),
    /// An ephemeral message.
    Ephemeral(EphemeralDelivery),
    /// An invitation.
    Welcome(WelcomeDelivery),
    /// Somebody asks to join a room.
    JoinRequest(JoinRequest),
    /// Everything up to `seq` was delivered.
    CaughtUp(RoomId, u64),
    /// The hub stopped delivering a room.
    Unfollowed(RoomId, ErrorCode),
    /// A refusal of the connection as a whole; it ends.
    Refused(ErrorCode),
}

/// What a new connection has learned.
#[derive(Debug, Clone, Copy)]
pub struct Greeting {
    /// The hub's clock minus this device's, milliseconds.
    pub clock_offset_ms: i64,
    /// Key packages in stock.
    pub key_packages: u32,
    /// Welcomes that wait.
    pub welcomes: u32,
}

/// Connects and says hello. The connection ends when its last handle is dropped, or when the
/// channel of what comes in is closed by the other side.
///
/// # Errors
/// See [`ConnectError`].
pub async fn connect(
    hub: &HubUrl,
    identity: &Arc<Identity>,
) -> Result<(Connection, mpsc::Receiver<Incoming>, Greeting), ConnectError> {
    let around: Arc<dyn Surroundings> = Arc::new(Here);
    connect_in(&around, hub, identity).await
}

/// The same, in other surroundings than those of this process.
pub(crate) async fn connect_in(
    around: &Arc<dyn Surroundings>,
    hub: &HubUrl,
    identity: &Arc<Identity>,
) -> Result<(Connection, mpsc::Receiver<Incoming>, Greeting), ConnectError> {
    let (socket, greeting) = handshake::run(&**around, hub, identity).await?;
    let (incoming, received) = mpsc::channel(INCOMING_QUEUE);
    let connection = actor::spawn(around.clone(), socket, incoming);
    Ok((connection, received, greeting))
}

/// How long to wait before the next try to connect: doubling from 200 ms to 15 s, and up to a half
/// of it at random, so that a thousand devices do not come back at once.
#[must_use]
pub fn backoff_ms(attempt: u32, random: u64) -> u64 {
    const FIRST_MS: u64 = 200;
    const LAST_MS: u64 = 15_000;
    let base = FIRST_MS.saturating_mul(1 << attempt.min(10)).min(LAST_MS);
    base / 2 + random % (base / 2 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_grows_within_its_bounds() {
        for attempt in 0..40 {
            for random in [0, 1, u64::MAX] {
                let wait = backoff_ms(attempt, random);
                assert!((100..=15_000).contains(&wait), "{attempt} {random}: {wait}");
            }
        }
        assert!(backoff_ms(6, 0) > backoff_ms(0, u64::MAX));
    }
}
