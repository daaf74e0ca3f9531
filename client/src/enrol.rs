//! Enrolment, from the device's side: make a key, ask, check the answer, keep it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use entente_protocol::EnrolmentAnswer;
use entente_room::Identity;
use entente_trust::enrolment::{self, EnrolmentError};
use entente_trust::{Accreditation, Authority, CertificateError, DeviceSigner, Ticket};
use zeroize::Zeroizing;

use crate::store::{KdfCost, SealedStore, StoreError};
use crate::{HttpError, HubUrl, NoEntropy, Passphrase, http, random_bytes};

const SEED_RECORD: &[u8] = b"device/seed";
const CHAIN_RECORD: &[u8] = b"device/chain";
/// Before the fingerprint of a partner's root that this device trusts.
const TRUSTED_PREFIX: &[u8] = b"trusted/";
const HUB_RECORD: &[u8] = b"device/hub";

/// How often the hub is asked whether the desk has answered.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

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
#[derive(Debug)]
pub struct EnrolledDevice {
    /// Its state.
    pub store: SealedStore,
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
    pub fn trust(&self, authority: &Authority) -> Result<(), StoreError> {
        let key = [TRUSTED_PREFIX, authority.fingerprint().as_bytes()].concat();
        self.store.put(&key, authority.der())
    }

    /// The partners' authorities that this device trusts.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn trusted(&self) -> Result<Vec<Authority>, StoreError> {
        self.store
            .scan(TRUSTED_PREFIX)?
            .iter()
            .map(|(_, der)| {
                Authority::from_der(der).map_err(|_| StoreError::Tampered("trusted authority"))
            })
            .collect()
    }
}

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
    if store.get(CHAIN_RECORD)?.is_some() {
        return Err(EnrolError::Enrolled);
    }
    let signer = signer(&store)?;
    let request = enrolment::request(ticket, &signer);
    let body = request.encode().map_err(|_| EnrolError::Malformed)?;
    http::post(hub, "/v1/enrolments", body).await?;
    let path = format!("/v1/enrolments/{}/{}", ticket.authority(), ticket.id());
    let answer = tokio::time::timeout(patience, wait_for_answer(hub, &path))
        .await
        .map_err(|_| EnrolError::NoAnswer)??;
    let accreditation = enrolment::check_answer(ticket, &signer.public_key(), &answer)?;
    store.apply(
        &[],
        &vec![
            (
                CHAIN_RECORD.to_vec(),
                Some(answer.encode().map_err(|_| EnrolError::Malformed)?),
            ),
            (HUB_RECORD.to_vec(), Some(hub.to_string().into_bytes())),
        ],
    )?;
    let identity = Arc::new(Identity::new(signer, accreditation)?);
    Ok(EnrolledDevice {
        store,
        identity,
        hub: hub.clone(),
    })
}

async fn wait_for_answer(hub: &HubUrl, path: &str) -> Result<EnrolmentAnswer, EnrolError> {
    loop {
        let answer = http::get(hub, path).await?;
        match answer.status {
            200 => {
                return EnrolmentAnswer::decode(&answer.body).map_err(|_| EnrolError::Malformed);
            }
            204 => tokio::time::sleep(POLL_INTERVAL).await,
            status => return Err(HttpError::Unexpected(status).into()),
        }
    }
}

/// The device's key, made at the first time.
fn signer(store: &SealedStore) -> Result<DeviceSigner, EnrolError> {
    if let Some(seed) = store.get(SEED_RECORD)? {
        let seed = Zeroizing::new(seed);
        let seed = <[u8; 32]>::try_from(seed.as_slice())
            .map_err(|_| StoreError::Tampered("device key"))?;
        return Ok(DeviceSigner::from_seed(&Zeroizing::new(seed)));
    }
    let seed = Zeroizing::new(random_bytes::<32>()?);
    store.put(SEED_RECORD, seed.as_slice())?;
    Ok(DeviceSigner::from_seed(&seed))
}

/// Opens an enrolled device.
///
/// # Errors
/// [`EnrolError::NotEnrolled`] if it has no accreditation yet.
pub fn open_device(dir: &Path, passphrase: &Passphrase) -> Result<EnrolledDevice, EnrolError> {
    let store = SealedStore::open(dir, passphrase)?;
    let answer = store.get(CHAIN_RECORD)?.ok_or(EnrolError::NotEnrolled)?;
    let answer =
        EnrolmentAnswer::decode(&answer).map_err(|_| StoreError::Tampered("accreditation"))?;
    let chain: Vec<&[u8]> = answer
        .chain
        .iter()
        .map(tls_codec::VLBytes::as_slice)
        .collect();
    let accreditation = Accreditation::from_chain(&chain)?;
    let hub = store
        .get(HUB_RECORD)?
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| text.parse().ok())
        .ok_or(StoreError::Tampered("hub address"))?;
    let identity = Arc::new(Identity::new(signer(&store)?, accreditation)?);
    Ok(EnrolledDevice {
        store,
        identity,
        hub,
    })
}
