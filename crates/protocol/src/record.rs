//! What a member's device signs so that its words can be proved when the room's keys are long gone.

use tls_codec::{Serialize as _, TlsDeserializeBytes, TlsSerialize, TlsSize, VLBytes};

use crate::codec::whole_codec;
use crate::{Authenticated, DeviceId, Fingerprint};

const STATEMENT_LABEL: &[u8] = b"Entente 1.0 Statement";

/// The application data of a message that is stored: an event, and its author's signature for the record.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Recorded {
    /// Ed25519 by the key of the author's accreditation over [`Statement::signed_bytes`], 64 bytes.
    pub signature: VLBytes,
    /// Random; keeps whoever has only the commitment from guessing a short event.
    pub salt: [u8; Self::SALT_BYTES],
    /// The event.
    pub event: VLBytes,
}

impl Recorded {
    /// Bytes of the salt.
    pub const SALT_BYTES: usize = 16;
}

/// What is signed. Author and receivers both know all of it, so nothing of it travels.
#[derive(Debug, Clone, PartialEq, Eq, TlsSize, TlsSerialize, TlsDeserializeBytes)]
pub struct Statement {
    /// 1.
    pub version: u16,
    /// Fingerprint of the charter in force, which names the room and the charter before.
    pub charter: Fingerprint,
    /// Digest of who sits.
    pub roster: Fingerprint,
    /// MLS epoch of the message.
    pub epoch: u64,
    /// The author's device.
    pub device: DeviceId,
    /// The message's authenticated data: room, number, what the author had seen, and its clock.
    pub authenticated: Authenticated,
    /// Commitment to salt and event.
    pub content: Fingerprint,
}

impl Statement {
    /// Version of this crate.
    pub const VERSION: u16 = 1;

    /// The exact bytes under the signature: `label<V> statement<V>`.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        // Fixed-size fields only: neither can fail.
        let statement = self.tls_serialize_detached().unwrap_or_default();
        for part in [STATEMENT_LABEL, &statement] {
            let _ = tls_codec::VLByteSlice(part).tls_serialize(&mut out);
        }
        out
    }
}

whole_codec!(Recorded);
