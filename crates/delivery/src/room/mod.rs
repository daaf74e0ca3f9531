//! One room, as its hub sees it.

mod commits;
mod messages;
mod proposals;
mod revocations;
mod state;
mod time_box;

use std::collections::BTreeMap;

use entente_protocol::{DeviceId, ErrorCode, MessageKind, OpenRoom, RoomId};
use entente_trust::{Accreditation, CharterHistory, Revocations, Roster};
use openmls::group::PublicGroup;
use openmls_rust_crypto::{MemoryStorage, RustCrypto};

use crate::compartment::Within;
use crate::others::Pending;
use crate::{
    Above, Effect, Input, LoadError, Refusal, RoomRecord, SeatRecord, StoredMessage, load, opening,
};

/// The state machine of one room.
///
/// Invariant: `head`, the seats and the group are those of the effects handed out so far. A server
/// that could not store effects must drop the room and [`Room::load`] it again.
pub struct Room {
    id: RoomId,
    crypto: RustCrypto,
    storage: MemoryStorage,
    group: PublicGroup,
    /// Of a compartment those of the room above.
    charters: CharterHistory,
    roster: Roster,
    group_info: Vec<u8>,
    ratchet_tree: Vec<u8>,
    pub(crate) head: u64,
    pub(crate) seats: BTreeMap<DeviceId, SeatRecord>,
    pub(crate) revocations: Revocations,
    pub(crate) closed: bool,
    pub(crate) pending: Pending,
    /// Place of the last message that changed seats, charter, or who is revoked.
    pub(crate) turn: u64,
    /// None of a room.
    pub(crate) within: Option<Within>,
}

impl Room {
    /// Opens a room.
    ///
    /// # Errors
    /// A [`Refusal`], mostly of the charter.
    pub fn open(
        founder: &Accreditation,
        request: OpenRoom,
        now_ms: u64,
    ) -> Result<(Self, Vec<Effect>), Refusal> {
        opening::open(founder, request, now_ms)
    }

    /// Loads a room.
    ///
    /// # Errors
    /// [`LoadError`] if what was stored can't be.
    pub fn load(record: RoomRecord) -> Result<Self, LoadError> {
        load::load(record, None)
    }

    /// Loads a compartment.
    ///
    /// # Errors
    /// As [`Room::load`]; [`LoadError::Above`] if it lies in another room.
    pub fn load_within(record: RoomRecord, above: &Above) -> Result<Self, LoadError> {
        load::load(record, Some(above))
    }

    #[allow(clippy::too_many_arguments)] // the parts of a room, named alike at both callers
    pub(crate) fn assemble(
        id: RoomId,
        crypto: RustCrypto,
        group: PublicGroup,
        charters: CharterHistory,
        roster: Roster,
        group_info: Vec<u8>,
        ratchet_tree: Vec<u8>,
        head: u64,
        seats: Vec<SeatRecord>,
    ) -> Self {
        let seats = seats.into_iter().map(|seat| (seat.device, seat)).collect();
        Self {
            id,
            crypto,
            storage: MemoryStorage::default(),
            group,
            charters,
            roster,
            group_info,
            ratchet_tree,
            head,
            seats,
            revocations: Revocations::default(),
            closed: false,
            pending: Pending::default(),
            turn: head,
            within: None,
        }
    }

    /// Takes one request. On an error nothing has changed.
    ///
    /// # Errors
    /// A [`Refusal`] for the sender.
    pub fn handle(
        &mut self,
        sender: DeviceId,
        input: Input,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        let seat = *self.seats.get(&sender).ok_or(ErrorCode::NoSeat)?;
        if self.is_closed_at(now_ms) {
            return Err(ErrorCode::RoomClosed.into());
        }
        if let Some(code) = self.suspends(sender) {
            return Err(code.into());
        }
        let number = match &input {
            Input::Commit(bundle) => Some(bundle.number),
            Input::Propose(propose) => Some(propose.number),
            Input::Send(send) => Some(send.number),
            Input::Ephemeral(_) => None,
        };
        if let Some(number) = number.filter(|number| *number <= seat.last_number) {
            let seq = (number == seat.last_number).then_some(seat.last_seq);
            return Ok(vec![Effect::Duplicate { number, seq }]);
        }
        match input {
            Input::Commit(bundle) => self.commit(seat, bundle, now_ms),
            Input::Propose(propose) => self.propose(seat, propose, now_ms),
            Input::Send(send) => self.send(seat, send, now_ms),
            Input::Ephemeral(ephemeral) => self.ephemeral(seat, ephemeral, now_ms),
        }
    }

    fn check_epoch(&self, epoch: u64) -> Result<(), Refusal> {
        let current = self.epoch();
        match epoch.cmp(&current) {
            core::cmp::Ordering::Equal => Ok(()),
            core::cmp::Ordering::Less => Err(ErrorCode::StaleEpoch.into()),
            core::cmp::Ordering::Greater => Err(Refusal::invalid("an epoch that never was")),
        }
    }

    /// The group's state, to be stored.
    pub(crate) fn group_effect(&self) -> Effect {
        Effect::Group {
            epoch: self.epoch(),
            opens_at_ms: self.charter().opens_at_ms,
            closes_at_ms: self.charter().closes_at_ms,
            shred_at_ms: self.charter().shred_at_ms(),
            forget_at_ms: self.charter().forget_at_ms(),
            group_info: self.group_info.clone(),
            ratchet_tree: self.ratchet_tree.clone(),
        }
    }

    /// Gives a message its place; returns its `Append` and its sender's `Seat`.
    fn append(
        &mut self,
        seat: SeatRecord,
        kind: MessageKind,
        number: u64,
        message: Vec<u8>,
        now_ms: u64,
    ) -> [Effect; 2] {
        self.pending.note(self.head, seat);
        self.head += 1;
        let epoch = match kind {
            MessageKind::Commit => self.epoch().saturating_sub(1),
            _ => self.epoch(),
        };
        let seated = SeatRecord {
            last_number: number,
            last_seq: self.head,
            ..seat
        };
        self.seats.insert(seat.device, seated);
        let stored = StoredMessage {
            seq: self.head,
            kind,
            sender: seat.device,
            number,
            epoch,
            time_ms: now_ms,
            message,
        };
        [Effect::Append(stored), Effect::Seat(seated)]
    }
}
