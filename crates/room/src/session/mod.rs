//! One device's part in one room.

mod above;
mod amendments;
mod apply;
mod boards;
mod bridges;
mod commit;
mod compartments;
mod duties;

mod ending;
mod entry;
mod evidence;
mod history;
mod joining;
mod leaving;
mod named;
mod outbox;
mod peek;
mod promotions;
mod proof;
mod receive;
mod resync;
mod revocation;
mod sitting;
mod snapshots;
mod standing;
mod state;
mod way_back;

use std::collections::BTreeMap;
use std::sync::Arc;

use entente_protocol::{DeviceId, Fingerprint, RoomId};
use entente_trust::{Charter, CharterHistory, Compartment, Revocations, Role, Roster, mls};
use openmls::group::MlsGroup;

use crate::playbook::Playbook;
use crate::record::{from_cbor, numbered, prefix, to_cbor};
use crate::store::MemberStore;
use crate::{
    Author, Board, Changes, CharterText, Identity, LivePosition, Lost, Rejected, SafetyNumber,
    SessionError, profile,
};

pub use amendments::{Amendment, CharterChange};
pub use boards::{Boards, Found, Placed};
pub use commit::CommitWish;
pub use compartments::NewCompartment;
pub use entry::NewRoom;
pub use evidence::{Evidence, KeptEntry, KeptEvent};
pub use joining::Asker;
pub use sitting::Sitting;
pub use state::Ended;

use above::Above;
use outbox::Item;
use promotions::Searched;
use sitting::Sittings;
use state::{LogEntry, State};

/// A device's session in a room: the MLS group, the board, what waits to be sent, the record.
///
/// After each call that may have changed something, persist [`Session::take_changes`] before any
/// frame goes out.
pub struct Session {
    identity: Arc<Identity>,
    store: MemberStore,
    /// None once the session has ended: the keys are gone then.
    group: Option<MlsGroup>,
    /// None of a room.
    compartment: Option<Compartment>,
    /// Of a compartment: the room, as it was when it was last looked at.
    above: Option<Above>,
    charters: CharterHistory,
    roster: Roster,
    revocations: Revocations,
    state: State,
    board: Board,
    outbox: BTreeMap<u64, Item>,
    log: BTreeMap<u64, LogEntry>,
    sittings: Sittings,
    changes: Changes,
    /// Where members are, as far as they say; never stored.
    positions: BTreeMap<DeviceId, (Author, LivePosition)>,
    /// Events that did nothing to the board, and why.
    rejected: BTreeMap<u64, Rejected>,
    /// What changes have replaced without their authors having seen it.
    lost: BTreeMap<u64, Vec<Lost>>,
    /// What this device has said of its own accord lately, and when.
    said: BTreeMap<Vec<u8>, u64>,
    /// What became of this device's own events since the process began.
    fates: BTreeMap<u64, (u64, Option<Rejected>)>,
    /// Who asks to be let in; never stored.
    askers: BTreeMap<DeviceId, Asker>,
    /// The highest message number of this device that the hub has spoken of since it was asked.
    announced: u64,
    /// Place and number of the first thing in this device's name that it does not know.
    strange: Option<(u64, u64)>,
    /// Of a compartment: how far the room was searched for what nobody agreed to.
    searched: Searched,
}

impl Session {
    /// From the records that [`Session::take_changes`] had handed out.
    ///
    /// # Errors
    /// [`SessionError::Malformed`] if they don't fit together.
    pub fn load(
        identity: Arc<Identity>,
        records: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>,
    ) -> Result<Self, SessionError> {
        let mut state = None;
        let mut base = Board::default();
        let mut values = std::collections::HashMap::new();
        let mut outbox = BTreeMap::new();
        let mut log = BTreeMap::new();
        let mut sittings = Sittings::default();
        for (key, value) in records {
            match key.split_first() {
                Some((&prefix::STATE, _)) => {
                    state = Some(from_cbor::<State>(&value, "session state")?);
                }
                Some((&prefix::BOARD, _)) => base = from_cbor(&value, "board")?,
                Some((&prefix::MLS, rest)) => {
                    values.insert(rest.to_vec(), value);
                }
                Some((&prefix::OUTBOX, rest)) => {
                    outbox.insert(number_of(rest)?, from_cbor(&value, "outbox")?);
                }
                Some((&prefix::LOG, rest)) => {
                    log.insert(number_of(rest)?, from_cbor(&value, "log")?);
                }
                Some((&prefix::SITTING, rest)) => {
                    let step = from_cbor(&value, "sitting")?;
                    sittings.steps.insert(number_of(rest)?, step);
                }
                Some((&prefix::CHAIN, rest)) => {
                    let certificate = Fingerprint::from_slice(rest);
                    let certificate = certificate.ok_or(SessionError::Malformed("record"))?;
                    let chain = from_cbor(&value, "certificates")?;
                    sittings.chains.insert(certificate, chain);
                }
                _ => return Err(SessionError::Malformed("record")),
            }
        }
        let state = state.ok_or(SessionError::Malformed("session state"))?;
        let charters = CharterHistory::decode(&state.charter)?;
        let store = MemberStore::from_values(values);
        let group = match state.ended {
            Some(_) => None,
            None => MlsGroup::load(
                openmls_traits::OpenMlsProvider::storage(&store.provider),
                &profile::group_id(state.room),
            )
            .map_err(|_| SessionError::Malformed("group"))?,
        };
        if state.ended.is_none() && group.is_none() {
            return Err(SessionError::Malformed("group"));
        }
        let roster = match &group {
            Some(group) => Roster::default().refreshed(group.members())?,
            None => Roster::default(),
        };
        let compartment = state.compartment.as_deref().map(Compartment::decode);
        let mut session = Self {
            identity,
            store,
            group,
            compartment: compartment.transpose()?,
            above: None,
            charters,
            roster,
            revocations: revocation::restored(&state)?,
            state,
            board: base,
            outbox,
            log,
            sittings,
            changes: Changes::new(),
            positions: BTreeMap::new(),
            rejected: BTreeMap::new(),
            lost: BTreeMap::new(),
            said: BTreeMap::new(),
            fates: BTreeMap::new(),
            askers: BTreeMap::new(),
            announced: 0,
            strange: None,
            searched: Searched::default(),
        };
        session.replay();
        Ok(session)
    }

    /// Takes a board, and gives it the room's playbook as far as that is known. One that this
    /// client can't read counts as none.
    fn set_board(&mut self, mut board: Board) {
        let text = self.state.text.as_ref();
        let playbook = text.and_then(|text| Playbook::from_json(&text.playbook).ok());
        if let Some(playbook) = playbook {
            board.follow(Arc::new(playbook));
        }
        if self.compartment.is_some() {
            board.lie_inside();
        }
        self.board = board;
        self.rejected.clear();
    }

    /// Brings transcript window and board from the record to where they stood.
    fn replay(&mut self) {
        let board = core::mem::take(&mut self.board);
        self.set_board(board);
        let entries = self.log.values();
        let room = self.state.room;
        self.state
            .transcript
            .restore(entries.map(|entry| (entry.head(room), entry.hash)));
        let Some(as_of) = self.state.board_as_of else {
            return;
        };
        let mut lost = Vec::new();
        for entry in self
            .log
            .range(as_of.saturating_add(1)..)
            .map(|(_, entry)| entry)
        {
            let (Some(author), Some(event)) = (&entry.author, entry.event()) else {
                continue;
            };
            // A rejected event is rejected again, as it was the first time.
            let place = (author, entry.seq, entry.time_ms);
            match self.board.apply_within(&event, place, &entry.above) {
                Ok(outcome) => lost.extend(outcome.overtaken().map(|all| (entry.seq, all))),
                Err(reason) => {
                    self.rejected.insert(entry.seq, reason);
                }
            }
        }
        for (seq, all) in lost {
            self.remember_lost(seq, all);
        }
    }

    /// Records to persist since the last call.
    pub fn take_changes(&mut self) -> Changes {
        let mut changes = self.store.take_changes();
        changes.append(&mut self.changes);
        changes.push((vec![prefix::STATE], Some(to_cbor(&self.state))));
        changes
    }

    fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.changes.push((key, value));
    }

    fn put_log(&mut self, entry: LogEntry) {
        self.put(numbered(prefix::LOG, entry.seq), Some(to_cbor(&entry)));
        self.log.insert(entry.seq, entry);
    }

    /// The room.
    #[must_use]
    pub fn room(&self) -> RoomId {
        self.state.room
    }

    /// This device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.identity.device()
    }

    /// This device's key and accreditation.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The last sequence number that was applied; follow from here.
    #[must_use]
    pub fn cursor(&self) -> u64 {
        self.state.transcript.seq()
    }

    /// The charter in force.
    #[must_use]
    pub fn charter(&self) -> &Charter {
        self.charters.in_force()
    }

    /// The charter that opened the room, and its amendments.
    #[must_use]
    pub fn charters(&self) -> &CharterHistory {
        &self.charters
    }

    /// The charter's secret text, once known.
    #[must_use]
    pub fn text(&self) -> Option<&CharterText> {
        self.state.text.as_ref()
    }

    /// Who sits.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// A seat's name.
    #[must_use]
    pub fn author(&self, device: DeviceId) -> Option<Author> {
        self.roster
            .seat(device)
            .map(|seat| Author::of(&seat.accreditation, self.charter_in_force()))
    }

    /// This device's role; none without a seat.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.roster
            .seat(self.device())
            .map(|seat| self.charter().role_of(&seat.accreditation))
    }

    /// The board. Complete only if [`Session::is_board_ready`].
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// Whether the board includes everything up to the cursor.
    #[must_use]
    pub fn is_board_ready(&self) -> bool {
        self.state.board_as_of.is_some()
    }

    /// MLS epoch; none once ended.
    #[must_use]
    pub fn epoch(&self) -> Option<u64> {
        self.group.as_ref().map(|group| group.epoch().as_u64())
    }

    /// MLS epoch authenticator (RFC 9420 §8.7): equal for members that agree on everything.
    #[must_use]
    pub fn epoch_authenticator(&self) -> Option<Vec<u8>> {
        self.group
            .as_ref()
            .map(|group| group.epoch_authenticator().as_slice().to_vec())
    }

    /// A short code to compare by voice; none once ended.
    #[must_use]
    pub fn safety_number(&self) -> Option<SafetyNumber> {
        let authenticator = self.epoch_authenticator()?;
        Some(SafetyNumber::of(&authenticator, &self.roster))
    }

    /// The running transcript hash at the cursor, once known.
    #[must_use]
    pub fn transcript_hash(&self) -> Option<[u8; 32]> {
        self.state.transcript.head()
    }

    /// Where in the order an own event lies by its place in the outbox, and why it did nothing if it
    /// did nothing; none while it waits, or if a process before this one sent it.
    #[must_use]
    pub fn fate(&self, item: u64) -> Option<(u64, Option<Rejected>)> {
        self.fates.get(&item).copied()
    }

    /// Where members are, as far as they have said lately.
    pub fn positions(&self) -> impl Iterator<Item = &(Author, LivePosition)> {
        self.positions.values()
    }

    /// How and when the session ended.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        self.state.ended
    }

    /// Sequence number of the commit at which the session stands still, if it does.
    #[must_use]
    pub fn halted_at(&self) -> Option<u64> {
        self.state.halted
    }

    /// Ranges of sequence numbers that this device has never seen.
    #[must_use]
    pub fn gaps(&self) -> &[(u64, u64)] {
        &self.state.gaps
    }

    /// Since which sequence number a member can read; none if it sat before this device did.
    #[must_use]
    pub fn reads_since(&self, device: DeviceId) -> Option<u64> {
        self.state.since.get(&device).copied()
    }

    fn check_active(&self) -> Result<(), SessionError> {
        if self.state.ended.is_some() {
            return Err(SessionError::Ended);
        }
        match self.state.halted {
            Some(at) => Err(SessionError::Halted { at }),
            None => Ok(()),
        }
    }

    fn group_mut(
        &mut self,
    ) -> Result<(&mut MlsGroup, &openmls_rust_crypto::OpenMlsRustCrypto), SessionError> {
        let group = self.group.as_mut().ok_or(SessionError::Ended)?;
        Ok((group, &self.store.provider))
    }

    /// Reads roster and charter off the group after the commit at `seq` was merged.
    fn refresh(&mut self, seq: u64) -> Result<(), SessionError> {
        let group = self.group.as_ref().ok_or(SessionError::Ended)?;
        let charters = match &self.compartment {
            None => mls::charter_of(group.extensions())?,
            // It has none of its own, and its context stays as it is.
            Some(_) => self.charters.clone(),
        };
        let roster = self.roster.refreshed(group.members())?;
        let sat = core::mem::replace(&mut self.roster, roster).certificates();
        let before = core::mem::replace(&mut self.charters, charters);
        self.state.charter = self.charters.encode();
        self.drop_stale_drafts(&before);
        self.note_sitting(seq, Some(&sat));
        Ok(())
    }
}

fn number_of(bytes: &[u8]) -> Result<u64, SessionError> {
    bytes
        .try_into()
        .map(u64::from_be_bytes)
        .map_err(|_| SessionError::Malformed("record"))
}

impl core::fmt::Debug for Session {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Session({} cursor {} epoch {:?})",
            self.room(),
            self.cursor(),
            self.epoch()
        )
    }
}
