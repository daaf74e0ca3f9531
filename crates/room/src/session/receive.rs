//! Taking what the hub delivers, in its order.

use entente_protocol::{Authenticated, Delivery, EphemeralDelivery, MessageKind, Recorded};
use entente_trust::{LinkHead, mls};
use openmls::framing::Sender;
use openmls::prelude::{
    MlsMessageBodyIn, MlsMessageIn, PrivateMessageIn, ProcessedMessage, ProcessedMessageContent,
    ProtocolMessage,
};
use openmls_traits::OpenMlsProvider as _;
use sha2::{Digest as _, Sha256};
use tls_codec::DeserializeBytes as _;

use super::proof::Proof;
use super::{LogEntry, Session};
use crate::limits::{MAX_LIVE_POSITIONS, MAX_OUTBOX};
use crate::record::{numbered, prefix};
use crate::transcript::{Claim, Hash};
use crate::{Author, Event, LivePosition, Notice, SecurityEvent, SessionError};
use entente_protocol::limits::CLOCK_TOLERANCE_MS;

/// How long a message may wait in an outbox before its age is worth a word.
const OUTBOX_PATIENCE_MS: u64 = 6 * CLOCK_TOLERANCE_MS;

/// What was read of an application message.
struct Read {
    author: Author,
    event: Event,
    bytes: Vec<u8>,
    proof: Proof,
    /// Its place in this device's outbox, if it was there.
    item: Option<u64>,
}

impl Session {
    /// Takes the next stored message. One that was taken before is passed over.
    ///
    /// # Errors
    /// [`SessionError::OutOfOrder`] if it is not the next one: follow again from the cursor.
    /// [`SessionError::Ended`], [`SessionError::Halted`]: nothing more can be taken.
    /// [`SessionError::OldState`]: this device's own external commit, of which this session is not the one that came
    /// of it; resync again.
    pub fn receive(&mut self, delivery: &Delivery) -> Result<Vec<Notice>, SessionError> {
        if delivery.room != self.room() {
            return Err(SessionError::OtherRoom);
        }
        if delivery.seq <= self.cursor() {
            return Ok(self.compare_again(delivery));
        }
        self.check_active()?;
        let expected = self.cursor() + 1;
        if delivery.seq != expected {
            return Err(SessionError::OutOfOrder {
                expected,
                received: delivery.seq,
            });
        }
        let is_of_member = !matches!(
            delivery.kind,
            MessageKind::Opening | MessageKind::Revocation
        );
        // What this device waits for is known by its bytes; a number that the hub has used up for it
        // must not stop that.
        let own_item = self.own_item(delivery);
        if is_of_member && own_item.is_none() && self.is_doubled(delivery) {
            self.remember(delivery, None);
            let security = SecurityEvent::Doubled {
                number: delivery.number,
            };
            return Ok(vec![Notice::security(
                delivery.seq,
                delivery.sender,
                security,
            )]);
        }
        let mut read = None;
        let mut notices = match delivery.kind {
            MessageKind::Opening => vec![Notice::Opened { seq: delivery.seq }],
            MessageKind::Commit => self.take_commit(delivery)?,
            MessageKind::Proposal => self.take_proposal(delivery)?,
            MessageKind::Revocation => self.take_revocation(delivery),
            MessageKind::Application => {
                let (found, notices) = self.read_application(delivery, own_item)?;
                read = found;
                notices
            }
        };
        if self.state.halted.is_some() {
            return Ok(notices);
        }
        self.remember(delivery, read.as_ref());
        if let Some(read) = read {
            notices.extend(self.apply_event(&read.event, &read.author, delivery));
            if let Some(item) = read.item {
                let rejected = self.rejected.get(&delivery.seq).copied();
                self.fates.insert(item, (delivery.seq, rejected));
                if self.fates.len() > MAX_OUTBOX {
                    self.fates.pop_first();
                }
            }
        }
        if delivery.kind == MessageKind::Commit {
            self.after_commit(delivery, &notices)?;
        }
        Ok(notices)
    }

    /// A place that this device has seen before must hold what it held then.
    fn compare_again(&self, delivery: &Delivery) -> Vec<Notice> {
        let known = self.log.get(&delivery.seq);
        if known.is_none_or(|known| known.head(self.room()) == LinkHead::of(delivery)) {
            return Vec::new();
        }
        let security = SecurityEvent::HistoryRewritten;
        vec![Notice::security(delivery.seq, delivery.sender, security)]
    }

    /// What the hub said its last sequence number was, when it was asked to go on `after` one that
    /// it had delivered before. What came since is no reproach: the answer may be the slower one.
    #[must_use]
    pub fn check_head(&self, head: u64, after: u64) -> Option<Notice> {
        (head < after).then(|| {
            let security = SecurityEvent::Rollback { head };
            Notice::security(after, self.device(), security)
        })
    }

    /// What the hub said its epoch was at its last sequence number, `head`, now that all up to there has come. A session
    /// that is not there by then was not given a commit; or, if nothing more has come, it has seen one that the hub has not.
    #[must_use]
    pub fn check_epoch(&self, head: u64, epoch: u64) -> Option<Notice> {
        let (cursor, own) = (self.cursor(), self.epoch()?);
        let security = if cursor >= head && own < epoch {
            SecurityEvent::CommitWithheld { epoch }
        } else if cursor == head && own > epoch {
            SecurityEvent::Rollback { head }
        } else {
            return None;
        };
        Some(Notice::security(cursor, self.device(), security))
    }

    fn remember(&mut self, delivery: &Delivery, read: Option<&Read>) {
        let head = LinkHead::of(delivery);
        self.state.transcript.extend(&head);
        let above = read.map_or_else(|| Some(Vec::new()), |read| self.named_above(&read.event));
        let entry = LogEntry {
            seq: delivery.seq,
            kind: delivery.kind as u8,
            sender: delivery.sender,
            number: delivery.number,
            epoch: delivery.epoch,
            time_ms: delivery.time_ms,
            message: head.message,
            hash: self.state.transcript.head(),
            author: read.map(|read| read.author.clone()),
            event: read.map(|read| read.bytes.clone()),
            proof: read.map(|read| read.proof.clone()),
            is_above_unknown: above.is_none(),
            above: above.unwrap_or_default(),
        };
        self.put_log(entry);
    }

    fn take_proposal(&mut self, delivery: &Delivery) -> Result<Vec<Notice>, SessionError> {
        let security = if delivery.sender == self.device() {
            let digest = digest_of(delivery);
            let is_own =
                self.state.proposed == Some(digest) || self.state.proposed_before.contains(&digest);
            let queued = is_own && self.queue_proposal(delivery).is_ok();
            (!queued).then_some(SecurityEvent::NotMine {
                number: delivery.number,
            })
        } else {
            // The commit that refers to it will not be readable either; nothing is lost yet.
            let queued = self.queue_proposal(delivery);
            queued.err().map(|_| SecurityEvent::MessageUnreadable)
        };
        if let Some(security) = security {
            let notice = Notice::security(delivery.seq, delivery.sender, security);
            return Ok(vec![notice]);
        }
        self.count(delivery);
        let seat = self.author(delivery.sender);
        let seq = delivery.seq;
        Ok(seat
            .map(|seat| Notice::LeaveWanted { seq, seat })
            .into_iter()
            .collect())
    }

    fn queue_proposal(&mut self, delivery: &Delivery) -> Result<(), SessionError> {
        let message = handshake(delivery)?;
        let (group, provider) = self.group_mut()?;
        let processed = group
            .process_message(provider, message)
            .map_err(SessionError::mls)?;
        let author = self.sender_of(&processed);
        let aad = self.authenticated_in(processed.aad(), (delivery.room, delivery.number));
        let is_senders = author.is_some_and(|author| author.device == delivery.sender);
        let ProcessedMessageContent::ProposalMessage(queued) = processed.into_content() else {
            return Err(SessionError::Malformed("proposal"));
        };
        if aad.is_none() || !is_senders {
            return Err(SessionError::Malformed("proposal"));
        }
        mls::check_proposal(&queued)?;
        let (group, provider) = self.group_mut()?;
        group
            .store_pending_proposal(provider.storage(), *queued)
            .map_err(SessionError::mls)
    }

    fn read_application(
        &mut self,
        delivery: &Delivery,
        own_item: Option<u64>,
    ) -> Result<(Option<Read>, Vec<Notice>), SessionError> {
        if delivery.sender == self.device() {
            return Ok(self.read_own(delivery, own_item));
        }
        let mut notices = Vec::new();
        let mut say = |security| {
            notices.push(Notice::security(delivery.seq, delivery.sender, security));
        };
        let Some(processed) = self.decrypt(delivery.message.as_slice()) else {
            let epoch = self.epoch().unwrap_or_default();
            // Sealed in an epoch that this device does not know: a commit was kept from it.
            let security = match private_message(delivery.message.as_slice()) {
                Some(message) if message.epoch().as_u64() > epoch => {
                    self.state.is_behind = true;
                    SecurityEvent::CommitWithheld {
                        epoch: message.epoch().as_u64(),
                    }
                }
                _ => SecurityEvent::MessageUnreadable,
            };
            say(security);
            return Ok((None, notices));
        };
        let author = self.sender_of(&processed);
        let aad = self.authenticated_in(processed.aad(), (delivery.room, delivery.number));
        let (Some(author), Some(aad)) = (author, aad) else {
            say(SecurityEvent::MessageUnreadable);
            return Ok((None, notices));
        };
        if author.device != delivery.sender {
            say(SecurityEvent::WrongSender);
            return Ok((None, notices));
        }
        self.count(delivery);
        notices.extend(self.compare(&aad, delivery));
        let mut say = |security| {
            notices.push(Notice::security(delivery.seq, delivery.sender, security));
        };
        let recorded = application_bytes(processed);
        let recorded = recorded.and_then(|bytes| Recorded::decode(&bytes).ok());
        let event = recorded
            .as_ref()
            .and_then(|recorded| Event::decode(recorded.event.as_slice()).ok());
        let (Some(recorded), Some(event)) = (recorded, event) else {
            say(SecurityEvent::MessageUnreadable);
            return Ok((None, notices));
        };
        // What could not be proved later is not heard now.
        let Some(proof) = self.prove(&author, &aad, &recorded) else {
            say(SecurityEvent::Unsigned);
            return Ok((None, notices));
        };
        Ok((
            Some(Read {
                author,
                event,
                bytes: recorded.event.into(),
                proof,
                item: None,
            }),
            notices,
        ))
    }

    /// The place in the outbox of the message that comes back to this device: known by its bytes, and
    /// the number under which they were sealed.
    fn own_item(&self, delivery: &Delivery) -> Option<u64> {
        if delivery.sender != self.device() || delivery.kind != MessageKind::Application {
            return None;
        }
        let digest = digest_of(delivery);
        let mut items = self.outbox.iter();
        items
            .find(|(_, item)| item.is_sealed_as(&digest, delivery.number))
            .map(|(id, _)| *id)
    }

    /// One's own message comes back: MLS can't decrypt it, but the outbox knows it, and the bytes
    /// must be those that were sent.
    fn read_own(
        &mut self,
        delivery: &Delivery,
        own_item: Option<u64>,
    ) -> (Option<Read>, Vec<Notice>) {
        let Some((id, item)) = own_item.and_then(|id| {
            self.put(numbered(prefix::OUTBOX, id), None);
            Some((id, self.outbox.remove(&id)?))
        }) else {
            return (None, self.not_mine(delivery));
        };
        self.count(delivery);
        self.raise_floor();
        let proof = item.proof(&digest_of(delivery), delivery.number);
        let read = (
            self.author(self.device()),
            Event::decode(&item.event).ok(),
            proof,
        );
        let (Some(author), Some(event), Some(proof)) = read else {
            return (None, Vec::new());
        };
        let read = Read {
            author,
            event,
            bytes: item.event,
            proof,
            item: Some(id),
        };
        (Some(read), Vec::new())
    }

    /// Bytes in this device's name that it does not know: an alarm, and nothing else.
    fn not_mine(&mut self, delivery: &Delivery) -> Vec<Notice> {
        let number = delivery.number;
        let security = SecurityEvent::NotMine { number };
        let mut notices = vec![Notice::security(delivery.seq, delivery.sender, security)];
        self.strange.get_or_insert((delivery.seq, number));
        notices.extend(self.comes_from_another_life(delivery.seq, number));
        notices
    }

    /// A device whose disk was set back has said things that it no longer knows, and its board lacks
    /// them. That can only be if the hub knew of the number when this device came, and this device
    /// has not used it: then the board is asked for anew.
    pub(super) fn comes_from_another_life(&mut self, seq: u64, number: u64) -> Option<Notice> {
        if number <= self.state.used_number || number > self.announced {
            return None;
        }
        self.strange = None;
        self.want_board(seq);
        self.state.gaps.push((seq, seq));
        Some(Notice::Gap { from: seq, to: seq })
    }

    /// Takes an ephemeral message; returns who sent which event.
    ///
    /// # Errors
    /// [`SessionError::Malformed`] if it can't be read; nothing has changed then.
    pub fn receive_ephemeral(
        &mut self,
        delivery: &EphemeralDelivery,
    ) -> Result<(Author, Event), SessionError> {
        self.check_active()?;
        let unreadable = SessionError::Malformed("ephemeral message");
        let processed = self
            .decrypt(delivery.message.as_slice())
            .ok_or(unreadable.clone())?;
        // What is not stored bears no number.
        let aad = self.authenticated_in(processed.aad(), (delivery.room, 0));
        let author = self
            .sender_of(&processed)
            .filter(|author| author.device == delivery.sender && aad.is_some())
            .ok_or(unreadable.clone())?;
        let bytes = application_bytes(processed).ok_or(unreadable.clone())?;
        let mut event = Event::decode(&bytes).map_err(|_| unreadable)?;
        if let Event::Position(position) = &mut event {
            // Nobody is somewhere later than now; a clock that is ahead must not hide what comes next.
            position.at_ms = position.at_ms.min(delivery.time_ms);
            self.take_position(author.clone(), *position);
        }
        Ok((author, event))
    }

    /// The newest place of each member; the oldest goes if there are too many.
    fn take_position(&mut self, author: Author, position: LivePosition) {
        let device = author.device;
        let is_older = self
            .positions
            .get(&device)
            .is_some_and(|(_, known)| known.at_ms > position.at_ms);
        if is_older {
            return;
        }
        self.positions.insert(device, (author, position));
        if self.positions.len() > MAX_LIVE_POSITIONS {
            let oldest = self.positions.iter().min_by_key(|(_, (_, it))| it.at_ms);
            if let Some(device) = oldest.map(|(device, _)| *device) {
                self.positions.remove(&device);
            }
        }
    }

    /// Compares what a member says of the past and of the time with what the hub told this one.
    pub(super) fn compare(&mut self, aad: &Authenticated, delivery: &Delivery) -> Vec<Notice> {
        let mut notices: Vec<Notice> = self.compare_above(delivery).into_iter().collect();
        let mut say = |security| {
            notices.push(Notice::security(delivery.seq, delivery.sender, security));
        };
        let past = self.state.pasts.entry(delivery.sender).or_default();
        match self.state.transcript.judge(aad) {
            Claim::Agrees => {
                past.agreed_seq = aad.seen_seq;
                past.is_forked = false;
            }
            // Said once, until the two agree again.
            Claim::Disagrees if !past.is_forked => {
                past.is_forked = true;
                say(SecurityEvent::TranscriptFork {
                    agreed_seq: past.agreed_seq,
                    seen_seq: aad.seen_seq,
                });
            }
            Claim::Disagrees | Claim::Unknown => {}
        }
        if let Some(difference_ms) = clock_disagreement(aad.time_ms, delivery.time_ms) {
            say(SecurityEvent::ClockDisagreement { difference_ms });
        }
        notices
    }

    /// Whether the hub delivers something of this sender again: numbers only grow.
    fn is_doubled(&self, delivery: &Delivery) -> bool {
        let past = self.state.pasts.get(&delivery.sender);
        past.is_some_and(|past| delivery.number <= past.last_number)
    }

    /// Remembers the number of a message whose sender has signed for it. The hub's word alone counts
    /// for nothing here: it could use up the numbers of somebody whom it wants unheard.
    pub(super) fn count(&mut self, delivery: &Delivery) {
        let past = self.state.pasts.entry(delivery.sender).or_default();
        past.last_number = past.last_number.max(delivery.number);
    }

    fn decrypt(&mut self, message: &[u8]) -> Option<ProcessedMessage> {
        let message = private_message(message)?;
        let (group, provider) = self.group_mut().ok()?;
        group
            .process_message(provider, ProtocolMessage::PrivateMessage(message))
            .ok()
    }

    fn sender_of(&self, processed: &ProcessedMessage) -> Option<Author> {
        let Sender::Member(leaf) = processed.sender() else {
            return None;
        };
        let seat = self.roster.at(leaf.u32())?;
        Some(Author::of(&seat.accreditation, self.charter_in_force()))
    }
}

fn application_bytes(processed: ProcessedMessage) -> Option<Vec<u8>> {
    match processed.into_content() {
        ProcessedMessageContent::ApplicationMessage(message) => Some(message.into_bytes()),
        _ => None,
    }
}

fn private_message(bytes: &[u8]) -> Option<PrivateMessageIn> {
    match MlsMessageIn::tls_deserialize_exact_bytes(bytes)
        .ok()?
        .extract()
    {
        MlsMessageBodyIn::PrivateMessage(message) => Some(message),
        _ => None,
    }
}

fn digest_of(delivery: &Delivery) -> Hash {
    Sha256::digest(delivery.message.as_slice()).into()
}

/// A commit or proposal as PublicMessage.
pub(super) fn handshake(delivery: &Delivery) -> Result<ProtocolMessage, SessionError> {
    match MlsMessageIn::tls_deserialize_exact_bytes(delivery.message.as_slice())
        .map(MlsMessageIn::extract)
    {
        Ok(MlsMessageBodyIn::PublicMessage(message)) => {
            Ok(ProtocolMessage::PublicMessage(Box::new(message)))
        }
        _ => Err(SessionError::Malformed("handshake message")),
    }
}

/// Sender's clock minus the hub's, if it is more than two honest clocks and a waiting outbox
/// explain.
fn clock_disagreement(sender_ms: u64, hub_ms: u64) -> Option<i64> {
    let is_ahead = sender_ms > hub_ms.saturating_add(CLOCK_TOLERANCE_MS);
    let is_behind = sender_ms.saturating_add(OUTBOX_PATIENCE_MS) < hub_ms;
    let difference = i64::try_from(i128::from(sender_ms) - i128::from(hub_ms)).ok()?;
    (is_ahead || is_behind).then_some(difference)
}
