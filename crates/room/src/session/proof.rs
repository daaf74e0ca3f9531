//! Signatures for the record: MLS proves to members who speaks and forgets how; these stay.

use entente_protocol::{Authenticated, Recorded, Statement};
use entente_trust::recorded_content;
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::random::OpenMlsRand as _;
use serde::{Deserialize, Serialize};

use super::Session;
use crate::record::bytes;
use crate::transcript::Hash;
use crate::{Author, SessionError};

/// What is kept of a signature, beside what the record has anyway: enough to put the [`Statement`] together again.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Proof {
    pub(super) seen_seq: u64,
    pub(super) seen_hash: Hash,
    /// The author's clock, Unix milliseconds.
    pub(super) sent_ms: u64,
    /// In a compartment: place and hash in the room above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) above: Option<(u64, Hash)>,
    pub(super) salt: [u8; Recorded::SALT_BYTES],
    #[serde(with = "bytes")]
    pub(super) signature: Vec<u8>,
}

impl Proof {
    fn of(recorded: &Recorded, authenticated: &Authenticated) -> Self {
        Self {
            seen_seq: authenticated.seen_seq,
            seen_hash: authenticated.seen_hash,
            sent_ms: authenticated.time_ms,
            above: authenticated.above.map(|above| (above.seq, above.hash)),
            salt: recorded.salt,
            signature: recorded.signature.as_slice().to_vec(),
        }
    }
}

impl Session {
    /// What `author` must have signed to say this now.
    fn statement(
        &self,
        author: entente_protocol::DeviceId,
        authenticated: &Authenticated,
        (salt, event): (&[u8; Recorded::SALT_BYTES], &[u8]),
    ) -> Result<Statement, SessionError> {
        Ok(Statement {
            version: Statement::VERSION,
            charter: self.charter_in_force().fingerprint(),
            roster: self.roster_digest(),
            epoch: self.epoch().ok_or(SessionError::Ended)?,
            device: author,
            authenticated: authenticated.clone(),
            content: recorded_content(salt, event),
        })
    }

    /// An event with this device's signature for the record; and what is kept of that.
    pub(super) fn sign_for_record(
        &self,
        event: &[u8],
        authenticated: &Authenticated,
    ) -> Result<(Vec<u8>, Proof), SessionError> {
        let salt = self
            .store
            .provider
            .rand()
            .random_array()
            .map_err(SessionError::mls)?;
        let statement = self.statement(self.device(), authenticated, (&salt, event))?;
        let signature = self.identity.signer().sign_statement(&statement);
        let recorded = Recorded {
            signature: signature.to_vec().into(),
            salt,
            event: event.to_vec().into(),
        };
        let proof = Proof::of(&recorded, authenticated);
        let bytes = recorded.encode().map_err(|_| SessionError::TooLarge)?;
        Ok((bytes, proof))
    }

    /// Checks a member's signature for the record: by the key of its accreditation, over this very event at this
    /// very place, said to those who sit here under the charter in force. None if it is not.
    pub(super) fn prove(
        &self,
        author: &Author,
        authenticated: &Authenticated,
        recorded: &Recorded,
    ) -> Option<Proof> {
        let event = (&recorded.salt, recorded.event.as_slice());
        let statement = self.statement(author.device, authenticated, event).ok()?;
        let seat = self.roster.seat(author.device)?;
        seat.accreditation
            .verify_statement(&statement, recorded.signature.as_slice())
            .ok()?;
        Some(Proof::of(recorded, authenticated))
    }
}
