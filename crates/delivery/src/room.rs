//! One room, as its hub sees it.

use std::collections::BTreeMap;

use entente_protocol::{
    Authenticated, CommitBundle, DeviceId, EphemeralSend, ErrorCode, Fingerprint, MessageKind,
    OpenRoom, Place, Propose, RoomId, SendMessage, Wake,
};
use entente_trust::{
    Accreditation, Charter, CharterHistory, CommitFacts, MembershipChange, PolicyRefusal,
    Revocations, Role, Roster, SignedRevocationList, check_commit, check_compartment_commit, mls,
};
use openmls::framing::{ContentType, Sender};
use openmls::group::PublicGroup;
use openmls::prelude::{ProcessedMessageContent, QueuedProposal, StagedCommit};
use openmls_rust_crypto::{MemoryStorage, RustCrypto};

use crate::compartment::Within;
use crate::others::Pending;
use crate::{
    Above, Effect, Input, LoadError, Refusal, RoomRecord, SeatRecord, StoredMessage, bundle, load,
    message, opening,
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
        if self.is_over(now_ms) {
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

    /// When [`Room::handle_timeout`] wants to be called next, Unix milliseconds.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<u64> {
        (!self.closed).then_some(self.charter().closes_at_ms)
    }

    /// Closes the room if its time is over.
    pub fn handle_timeout(&mut self, now_ms: u64) -> Vec<Effect> {
        if self.closed || now_ms < self.charter().closes_at_ms {
            return Vec::new();
        }
        self.closed = true;
        self.pending.can_not_be_undone();
        vec![Effect::Closed {
            at_ms: self.charter().closes_at_ms,
        }]
    }

    /// Puts an authority's newest list into the room's order, so that every member knows it at the
    /// same place. Nothing comes out if the charter does not name the authority, the list is not
    /// newer than the room's, or the room is over.
    pub fn revoke(&mut self, list: &SignedRevocationList, now_ms: u64) -> Vec<Effect> {
        // Lists lie in the order of the room above, where all who sit in a compartment see them.
        let concerns_us =
            self.within.is_none() && self.charter().authority(list.list.authority).is_some();
        if !concerns_us || self.is_over(now_ms) || self.revocations.insert(list.clone()).is_err() {
            return Vec::new();
        }
        self.head += 1;
        self.turn = self.head;
        self.pending.can_not_be_undone();
        let bytes = list.encode();
        let mut effects = vec![
            Effect::Append(StoredMessage {
                seq: self.head,
                kind: MessageKind::Revocation,
                sender: DeviceId::from_bytes([0; DeviceId::LEN]),
                number: self.head,
                epoch: self.epoch(),
                time_ms: now_ms,
                message: bytes.clone(),
            }),
            Effect::Revocations {
                authority: list.list.authority,
                list: bytes,
            },
        ];
        let revoked = self.seats.keys().filter(|device| self.is_revoked(**device));
        effects.extend(revoked.map(|device| Effect::Suspend { device: *device }));
        effects
    }

    /// Puts back what was stored; the list was checked when it came.
    pub(crate) fn restore_revocations(&mut self, list: SignedRevocationList) {
        // Stored lists are one an authority: none can be older than another.
        let _ = self.revocations.insert(list);
    }

    /// Whether a seated device waits for its removal: see [`Room::suspends`].
    #[must_use]
    pub fn is_revoked(&self, device: DeviceId) -> bool {
        self.suspends(device).is_some()
    }

    /// The authorities of the charter, and the number of each one's list that the room knows; none in a compartment.
    pub fn known_revocations(&self) -> impl Iterator<Item = (Fingerprint, u32)> {
        self.charter()
            .authorities
            .iter()
            .filter(|_| self.within.is_none())
            .map(|authority| (authority.root, self.revocations.number(authority.root)))
    }

    fn send(
        &mut self,
        seat: SeatRecord,
        send: SendMessage,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        self.check_application(send.message.as_slice(), now_ms)?;
        let message = send.message.into();
        let mut effects = self
            .append(seat, MessageKind::Application, send.number, message, now_ms)
            .to_vec();
        if send.wake == Wake::Yes {
            let others = self.seats.keys().copied();
            let devices = others
                .filter(|device| *device != seat.device && !self.is_revoked(*device))
                .collect();
            effects.push(Effect::Wake { devices });
        }
        Ok(effects)
    }

    fn ephemeral(
        &self,
        seat: SeatRecord,
        ephemeral: EphemeralSend,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        self.check_application(ephemeral.message.as_slice(), now_ms)?;
        let message = ephemeral.message.into();
        Ok(vec![Effect::FanOut {
            sender: seat.device,
            time_ms: now_ms,
            message,
        }])
    }

    /// Only messages of the current epoch are taken: so everybody in the room can read each one
    /// with the keys of its place in the order, and nobody who was removed before can.
    fn check_application(&self, bytes: &[u8], now_ms: u64) -> Result<(), Refusal> {
        if now_ms < self.charter().opens_at_ms {
            return Err(ErrorCode::RoomNotOpen.into());
        }
        if let Some(within) = &self.within {
            within.check_nobody_outside(&self.roster)?;
        }
        self.check_epoch(message::application_epoch(bytes, self.id)?)
    }

    fn check_epoch(&self, epoch: u64) -> Result<(), Refusal> {
        let current = self.epoch();
        match epoch.cmp(&current) {
            core::cmp::Ordering::Equal => Ok(()),
            core::cmp::Ordering::Less => Err(ErrorCode::StaleEpoch.into()),
            core::cmp::Ordering::Greater => Err(Refusal::because(
                ErrorCode::InvalidMessage,
                "an epoch that never was",
            )),
        }
    }

    fn propose(
        &mut self,
        seat: SeatRecord,
        propose: Propose,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        let bytes = propose.proposal.as_slice();
        let parsed = message::handshake(bytes, self.id, ContentType::Proposal)?;
        self.check_epoch(parsed.epoch().as_u64())?;
        let (leaf, queued) = self.parse_proposal(bytes)?;
        if leaf != seat.leaf {
            return Err(Refusal::because(
                ErrorCode::InvalidMessage,
                "another member's proposal",
            ));
        }
        self.queue(queued)?;
        self.pending.can_not_be_undone();
        let message = propose.proposal.into();
        Ok(self
            .append(seat, MessageKind::Proposal, propose.number, message, now_ms)
            .to_vec())
    }

    /// Checks a proposal and puts it into the group's queue.
    pub(crate) fn queue_proposal(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let (_, queued) = self.parse_proposal(bytes)?;
        self.queue(queued)
    }

    fn queue(&mut self, queued: QueuedProposal) -> Result<(), Refusal> {
        self.group
            .add_proposal(&self.storage, queued)
            .map_err(|_| Refusal::because(ErrorCode::Unavailable, "proposal store"))
    }

    /// A proposal that may enter the queue, and the leaf of its author.
    fn parse_proposal(&self, bytes: &[u8]) -> Result<(u32, QueuedProposal), Refusal> {
        let parsed = message::handshake(bytes, self.id, ContentType::Proposal)?;
        let processed = self
            .group
            .process_message(&self.crypto, parsed)
            .map_err(|error| Refusal::because(ErrorCode::InvalidMessage, error))?;
        let Sender::Member(leaf) = *processed.sender() else {
            return Err(Refusal::because(ErrorCode::InvalidMessage, "sender"));
        };
        let ProcessedMessageContent::ProposalMessage(queued) = processed.into_content() else {
            return Err(Refusal::because(ErrorCode::InvalidMessage, "content type"));
        };
        mls::check_proposal(&queued)?;
        Ok((leaf.u32(), *queued))
    }

    fn commit(
        &mut self,
        seat: SeatRecord,
        bundle: CommitBundle,
        now_ms: u64,
    ) -> Result<Vec<Effect>, Refusal> {
        let (staged, sender, made_at_ms) = self.stage(seat, &bundle)?;
        let facts = mls::commit_facts(&staged, &sender, made_at_ms)?;
        let change = self.judge(&facts, now_ms)?;
        if change.resynced.is_some_and(|device| device != seat.device) {
            return Err(Refusal::because(
                ErrorCode::InvalidMessage,
                "another device's commit",
            ));
        }
        let welcome = bundle.welcome.as_ref().map(tls_codec::VLBytes::as_slice);
        bundle::check_welcome(&self.crypto, welcome, &staged)?;
        self.advance(staged, bundle.group_info.as_slice())?;
        let welcome = bundle.welcome.map(Vec::from);
        Ok(self.publish(
            seat,
            bundle.number,
            bundle.commit.into(),
            welcome,
            &change,
            now_ms,
        ))
    }

    fn judge(&self, facts: &CommitFacts, now_ms: u64) -> Result<MembershipChange, PolicyRefusal> {
        match &self.within {
            None => check_commit(
                &self.roster,
                &self.charters,
                &self.revocations,
                facts,
                now_ms,
            ),
            Some(within) => {
                let seats = (&within.compartment, &self.roster);
                check_compartment_commit(seats, &within.standing, facts, now_ms)
            }
        }
    }

    /// Checks a commit as MLS; returns it with its sender and the sender's time.
    fn stage(
        &self,
        seat: SeatRecord,
        bundle: &CommitBundle,
    ) -> Result<(StagedCommit, Sender, u64), Refusal> {
        let commit = bundle.commit.as_slice();
        let parsed = message::handshake(commit, self.id, ContentType::Commit)?;
        self.check_epoch(parsed.epoch().as_u64())?;
        let processed = self
            .group
            .process_message(&self.crypto, parsed)
            .map_err(|error| Refusal::because(ErrorCode::InvalidMessage, error))?;
        let sender = processed.sender().clone();
        if matches!(sender, Sender::Member(leaf) if leaf.u32() != seat.leaf) {
            return Err(Refusal::because(
                ErrorCode::InvalidMessage,
                "another device's commit",
            ));
        }
        let (authenticated, place) = self
            .authenticated(processed.aad(), bundle.number)
            .ok_or_else(|| Refusal::because(ErrorCode::InvalidMessage, "authenticated data"))?;
        if let (Some(within), Some(place)) = (&self.within, place) {
            within.check_place(place)?;
        }
        match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => {
                Ok((*staged, sender, authenticated.time_ms))
            }
            _ => Err(Refusal::because(ErrorCode::InvalidMessage, "content type")),
        }
    }

    /// What a message's sender says, and of a compartment the place in the room above.
    fn authenticated(&self, aad: &[u8], number: u64) -> Option<(Authenticated, Option<Place>)> {
        match self.within {
            None => Some((Authenticated::of(aad, self.id, number)?, None)),
            Some(_) => {
                let (found, place) = Authenticated::in_compartment(aad, self.id, number)?;
                Some((found, Some(place)))
            }
        }
    }

    /// Moves the group to the next epoch if the GroupInfo proves to be that epoch's.
    fn advance(&mut self, staged: StagedCommit, group_info: &[u8]) -> Result<(), Refusal> {
        let context = staged.group_context().clone();
        let queued = self.queued_proposals()?;
        if self.group.merge_commit(&self.storage, staged).is_err() {
            self.rebuild(queued)?;
            return Err(Refusal::because(ErrorCode::Unavailable, "group store"));
        }
        let tree = self.group.export_ratchet_tree();
        let checked =
            bundle::successor(&self.crypto, group_info, &tree, &context).and_then(|successor| {
                let same_tag = successor.group.confirmation_tag() == self.group.confirmation_tag();
                let roster = self.roster.refreshed(successor.group.members())?;
                if !same_tag {
                    return Err(Refusal::because(
                        ErrorCode::IncompleteBundle,
                        "GroupInfo with another confirmation tag",
                    ));
                }
                Ok((successor, roster))
            });
        match checked {
            Ok((successor, roster)) => {
                self.group = successor.group;
                self.ratchet_tree = successor.ratchet_tree;
                self.roster = roster;
                self.group_info = group_info.to_vec();
                self.storage = MemoryStorage::default();
                Ok(())
            }
            Err(refusal) => {
                self.rebuild(queued)?;
                Err(refusal)
            }
        }
    }

    fn publish(
        &mut self,
        seat: SeatRecord,
        number: u64,
        commit: Vec<u8>,
        welcome: Option<Vec<u8>>,
        change: &MembershipChange,
        now_ms: u64,
    ) -> Vec<Effect> {
        self.pending.can_not_be_undone();
        if let Some(charters) = &change.charter {
            self.charters = charters.clone();
        }
        let [append, own_seat] = self.append(seat, MessageKind::Commit, number, commit, now_ms);
        let seq = self.head;
        self.turn = seq;
        let mut effects = vec![append, self.group_effect()];
        if change.resynced.is_none() {
            effects.push(own_seat);
        }
        for device in &change.removed {
            self.seats.remove(device);
            effects.push(Effect::Unseat {
                device: *device,
                seq,
            });
        }
        for device in &change.added {
            let seated = SeatRecord {
                device: *device,
                leaf: 0,
                since_seq: seq,
                last_number: 0,
                last_seq: 0,
            };
            self.seats.insert(*device, seated);
        }
        // Leaves are where the tree says; a resync may move one.
        for device in change.added.iter().chain(&change.resynced) {
            let leaf = self.roster.seat(*device).map_or(0, |seat| seat.leaf);
            if let Some(seated) = self.seats.get_mut(device) {
                seated.leaf = leaf;
                effects.push(Effect::Seat(*seated));
            }
        }
        for device in &change.added {
            let welcome = welcome.clone().unwrap_or_default();
            effects.push(Effect::Welcome {
                device: *device,
                seq,
                welcome,
            });
        }
        effects
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

    fn queued_proposals(&self) -> Result<Vec<QueuedProposal>, Refusal> {
        let queued = self
            .group
            .queued_proposals(&self.storage)
            .map_err(|_| Refusal::because(ErrorCode::Unavailable, "proposal store"))?;
        Ok(queued.into_iter().map(|(_, proposal)| proposal).collect())
    }

    /// Back to the last accepted state, from the bytes that prove it.
    fn rebuild(&mut self, queued: Vec<QueuedProposal>) -> Result<(), Refusal> {
        self.group = bundle::group_of(&self.crypto, &self.group_info, &self.ratchet_tree)?;
        self.storage = MemoryStorage::default();
        queued
            .into_iter()
            .try_for_each(|proposal| self.queue(proposal))
    }

    pub(crate) fn mark_closed(&mut self) {
        self.closed = true;
    }

    /// Whether its closing was carried out.
    #[must_use]
    pub fn is_marked_closed(&self) -> bool {
        self.closed
    }

    fn is_over(&self, now_ms: u64) -> bool {
        self.closed || now_ms >= self.charter().closes_at_ms
    }

    pub(crate) fn charter(&self) -> &Charter {
        self.charters.in_force()
    }

    pub(crate) fn charters(&self) -> &CharterHistory {
        &self.charters
    }

    pub(crate) fn set_charters(&mut self, charters: CharterHistory) {
        self.charters = charters;
    }

    pub(crate) fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// The room.
    #[must_use]
    pub fn id(&self) -> RoomId {
        self.id
    }

    /// Highest sequence number.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.head
    }

    /// Current MLS epoch.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.group.group_context().epoch().as_u64()
    }

    /// Start of the time box, Unix milliseconds.
    #[must_use]
    pub fn opens_at_ms(&self) -> u64 {
        self.charter().opens_at_ms
    }

    /// End of the time box, Unix milliseconds.
    #[must_use]
    pub fn closes_at_ms(&self) -> u64 {
        self.charter().closes_at_ms
    }

    /// Whether the room is closed at `now_ms`.
    #[must_use]
    pub fn is_closed_at(&self, now_ms: u64) -> bool {
        self.is_over(now_ms)
    }

    /// The seat of a device.
    #[must_use]
    pub fn seat(&self, device: DeviceId) -> Option<&SeatRecord> {
        self.seats.get(&device)
    }

    /// Whether a seated device coordinates the room; in a compartment, whether it speaks for its country.
    #[must_use]
    pub fn coordinates(&self, device: DeviceId) -> bool {
        let seat = self.roster.seat(device);
        let role = seat.map(|seat| self.charter().role_of(&seat.accreditation));
        role == Some(Role::Coordinator) || (self.within.is_some() && role == Some(Role::Liaison))
    }

    /// All seats in order of device id.
    pub fn seats(&self) -> impl Iterator<Item = &SeatRecord> {
        self.seats.values()
    }

    /// Who sits, with accreditations.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// MLSMessage with the GroupInfo of the current epoch.
    #[must_use]
    pub fn group_info(&self) -> &[u8] {
        &self.group_info
    }

    /// Ratchet tree of the current epoch.
    #[must_use]
    pub fn ratchet_tree(&self) -> &[u8] {
        &self.ratchet_tree
    }
}

impl core::fmt::Debug for Room {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "Room({} head {} epoch {})",
            self.id,
            self.head,
            self.epoch()
        )
    }
}
