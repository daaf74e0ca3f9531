//! Who did what is on the board, and when.

use entente_protocol::DeviceId;
use entente_trust::{Country, Role};
use serde::{Deserialize, Serialize};

use crate::Author;

/// Who changed something, and where in the room's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The author's device.
    pub author: DeviceId,
    /// The author's country.
    pub country: Country,
    /// The author's role in the room.
    pub role: Role,
    /// Sequence number.
    pub seq: u64,
    /// The hub's time of acceptance, Unix milliseconds.
    pub time_ms: u64,
}

impl Stamp {
    pub(crate) fn new(author: &Author, seq: u64, time_ms: u64) -> Self {
        Self {
            author: author.device,
            country: author.country,
            role: author.role,
            seq,
            time_ms,
        }
    }
}
