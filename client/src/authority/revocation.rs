//! Taking the authority's word back for a device.

use entente_protocol::DeviceId;
use entente_trust::{RevocationList, SignedRevocationList};

use super::{AuthorityDesk, AuthorityError, REVOCATIONS_RECORD, invitation};
use crate::HubUrl;
use entente_device::platform;

impl AuthorityDesk {
    /// The list of revoked devices, if any was ever revoked.
    ///
    /// # Errors
    /// See [`AuthorityError`].
    pub fn revocations(&self) -> Result<Option<SignedRevocationList>, AuthorityError> {
        self.store
            .get(REVOCATIONS_RECORD)?
            .map(|bytes| {
                SignedRevocationList::decode(&bytes)
                    .map_err(|_| AuthorityError::Record("revocation list"))
            })
            .transpose()
    }

    /// The devices that a name stands for: a device id, or the officer or call sign of accredited
    /// devices.
    ///
    /// # Errors
    /// [`AuthorityError::UnknownDevice`] if there is none.
    pub fn devices_called(&self, name: &str) -> Result<Vec<DeviceId>, AuthorityError> {
        let id = name.parse().ok();
        let found: Vec<DeviceId> = invitation::all(self)?
            .into_iter()
            .filter(|known| {
                known.officer == name
                    || known.callsign == name
                    || (id.is_some() && known.used_by == id)
            })
            .filter_map(|known| known.used_by)
            .collect();
        if found.is_empty() {
            return Err(AuthorityError::UnknownDevice);
        }
        Ok(found)
    }

    /// Revokes devices, for good; returns the list to publish. Those revoked before stay so.
    ///
    /// # Errors
    /// See [`AuthorityError`].
    pub fn revoke(
        &self,
        devices: &[DeviceId],
        now_ms: u64,
    ) -> Result<SignedRevocationList, AuthorityError> {
        let before = self.revocations()?;
        let mut list = RevocationList {
            version: RevocationList::VERSION,
            authority: self.root.fingerprint(),
            number: 1,
            issued_at_ms: now_ms,
            devices: Vec::new(),
        };
        if let Some(before) = before {
            list.number = before.list.number.saturating_add(1);
            list.devices = before.list.devices;
        }
        for device in devices {
            if !list.devices.contains(device) {
                list.devices.push(*device);
            }
        }
        let signed = list.sign(&self.key.0, &self.root);
        self.store.put(REVOCATIONS_RECORD, &signed.encode())?;
        Ok(signed)
    }

    /// Hands the list to a hub, which puts it in force at once.
    ///
    /// # Errors
    /// See [`AuthorityError`].
    pub async fn publish_revocations(&self, hub: &HubUrl) -> Result<(), AuthorityError> {
        if let Some(list) = self.revocations()? {
            platform::post(hub, "/v1/revocations", list.encode()).await?;
        }
        Ok(())
    }
}
