//! What waits to be said.

use std::collections::BTreeSet;

use entente_protocol::{Authenticated, EphemeralSend, ErrorCode, SendMessage, Wake};
use entente_trust::{Country, Role};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tls_codec::Serialize as _;

use super::Session;
use super::proof::Proof;
use crate::limits::MAX_OUTBOX;
use crate::record::{numbered, prefix, to_cbor};
use crate::transcript::Hash;
use crate::{Event, Notice, SessionError};

/// An event on its way. It leaves the outbox when the hub delivers it back.
#[derive(Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) event: Vec<u8>,
    /// Given at the first sealing, kept through retries: so the hub can tell a retry.
    pub(super) number: Option<u64>,
    /// Each ciphertext that was made of it; one of them must come back.
    sealed: Vec<Sealed>,
    /// Handed to the connection, and no answer yet.
    #[serde(skip)]
    pub(super) in_flight: bool,
}

impl Item {
    /// Whether a ciphertext of this digest was made of it, under this number.
    pub(super) fn is_sealed_as(&self, digest: &Hash, number: u64) -> bool {
        self.sealed.iter().any(|it| it.is(digest, number))
    }

    /// What was signed for the record in that ciphertext.
    pub(super) fn proof(&self, digest: &Hash, number: u64) -> Option<Proof> {
        let sealed = self.sealed.iter().find(|it| it.is(digest, number));
        sealed.map(|it| it.proof.clone())
    }
}

/// A ciphertext that was made of an event.
#[derive(Clone, Serialize, Deserialize)]
struct Sealed {
    /// SHA-256 of it.
    digest: Hash,
    /// The message number that it bears.
    number: u64,
    proof: Proof,
}

impl Sealed {
    fn is(&self, digest: &Hash, number: u64) -> bool {
        self.digest == *digest && self.number == number
    }
}

impl Session {
    /// Puts an event into the outbox; returns its local number there.
    ///
    /// # Errors
    /// [`SessionError::TooLarge`], [`SessionError::OutboxFull`], [`SessionError::Ended`].
    pub fn enqueue(&mut self, event: &Event) -> Result<u64, SessionError> {
        if self.state.ended.is_some() {
            return Err(SessionError::Ended);
        }
        if self.outbox.len() >= MAX_OUTBOX {
            return Err(SessionError::OutboxFull);
        }
        let event = match event {
            // What its author had seen is what this device has seen.
            Event::Target(change) if change.seen == 0 => Event::Target(crate::TargetChange {
                seen: self.cursor(),
                ..change.clone()
            })
            .encode(),
            // Who takes part is who may sit with hands, by the charter as its author knows it.
            Event::Phase(begun) if begun.countries.is_empty() => Event::Phase(crate::PhaseBegun {
                countries: self.hands(),
                ..begun.clone()
            })
            .encode(),
            other => other.encode(),
        };
        let event = event.map_err(|_| SessionError::TooLarge)?;
        let id = self.state.next_item;
        self.state.next_item += 1;
        let item = Item {
            event,
            number: None,
            sealed: Vec::new(),
            in_flight: false,
        };
        self.put(numbered(prefix::OUTBOX, id), Some(to_cbor(&item)));
        self.outbox.insert(id, item);
        Ok(id)
    }

    /// The countries of the charter whose people may do things.
    fn hands(&self) -> Vec<Country> {
        let all = self.charter().authorities.iter();
        let hands = all
            .filter(|authority| !matches!(authority.highest_role, Role::Observer | Role::Agent))
            .map(|authority| authority.country);
        let hands: BTreeSet<Country> = hands.collect();
        hands.into_iter().collect()
    }

    /// Whether an event is still on its way.
    #[must_use]
    pub fn is_waiting(&self, id: u64) -> bool {
        self.outbox.contains_key(&id)
    }

    /// How many events are on their way.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.outbox.len()
    }

    /// The events that are on their way, in order, by their places in the outbox.
    pub fn outbox(&self) -> impl Iterator<Item = (u64, Event)> {
        let items = self.outbox.iter();
        items.filter_map(|(id, item)| Some((*id, Event::decode(&item.event).ok()?)))
    }

    /// Seals up to `most` waiting events for the current epoch, in order.
    ///
    /// # Errors
    /// [`SessionError::ProposalPending`] if a removal must be committed first
    /// ([`super::CommitWish::LetGo`]); others see [`SessionError`].
    pub fn outgoing(&mut self, most: usize, now_ms: u64) -> Result<Vec<SendMessage>, SessionError> {
        self.check_active()?;
        self.check_nobody_outside()?;
        let due: Vec<u64> = self
            .outbox
            .iter()
            .filter(|(_, item)| !item.in_flight)
            .map(|(id, _)| *id)
            .take(most)
            .collect();
        due.into_iter()
            .map(|id| self.seal_item(id, now_ms))
            .collect()
    }

    fn seal_item(&mut self, id: u64, now_ms: u64) -> Result<SendMessage, SessionError> {
        let item = self
            .outbox
            .get(&id)
            .ok_or(SessionError::Malformed("outbox"))?;
        let event = item.event.clone();
        let number = item.number.unwrap_or(self.state.next_number);
        let authenticated = self.authenticated(number, now_ms)?;
        let (recorded, proof) = self.sign_for_record(&event, &authenticated)?;
        let message = self.seal(&recorded, &authenticated)?;
        self.use_number(number);
        let item = self
            .outbox
            .get_mut(&id)
            .ok_or(SessionError::Malformed("outbox"))?;
        item.number = Some(number);
        item.in_flight = true;
        item.sealed.push(Sealed {
            digest: Sha256::digest(&message).into(),
            number,
            proof,
        });
        let record = to_cbor(item);
        self.put(numbered(prefix::OUTBOX, id), Some(record));
        Ok(SendMessage {
            request: 0,
            room: self.room(),
            number,
            message: message.into(),
            wake: if Event::decode(&event).is_ok_and(|event| event.wakes()) {
                Wake::Yes
            } else {
                Wake::No
            },
        })
    }

    /// Seals an event that is not stored and may be lost.
    ///
    /// # Errors
    /// As [`Session::outgoing`].
    pub fn ephemeral(&mut self, event: &Event, now_ms: u64) -> Result<EphemeralSend, SessionError> {
        self.check_active()?;
        let event = event.encode().map_err(|_| SessionError::TooLarge)?;
        self.check_nobody_outside()?;
        let authenticated = self.authenticated(0, now_ms)?;
        let message = self.seal(&event, &authenticated)?;
        Ok(EphemeralSend {
            room: self.room(),
            message: message.into(),
        })
    }

    /// What this device says of itself and of the room's past in the next message.
    fn authenticated(&self, number: u64, now_ms: u64) -> Result<Authenticated, SessionError> {
        let transcript = &self.state.transcript;
        let known = transcript.head();
        Ok(Authenticated {
            room: self.state.room,
            number,
            seen_seq: if known.is_some() { transcript.seq() } else { 0 },
            seen_hash: known.unwrap_or_default(),
            time_ms: now_ms,
            above: self.place_above()?,
        })
    }

    /// As bytes, for MLS.
    pub(super) fn aad(&self, number: u64, now_ms: u64) -> Result<Vec<u8>, SessionError> {
        let authenticated = self.authenticated(number, now_ms)?;
        authenticated.encode().map_err(|_| SessionError::TooLarge)
    }

    fn seal(
        &mut self,
        content: &[u8],
        authenticated: &Authenticated,
    ) -> Result<Vec<u8>, SessionError> {
        let aad = authenticated.encode().map_err(|_| SessionError::TooLarge)?;
        let identity = self.identity.clone();
        let (group, provider) = self.group_mut()?;
        if group.has_pending_proposals() {
            return Err(SessionError::ProposalPending);
        }
        group.set_aad(aad);
        group
            .create_message(provider, identity.signer(), content)
            .map_err(SessionError::mls)?
            .tls_serialize_detached()
            .map_err(SessionError::mls)
    }

    /// The connection is gone: what was in flight has an unknown fate and will be sent again with
    /// the same number.
    pub fn connection_lost(&mut self) {
        for item in self.outbox.values_mut() {
            item.in_flight = false;
        }
    }

    /// The hub refused a message. Returns the local number of an event that is given up because no
    /// retry could help.
    pub fn refused(&mut self, number: u64, code: ErrorCode) -> Option<u64> {
        let id = self.item_of(number)?;
        let is_final = matches!(
            code,
            ErrorCode::LimitExceeded
                | ErrorCode::InvalidMessage
                | ErrorCode::RoomClosed
                // Whether it was said the hub can't tell any more: said again, it might be there twice.
                | ErrorCode::HistoryGone
        );
        if is_final {
            self.outbox.remove(&id);
            self.put(numbered(prefix::OUTBOX, id), None);
            return Some(id);
        }
        if let Some(item) = self.outbox.get_mut(&id) {
            item.in_flight = false;
            if code == ErrorCode::NumberUsed {
                // Everything that the hub has of this device was seen, and this was not among it.
                item.number = None;
            }
            let record = to_cbor(item);
            self.put(numbered(prefix::OUTBOX, id), Some(record));
        }
        None
    }

    /// The hub says where a message lies. If that is in a gap of this device's record it can't come back any more: it was
    /// said while this device was coming back by another way, and as for all that lies in a gap there is only the hub's
    /// word for it. Returns whether it has left the outbox by that.
    pub fn accepted(&mut self, number: u64, seq: u64) -> bool {
        let mut gaps = self.state.gaps.iter();
        if !gaps.any(|(from, to)| (*from..=*to).contains(&seq)) {
            return false;
        }
        let Some(id) = self.item_of(number) else {
            return false;
        };
        self.outbox.remove(&id);
        self.put(numbered(prefix::OUTBOX, id), None);
        self.fates.insert(id, (seq, None));
        if self.fates.len() > MAX_OUTBOX {
            self.fates.pop_first();
        }
        true
    }

    pub(super) fn item_of(&self, number: u64) -> Option<u64> {
        self.outbox
            .iter()
            .find(|(_, item)| item.number == Some(number))
            .map(|(id, _)| *id)
    }

    /// The hub knows of numbers up to `last_number` from this device. Returns the gap that this
    /// leaves in the record, if it does.
    pub fn numbers_used(&mut self, last_number: u64) -> Option<Notice> {
        self.announced = last_number;
        let strange = self.strange.take();
        self.state.next_number = self.state.next_number.max(last_number.saturating_add(1));
        strange.and_then(|(seq, number)| self.comes_from_another_life(seq, number))
    }

    /// A number that goes out with something of this device.
    pub(super) fn use_number(&mut self, number: u64) {
        self.state.used_number = self.state.used_number.max(number);
        self.state.next_number = self.state.next_number.max(number.saturating_add(1));
    }
}
