//! A country's authority: its root, its invitations, and the desk that answers requests.

mod desk;
mod invitation;
mod revocation;

use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use entente_trust::issue::{IssueError, RootRequest, new_root};
use entente_trust::{CertificateError, Country, Ticket};
use zeroize::Zeroizing;

use crate::HttpError;
use crate::store::{KdfCost, RestingStore, SealedStore, StoreError};
use crate::{NoEntropy, Passphrase, random_bytes};

pub use desk::{DeskOutcome, DeskReport};
pub use invitation::{Invitation, InviteRequest};

const KEY_RECORD: &[u8] = b"authority/key";
const REVOCATIONS_RECORD: &[u8] = b"authority/revocations";
const ROOT_RECORD: &[u8] = b"authority/root";

/// Name of the file with the root certificate, to be given to coordinators.
pub const CERTIFICATE_FILE: &str = "authority.pem";

/// Validity of a root, in milliseconds (10 years).
const ROOT_VALIDITY_MS: u64 = 3_652 * 24 * 3_600_000;

/// Certificates begin a little in the past, for clocks that differ.
pub(crate) const BACKDATE_MS: u64 = 3_600_000;

/// What can go wrong at an authority.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The sealed store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A certificate could not be made.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The stored root is bad.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The hub.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// A stored record can't be read.
    #[error("the stored {0} can't be read")]
    Record(&'static str),
    /// The certificate file can't be written.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The hub answered something that is none of the protocol's.
    #[error("the hub's answer can't be read")]
    Answer,
    /// No device of this authority is called so.
    #[error("no device of this authority is called so")]
    UnknownDevice,
    /// No randomness.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

/// An opened authority.
#[derive(Debug)]
pub struct AuthorityDesk {
    store: SealedStore,
    key: SigningKeyBox,
    root: entente_trust::Authority,
}

/// An authority between two looks at a hub: invitations can be made meanwhile.
#[derive(Debug)]
pub struct RestingDesk {
    store: RestingStore,
    key: SigningKeyBox,
    root: entente_trust::Authority,
}

impl RestingDesk {
    /// Opens the desk again.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if another process keeps the directory.
    pub fn wake(&self) -> Result<AuthorityDesk, StoreError> {
        Ok(AuthorityDesk {
            store: self.store.wake()?,
            key: self.key.clone(),
            root: self.root.clone(),
        })
    }
}

/// Never shown.
#[derive(Clone)]
struct SigningKeyBox(SigningKey);

impl core::fmt::Debug for SigningKeyBox {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SigningKey(hidden)")
    }
}

impl AuthorityDesk {
    /// Makes a new authority and writes its certificate beside the sealed key.
    ///
    /// # Errors
    /// See [`AuthorityError`].
    pub fn init(
        dir: &Path,
        passphrase: &Passphrase,
        cost: KdfCost,
        (country, name): (Country, &str),
        now_ms: u64,
    ) -> Result<Self, AuthorityError> {
        let store = SealedStore::create(dir, passphrase, cost)?;
        let seed = Zeroizing::new(random_bytes::<32>()?);
        let key = SigningKey::from_bytes(&seed);
        let request = RootRequest {
            country,
            name: name.to_owned(),
            not_before_ms: now_ms.saturating_sub(BACKDATE_MS),
            not_after_ms: now_ms + ROOT_VALIDITY_MS,
        };
        let der = new_root(&key, &request, random_bytes()?)?;
        let root = entente_trust::Authority::from_der(&der)?;
        store.apply(
            &[],
            &vec![
                (KEY_RECORD.to_vec(), Some(seed.to_vec())),
                (ROOT_RECORD.to_vec(), Some(der)),
            ],
        )?;
        let path = dir.join(CERTIFICATE_FILE);
        std::fs::write(&path, root.to_pem()?)
            .map_err(|source| AuthorityError::Io { path, source })?;
        Ok(Self {
            store,
            key: SigningKeyBox(key),
            root,
        })
    }

    /// Opens an authority.
    ///
    /// # Errors
    /// See [`AuthorityError`].
    pub fn open(dir: &Path, passphrase: &Passphrase) -> Result<Self, AuthorityError> {
        let store = SealedStore::open(dir, passphrase)?;
        let seed = Zeroizing::new(
            store
                .get(KEY_RECORD)?
                .ok_or(AuthorityError::Record("key"))?,
        );
        let seed = Zeroizing::new(
            <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| AuthorityError::Record("key"))?,
        );
        let der = store
            .get(ROOT_RECORD)?
            .ok_or(AuthorityError::Record("root"))?;
        let root = entente_trust::Authority::from_der(&der)?;
        Ok(Self {
            store,
            key: SigningKeyBox(SigningKey::from_bytes(&seed)),
            root,
        })
    }

    /// Lets other processes have the directory until the desk is woken.
    #[must_use]
    pub fn rest(self) -> RestingDesk {
        RestingDesk {
            store: self.store.rest(),
            key: self.key,
            root: self.root,
        }
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> &entente_trust::Authority {
        &self.root
    }

    /// The file with the root certificate.
    #[must_use]
    pub fn certificate_path(&self) -> PathBuf {
        self.store.dir().join(CERTIFICATE_FILE)
    }

    /// Invites an officer: makes a one-time ticket and remembers what it is for.
    ///
    /// # Errors
    /// See [`AuthorityError`].
    pub fn invite(&self, request: InviteRequest, now_ms: u64) -> Result<Ticket, AuthorityError> {
        invitation::invite(self, request, now_ms)
    }
}
