//! What devices may take in a time, the same through reconnects.

use std::sync::Arc;

use entente_protocol::{DeviceId, Fingerprint};

use super::{Hub, lock};
use crate::connection::DeviceLimits;

/// Devices whose rate limiter is remembered after they left.
const MAX_LIMITERS: usize = 20_000;

/// Pairs of taker and owner of key packages that are remembered before those long past are forgotten.
const MAX_TAKERS: usize = 100_000;

impl Hub {
    /// The limits of a device, the same through reconnects.
    pub(crate) fn device_limits(&self, device: DeviceId) -> Arc<DeviceLimits> {
        let mut all = lock(&self.limits);
        if all.len() >= MAX_LIMITERS {
            let connections = lock(&self.connections);
            all.retain(|device, _| connections.contains_key(device));
        }
        let rate = self.messages_per_second;
        all.entry(device)
            .or_insert_with(|| Arc::new(DeviceLimits::new(rate)))
            .clone()
    }

    /// Those of `owners` of whom devices of the taker's authority have had enough one-time key packages for now.
    pub(crate) fn overdrawn(&self, taker: Fingerprint, owners: &[DeviceId]) -> Vec<DeviceId> {
        if self.taken.len() >= MAX_TAKERS {
            self.taken.retain_recent();
        }
        let is_over = |owner: &&DeviceId| self.taken.check_key(&(taker, **owner)).is_err();
        owners.iter().filter(is_over).copied().collect()
    }
}
