//! Enrolment, from the device's side: make a key, ask, check the answer, keep it.

use std::sync::Arc;

use entente_protocol::EnrolmentAnswer;
use entente_room::Identity;
use entente_trust::enrolment::{self, EnrolmentError};
use entente_trust::{Accreditation, Authority, CertificateError, DeviceSigner, Ticket};
use zeroize::Zeroizing;

use crate::store::{Store, StoreError};
use crate::{HttpError, HubUrl, NoEntropy, platform, random_bytes};

const SEED_RECORD: &[u8] = b"device/seed";
const CHAIN_RECORD: &[u8] = b"device/chain";
/// Before the fingerprint of a partner's root that this device trusts.
const TRUSTED_PREFIX: &[u8] = b"trusted/";
const HUB_RECORD: &[u8] = b"device/hub";

/// How often the hub is asked whether the desk has answered.
const POLL_INTERVAL_MS: u64 = 500;

/// Why a device could not be enrolled or opened.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The sealed store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The hub.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The answer is not believed.
    #[error("the answer is not believed: {0}")]
    Answer(#[from] EnrolmentError),
    /// The stored accreditation is bad.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The device has its accreditation already.
    #[error("the device is enrolled already")]
    Enrolled,
    /// The device has no accreditation yet.
    #[error("the device is not enrolled yet")]
    NotEnrolled,
    /// No answer in time; the same command goes on later.
    #[error("the authority's desk has not answered yet")]
    NoAnswer,
    /// The answer can't be read.
    #[error("the hub's answer can't be read")]
    Malformed,
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

/// An enrolled device: its open store, its identity, its hub.
pub struct EnrolledDevice {
    /// Its state.
    pub store: Arc<dyn Store>,
    /// Its key and accreditation.
    pub identity: Arc<Identity>,
    /// The hub that it was enrolled over.
    pub hub: HubUrl,
}

impl EnrolledDevice {
    /// Trusts a partner's authority: rooms that its coordinators open, and invitations by its
    /// devices, are accepted from now on. Its own authority is trusted by itself.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn trust(&self, authority: &Authority) -> Result<(), StoreError> {
        self.store.apply(vec![trusted_record(authority)]).await
    }

    /// The partners' authorities that this device trusts.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub async fn trusted(&self) -> Result<Vec<Authority>, StoreError> {
        trusted(&*self.store).await
    }
}

/// The partners' authorities that the device of a store trusts.
///
/// # Errors
/// See [`StoreError`].
pub async fn trusted(store: &dyn Store) -> Result<Vec<Authority>, StoreError> {
    let found = store.scan(TRUSTED_PREFIX).await?;
    found
        .iter()
        .map(|(_, der)| {
            Authority::from_der(der).map_err(|_| StoreError::Tampered("trusted authority"))
        })
        .collect()
}

/// The record that says that an authority is trusted.
pub(crate) fn trusted_record(authority: &Authority) -> (Vec<u8>, Option<Vec<u8>>) {
    let key = [TRUSTED_PREFIX, authority.fingerprint().as_bytes()].concat();
    (key, Some(authority.der().to_vec()))
}

impl core::fmt::Debug for EnrolledDevice {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "EnrolledDevice({})", self.identity.device())
    }
}

/// Enrols a device into its store. Can be repeated: the key is made once, and kept.
///
/// # Errors
/// [`EnrolError::NoAnswer`] if the desk has not answered within `patience_ms`.
pub async fn enrol(
    store: Arc<dyn Store>,
    hub: &HubUrl,
    ticket: &Ticket,
    patience_ms: u64,
) -> Result<EnrolledDevice, EnrolError> {
    if store.get(CHAIN_RECORD).await?.is_some() {
        return Err(EnrolError::Enrolled);
    }
    let signer = signer(&*store).await?;
    let request = enrolment::request(ticket, &signer);
    let body = request.encode().map_err(|_| EnrolError::Malformed)?;
    platform::post(hub, "/v1/enrolments", body).await?;
    let path = format!("/v1/enrolments/{}/{}", ticket.authority(), ticket.id());
    let answer = platform::within(patience_ms, wait_for_answer(hub, &path))
        .await
        .ok_or(EnrolError::NoAnswer)??;
    let accreditation = enrolment::check_answer(ticket, &signer.public_key(), &answer)?;
    let chain = answer.encode().map_err(|_| EnrolError::Malformed)?;
    store
        .apply(vec![
            (CHAIN_RECORD.to_vec(), Some(chain)),
            (HUB_RECORD.to_vec(), Some(hub.to_string().into_bytes())),
        ])
        .await?;
    let identity = Arc::new(Identity::new(signer, accreditation)?);
    Ok(EnrolledDevice {
        store,
        identity,
        hub: hub.clone(),
    })
}

async fn wait_for_answer(hub: &HubUrl, path: &str) -> Result<EnrolmentAnswer, EnrolError> {
    loop {
        let answer = platform::get(hub, path).await?;
        match answer.status {
            200 => {
                return EnrolmentAnswer::decode(&answer.body).map_err(|_| EnrolError::Malformed);
            }
            204 => platform::sleep(POLL_INTERVAL_MS).await,
            status => return Err(HttpError::Unexpected(status).into()),
        }
    }
}

/// The device's key, made at the first time.
async fn signer(store: &dyn Store) -> Result<DeviceSigner, EnrolError> {
    if let Some(seed) = store.get(SEED_RECORD).await? {
        let seed = Zeroizing::new(seed);
        let seed = <[u8; 32]>::try_from(seed.as_slice())
            .map_err(|_| StoreError::Tampered("device key"))?;
        return Ok(DeviceSigner::from_seed(&Zeroizing::new(seed)));
    }
    let seed = Zeroizing::new(random_bytes::<32>()?);
    store
        .apply(vec![(SEED_RECORD.to_vec(), Some(seed.to_vec()))])
        .await?;
    Ok(DeviceSigner::from_seed(&seed))
}

/// Opens an enrolled device.
///
/// # Errors
/// [`EnrolError::NotEnrolled`] if it has no accreditation yet.
pub async fn open_device(store: Arc<dyn Store>) -> Result<EnrolledDevice, EnrolError> {
    let answer = store
        .get(CHAIN_RECORD)
        .await?
        .ok_or(EnrolError::NotEnrolled)?;
    let answer =
        EnrolmentAnswer::decode(&answer).map_err(|_| StoreError::Tampered("accreditation"))?;
    let chain: Vec<&[u8]> = answer
        .chain
        .iter()
        .map(tls_codec::VLBytes::as_slice)
        .collect();
    let accreditation = Accreditation::from_chain(&chain)?;
    let hub = store
        .get(HUB_RECORD)
        .await?
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.parse().ok())
        .ok_or(StoreError::Tampered("hub address"))?;
    let identity = Arc::new(Identity::new(signer(&*store).await?, accreditation)?);
    Ok(EnrolledDevice {
        store,
        identity,
        hub,
    })
}
