//! Enrolling and opening a device that lies in a directory.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use entente_trust::Ticket;

use crate::store::{KdfCost, SealedStore};
use crate::{HubUrl, Passphrase};

pub use entente_device::enrol::{EnrolError, EnrolledDevice};

/// Enrols a device in `dir`. Can be repeated: the key is made once, and kept.
///
/// # Errors
/// [`EnrolError::NoAnswer`] if the desk has not answered within `patience`.
pub async fn enrol(
    dir: &Path,
    (passphrase, cost): (&Passphrase, KdfCost),
    hub: &HubUrl,
    ticket: &Ticket,
    patience: Duration,
) -> Result<EnrolledDevice, EnrolError> {
    let store = if SealedStore::exists(dir) {
        SealedStore::open(dir, passphrase)?
    } else {
        SealedStore::create(dir, passphrase, cost)?
    };
    let patience_ms = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
    entente_device::enrol::enrol(Arc::new(store), hub, ticket, patience_ms).await
}

/// Opens an enrolled device.
///
/// # Errors
/// [`EnrolError::NotEnrolled`] if it has no accreditation yet.
pub async fn open_device(
    dir: &Path,
    passphrase: &Passphrase,
) -> Result<EnrolledDevice, EnrolError> {
    let store = SealedStore::open(dir, passphrase)?;
    entente_device::enrol::open_device(Arc::new(store)).await
}
