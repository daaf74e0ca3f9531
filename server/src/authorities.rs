//! Which authorities' devices a hub serves.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use entente_protocol::Fingerprint;
use entente_trust::Authority;

use crate::ServerError;

/// The authorities of a hub: a fixed list, or whoever has registered.
pub(crate) struct Authorities {
    known: RwLock<HashMap<Fingerprint, Authority>>,
    is_fixed: bool,
}

impl Authorities {
    /// Anybody may register.
    pub(crate) fn open(registered: Vec<Authority>) -> Self {
        Self::new(registered, false)
    }

    /// Only the roots in a folder (`*.pem`).
    pub(crate) fn fixed(folder: &Path) -> Result<Self, ServerError> {
        let data = |source| ServerError::Data {
            path: folder.to_owned(),
            source,
        };
        let mut listed = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(data)? {
            let path = entry.map_err(data)?.path();
            if path.extension().is_none_or(|extension| extension != "pem") {
                continue;
            }
            let pem = std::fs::read_to_string(&path).map_err(data)?;
            let authority = Authority::from_pem(&pem).map_err(|error| ServerError::Authority {
                path,
                reason: error.to_string(),
            })?;
            listed.push(authority);
        }
        Ok(Self::new(listed, true))
    }

    fn new(authorities: Vec<Authority>, is_fixed: bool) -> Self {
        let known = authorities
            .into_iter()
            .map(|one| (one.fingerprint(), one))
            .collect();
        Self {
            known: RwLock::new(known),
            is_fixed,
        }
    }

    pub(crate) fn contains(&self, root: Fingerprint) -> bool {
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains_key(&root)
    }

    /// Whether this authority may register itself.
    pub(crate) fn admits(&self, root: Fingerprint) -> bool {
        !self.is_fixed || self.contains(root)
    }

    pub(crate) fn add(&self, authority: Authority) {
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(authority.fingerprint(), authority);
    }
}
