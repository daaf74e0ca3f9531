//! What an engine lives in. Everything that it does follows from what it is told here and by its hub, so
//! that whoever gives both can have the same thing happen twice.

use super::{Later, Socket};
use crate::entropy::fill_random;
use crate::{HubUrl, NoEntropy};

/// A clock, chance, time that passes, tasks, and a way to the hub.
pub trait Surroundings: Send + Sync {
    /// This device's clock, Unix milliseconds.
    fn now_ms(&self) -> u64;

    /// Milliseconds since some moment before: they only grow, whatever the clock is set to. Waits are counted by them.
    fn steady_ms(&self) -> u64;

    /// Fills a buffer with random bytes.
    ///
    /// # Errors
    /// [`NoEntropy`].
    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;

    /// Waits.
    fn sleep(&self, wait_ms: u64) -> Later<'static, ()>;

    /// Runs a task beside the others.
    fn spawn(&self, task: Later<'static, ()>);

    /// Opens a WebSocket to a hub; an error says why not.
    fn dial(&self, hub: HubUrl) -> Later<'static, Result<Socket, String>>;
}

impl dyn Surroundings {
    pub(crate) fn random_bytes<const N: usize>(&self) -> Result<[u8; N], NoEntropy> {
        let mut bytes = [0_u8; N];
        self.fill_random(&mut bytes)?;
        Ok(bytes)
    }
}

/// The surroundings of this process, or of this worker.
#[derive(Debug, Clone, Copy)]
pub struct Here;

impl Surroundings for Here {
    fn now_ms(&self) -> u64 {
        crate::now_ms()
    }

    fn steady_ms(&self) -> u64 {
        crate::clock::steady_ms()
    }

    fn fill_random(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        fill_random(bytes)
    }

    fn sleep(&self, wait_ms: u64) -> Later<'static, ()> {
        super::sleep(wait_ms)
    }

    fn spawn(&self, task: Later<'static, ()>) {
        super::spawn(task);
    }

    fn dial(&self, hub: HubUrl) -> Later<'static, Result<Socket, String>> {
        Box::pin(async move { super::dial(&hub).await })
    }
}
