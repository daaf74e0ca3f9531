//! Authorities' revocation lists in force here.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use entente_protocol::{DeviceId, ErrorCode, Fingerprint, HubControl};
use entente_trust::{Accreditation, SignedRevocationList};

use super::{Hub, lock};
use crate::bus::Word;
use crate::meters;
use crate::room::{Command, RoomHandle};
use crate::store::StoreError;

impl Hub {
    /// Whether its authority has revoked a device.
    pub(crate) fn is_revoked(&self, device: &Accreditation) -> bool {
        lock(&self.revocations).revokes(device)
    }

    /// Changes with each list that is taken.
    pub(crate) fn revocations_taken(&self) -> u64 {
        self.revocations_taken.load(Ordering::Acquire)
    }

    /// An authority's list, if it is newer than `number`.
    pub(crate) fn newer_revocations(
        &self,
        authority: Fingerprint,
        number: u32,
    ) -> Option<SignedRevocationList> {
        let revocations = lock(&self.revocations);
        let list = revocations.list(authority)?;
        (list.list.number > number).then(|| list.clone())
    }

    /// Puts an authority's list in force: it is stored, the devices' connections are ended, and
    /// every room puts it into its order.
    pub(crate) async fn revoke(
        self: &Arc<Self>,
        list: SignedRevocationList,
    ) -> Result<(), ErrorCode> {
        let mut next = lock(&self.revocations).clone();
        if next.list(list.list.authority) == Some(&list) {
            return Ok(());
        }
        let devices = next
            .insert(list.clone())
            .map_err(|_| ErrorCode::BadRevocation)?;
        self.store
            .put_revocations(list.clone(), devices.clone(), self.clock.now_ms())
            .await
            .map_err(|error| {
                tracing::error!(%error, "a revocation list could not be stored");
                ErrorCode::Unavailable
            })?;
        self.bus.tell_hubs(&Word::Revocations);
        self.enforce(list, devices).await;
        Ok(())
    }

    /// Lists that another hub has taken.
    pub(crate) async fn adopt_revocations(self: &Arc<Self>) -> Result<(), StoreError> {
        let numbers = self.store.revocation_numbers().await?;
        let is_known = |(authority, number): &(Fingerprint, u32)| {
            lock(&self.revocations).number(*authority) >= *number
        };
        if numbers.iter().all(is_known) {
            return Ok(());
        }
        for list in self.store.revocations().await? {
            let fresh = lock(&self.revocations).clone().insert(list.clone());
            if let Ok(devices) = fresh {
                self.enforce(list, devices).await;
            }
        }
        Ok(())
    }

    /// Puts a stored list in force here.
    async fn enforce(self: &Arc<Self>, list: SignedRevocationList, devices: Vec<DeviceId>) {
        // Another list may have come meanwhile: this one counts if it is still the newest.
        let _ = lock(&self.revocations).insert(list);
        self.revocations_taken.fetch_add(1, Ordering::AcqRel);
        for device in devices {
            if let Some(connection) = self.connection(device) {
                meters::refused(ErrorCode::Revoked);
                connection.control(&HubControl::refused(None, None, ErrorCode::Revoked));
                connection.close();
            }
        }
        let rooms: Vec<RoomHandle> = lock(&self.rooms).values().cloned().collect();
        for room in rooms {
            room.send(Command::Revocations).await;
        }
    }
}
