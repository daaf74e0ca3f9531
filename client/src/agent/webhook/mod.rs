//! A visible member that carries what was chosen, field by field, to a system outside: signed, in order, each thing at
//! least once. What it carries, and to whom, it says in the room before it begins.

mod fields;
mod post;

use entente_dossier::{Clearance, Marks};
use entente_protocol::RoomId;
use entente_room::{Event, Handling, Say, Session};
use entente_trust::Role;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast::error::RecvError;

use crate::engine::{Engine, EngineError, EngineEvent};

pub use fields::{Choice, ChoiceError};
pub use post::{NotTaken, Receiver, ReceiverError, Secret, SecretError};

/// Events that are looked at between two looks at the room.
const BATCH: usize = 256;

/// Key of what is remembered: how far a room was carried to an address.
const CURSOR: &[u8] = b"webhook/cursor/";

/// Key of what is remembered: what was said in the room of what is carried.
const SAID: &[u8] = b"webhook/said/";

/// How a webhook is run.
#[derive(Debug, Clone)]
pub struct WebhookOptions {
    /// Where to.
    pub receiver: Receiver,
    /// By what the receiver knows that it comes from here.
    pub secret: Secret,
    /// What.
    pub choice: Choice,
    /// The strictest handling code that may leave.
    pub handling: Handling,
    /// Begin with what this device has kept of the room, and not with what comes.
    pub from_start: bool,
    /// End when nothing waits, instead of waiting for more.
    pub once: bool,
}

/// What was carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// Messages that were taken.
    pub sent: u64,
    /// Events of chosen kinds that may not leave.
    pub withheld: u64,
    /// Tries that failed.
    pub failed: u64,
}

/// Why a webhook ended.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// What was chosen.
    #[error(transparent)]
    Choice(#[from] ChoiceError),
    /// The device sits as somebody else than an agent, or not at all.
    #[error(
        "only a device that is accredited as an agent, and sits, may carry things out of a room"
    )]
    NotAgent,
    /// The receiver does not take it. What was not taken is carried at the next start.
    #[error("{receiver} does not take what it is sent: {source}")]
    NotTaken {
        /// Host and port.
        receiver: String,
        /// Why.
        source: NotTaken,
    },
    /// The room.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// A running webhook.
pub struct Webhook {
    engine: Engine,
    room: RoomId,
    options: WebhookOptions,
    carried: Carried,
    /// The last place that was carried, or passed over.
    cursor: u64,
}

/// What leaves of one event.
struct Leaving {
    seq: u64,
    content: Value,
}

/// What a look at the room has found.
struct Found {
    leaving: Vec<Leaving>,
    withheld: u64,
    /// The last place that was looked at.
    to: u64,
    has_more: bool,
}

impl Webhook {
    /// Checks that the device may, and says in the room what will leave it and where to.
    ///
    /// # Errors
    /// See [`WebhookError`].
    pub async fn start(
        engine: Engine,
        room: RoomId,
        options: WebhookOptions,
    ) -> Result<Self, WebhookError> {
        options.choice.check()?;
        if engine.view(room, Session::role).await? != Some(Role::Agent) {
            return Err(WebhookError::NotAgent);
        }
        let mut webhook = Self {
            engine,
            room,
            options,
            carried: Carried::default(),
            cursor: 0,
        };
        // Before those in the room are told: what they say then leaves.
        webhook.cursor = webhook.kept_cursor().await?;
        webhook.announce().await?;
        Ok(webhook)
    }

    /// Carries until the room is over, or with `once` until nothing waits.
    ///
    /// # Errors
    /// See [`WebhookError`]; what was taken until then is not carried again.
    pub async fn run(&mut self, mut failed: impl FnMut(&str)) -> Result<Carried, WebhookError> {
        let mut events = self.engine.events();
        loop {
            let found = self.look(self.cursor).await?;
            self.carried.withheld += found.withheld;
            for leaving in found.leaving {
                self.carry(&leaving, &mut failed).await?;
                self.remember(leaving.seq).await?;
            }
            if found.to > self.cursor {
                self.cursor = found.to;
                self.remember(found.to).await?;
            }
            if found.has_more {
                continue;
            }
            let is_over = self
                .engine
                .view(self.room, |it| it.ended().is_some())
                .await?;
            if is_over || self.options.once {
                return Ok(self.carried);
            }
            loop {
                match events.recv().await {
                    Ok(EngineEvent::Room { room, .. }) if room == self.room => break,
                    Ok(EngineEvent::Stopped { .. }) | Err(RecvError::Closed) => {
                        return Err(EngineError::Stopped.into());
                    }
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => break,
                }
            }
        }
    }

    /// Members hear from the agent itself what leaves and where to, each time that it is something else.
    async fn announce(&self) -> Result<(), WebhookError> {
        let options = &self.options;
        let text = format!(
            "webhook → {} [{}] {}",
            options.receiver.name(),
            options.handling.as_str(),
            options.choice.line()
        );
        let said = Sha256::digest(text.as_bytes()).to_vec();
        let key = self.key(SAID);
        if self.engine.recall(key.clone()).await?.as_ref() == Some(&said) {
            return Ok(());
        }
        let say = Event::Say(Say {
            text,
            urgent: false,
            reply_to: None,
        });
        self.engine.say(self.room, say).await?;
        self.engine.remember(key, Some(said)).await?;
        Ok(())
    }

    fn key(&self, kind: &[u8]) -> Vec<u8> {
        let to = Sha256::digest(self.options.receiver.key());
        [kind, self.room.as_bytes(), &to].concat()
    }

    async fn kept_cursor(&self) -> Result<u64, WebhookError> {
        let kept = self.engine.recall(self.key(CURSOR)).await?;
        let kept = kept.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
        match kept.map(u64::from_be_bytes) {
            Some(seq) => Ok(seq),
            None if self.options.from_start => Ok(0),
            None => {
                let now = self.engine.view(self.room, Session::cursor).await?;
                self.remember(now).await?;
                Ok(now)
            }
        }
    }

    async fn remember(&self, seq: u64) -> Result<(), WebhookError> {
        let bytes = seq.to_be_bytes().to_vec();
        Ok(self.engine.remember(self.key(CURSOR), Some(bytes)).await?)
    }

    async fn look(&self, after: u64) -> Result<Found, WebhookError> {
        let choice = self.options.choice.clone();
        let handling = self.options.handling;
        let look = move |session: &Session| select(session, after, &choice, handling);
        Ok(self.engine.view(self.room, look).await?)
    }

    async fn carry(
        &mut self,
        leaving: &Leaving,
        failed: &mut impl FnMut(&str),
    ) -> Result<(), WebhookError> {
        let WebhookOptions {
            receiver, secret, ..
        } = &self.options;
        let id = secret.id(self.room.as_bytes(), leaving.seq);
        let body = leaving.content.to_string();
        let mut tries = 0;
        let sent = post::post(receiver, secret, (&id, body.as_bytes()), |reason| {
            tries += 1;
            failed(reason);
        });
        let sent = sent.await;
        self.carried.failed += tries;
        sent.map_err(|source| WebhookError::NotTaken {
            receiver: self.options.receiver.name().to_owned(),
            source,
        })?;
        self.carried.sent += 1;
        Ok(())
    }
}

/// What leaves of the next events.
fn select(session: &Session, after: u64, choice: &Choice, handling: Handling) -> Found {
    let country = session.identity().accreditation().country();
    let clearance = Clearance { country, handling };
    let marks = Marks::of_board(session.board());
    let mut found = Found {
        leaving: Vec::new(),
        withheld: 0,
        to: after,
        has_more: false,
    };
    for (looked, (seq, time_ms, author, event)) in session.record_after(after).enumerate() {
        if looked == BATCH {
            found.has_more = true;
            break;
        }
        found.to = seq;
        // What it says of itself is for those in the room.
        let is_own_word = author.device == session.device() && matches!(event, Event::Say(_));
        if is_own_word || !choice.includes(event.kind()) {
            continue;
        }
        if !marks.allows(&clearance, author, &event) {
            found.withheld += 1;
            continue;
        }
        let about = json!({
            "seq": seq, "time_ms": time_ms, "country": author.country,
            "callsign": author.callsign, "role": author.role,
        });
        let event = json!(event);
        let kind = event["kind"].as_str().unwrap_or_default();
        let content = choice.of(kind, &event["body"], &about).into();
        found.leaving.push(Leaving { seq, content });
    }
    found
}
