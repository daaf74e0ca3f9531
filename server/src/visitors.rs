//! Devices that were here: a chain that was checked once need not be checked again, and the store need
//! not be told of each visit.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use entente_trust::{Accreditation, Authority, CertificateError};
use sha2::{Digest as _, Sha256};

/// Devices that are remembered; at one more all are forgotten, and checked again as they come.
const MAX_VISITORS: usize = 20_000;

/// Roots that are remembered, whoever presents them.
const MAX_ROOTS: usize = 256;

/// How old the store's note of when a device was last here may get.
const NOTE_INTERVAL_MS: u64 = 10 * 60_000;

struct Visitor {
    accreditation: Arc<Accreditation>,
    noted_ms: u64,
}

/// By the digest of their certificates.
#[derive(Default)]
pub(crate) struct Visitors {
    devices: Mutex<HashMap<Digest, Visitor>>,
    roots: Mutex<HashMap<Digest, Arc<Authority>>>,
}

type Digest = [u8; 32];

fn digest(der: &[u8]) -> Digest {
    Sha256::digest(der).into()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Consistent after every statement: a panic elsewhere does not spoil it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Visitors {
    /// Parses and checks a chain, unless a device was here with the very same one. Whether its root
    /// counts here, whether it is valid now and whether it was revoked is not remembered.
    pub(crate) fn accreditation(
        &self,
        chain: &[&[u8]],
    ) -> Result<Arc<Accreditation>, CertificateError> {
        let [leaf, root] = chain else {
            return Err(CertificateError::Chain);
        };
        let known = lock(&self.devices)
            .get(&digest(leaf))
            .map(|visitor| visitor.accreditation.clone());
        match known.filter(|known| known.chain() == chain) {
            Some(known) => Ok(known),
            None => Accreditation::under(self.root(root)?, leaf).map(Arc::new),
        }
    }

    fn root(&self, der: &[u8]) -> Result<Arc<Authority>, CertificateError> {
        let digest = digest(der);
        if let Some(known) = lock(&self.roots).get(&digest) {
            return Ok(known.clone());
        }
        let authority = Arc::new(Authority::from_der(der)?);
        let mut roots = lock(&self.roots);
        if roots.len() >= MAX_ROOTS {
            roots.clear();
        }
        roots.insert(digest, authority.clone());
        Ok(authority)
    }

    /// Whether the store has noted this device, with this accreditation, not long ago.
    pub(crate) fn is_noted(&self, peer: &Accreditation, now_ms: u64) -> bool {
        lock(&self.devices)
            .get(peer.fingerprint().as_bytes())
            .is_some_and(|visitor| now_ms.saturating_sub(visitor.noted_ms) < NOTE_INTERVAL_MS)
    }

    /// The store has noted this device.
    pub(crate) fn note(&self, peer: &Arc<Accreditation>, now_ms: u64) {
        let mut visitors = lock(&self.devices);
        if visitors.len() >= MAX_VISITORS {
            visitors.clear();
        }
        let visitor = Visitor {
            accreditation: peer.clone(),
            noted_ms: now_ms,
        };
        visitors.insert(*peer.fingerprint().as_bytes(), visitor);
    }
}
