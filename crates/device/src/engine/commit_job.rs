//! Commits that somebody waits for.

use entente_protocol::{CommitBundle, DeviceId, Fingerprint};
use entente_room::{CharterChange, CommitWish, Session, SessionError};
use tokio::sync::oneshot;

use super::EngineError;

/// What a commit shall do, before it is known in which epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Seat these devices.
    Admit(Vec<DeviceId>),
    /// Take these devices' seats.
    Remove(Vec<DeviceId>),
    /// Amend the charter; for a charter whose coordinators sign alone.
    Amend(Box<CharterChange>),
    /// Put an amendment in force that has its quorum.
    Enact(Fingerprint),
    /// New keys for this device.
    Update,
    /// Carry out what members who want to leave have proposed.
    LetGo,
}

/// A commit on its way: it is rebuilt and retried until it wins an epoch or is refused for good.
pub(super) struct Job {
    pub(super) wish: Wish,
    /// Key packages that the hub has given out; kept through retries.
    pub(super) key_packages: Option<Vec<(DeviceId, Vec<u8>)>>,
    pub(super) reply: Option<oneshot::Sender<Result<u64, EngineError>>>,
}

/// The job whose commit is at the hub.
pub(super) struct Active {
    pub(super) job: Job,
    pub(super) bundle: CommitBundle,
    /// The epoch in which it was built.
    pub(super) epoch: u64,
    /// When it is sent again, by the steady clock, if the hub could not take it just now.
    pub(super) again_at_ms: Option<u64>,
}

impl Job {
    pub(super) fn answer(self, result: Result<u64, EngineError>) {
        if let Some(reply) = self.reply {
            // Whoever asked may have stopped waiting.
            let _ = reply.send(result);
        }
    }

    /// The commit for the session's present state; none while key packages are missing.
    pub(super) fn wish_now(
        &self,
        session: &Session,
        now_ms: u64,
    ) -> Result<Option<CommitWish>, EngineError> {
        Ok(Some(match &self.wish {
            Wish::Admit(_) => match &self.key_packages {
                Some(packages) => CommitWish::Admit(packages.clone()),
                None => return Ok(None),
            },
            Wish::Remove(devices) => CommitWish::Remove(devices.clone()),
            Wish::Update => CommitWish::Update,
            Wish::LetGo => CommitWish::LetGo,
            Wish::Amend(change) => CommitWish::Amend(session.sign_alone(change, now_ms)?),
            Wish::Enact(digest) => {
                let complete = session
                    .complete_amendment()
                    .filter(|signed| signed.charter.fingerprint() == *digest)
                    .ok_or(SessionError::NoAmendment)?;
                CommitWish::Amend(complete)
            }
        }))
    }
}
