//! Word between the hubs that share a database: what is new, and what is not stored at all.
//!
//! Nothing rests on it. A word that is lost, late or doubled costs time and no more: whoever hears
//! of a place in a room's order that it did not expect reads the database, and everybody looks there
//! every now and then. Words carry a MAC under a key that lies in the database, so that whoever runs
//! the broker can hold them back, and can't make one up.

mod seal;
mod word;

use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Subscriber};
use bytes::Bytes;
use entente_protocol::{RoomId, limits};
use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use crate::meters;
pub(crate) use seal::Key;
pub(crate) use word::{News, Word};

/// Words that wait for the broker; what does not fit is dropped, and found in the database.
const QUEUE_WORDS: usize = 4_096;

/// Words of one subject that wait to be heard.
const HEARD_WORDS: usize = 1_024;

/// What waits for the broker while it is away: a subscription for each room that is loaded.
const CLIENT_CAPACITY: usize = 4 * limits::MAX_ROOMS;

/// How long to wait for a place there.
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(2);

/// After two pings without an answer the broker counts as gone.
const PING_INTERVAL: Duration = Duration::from_secs(1);

/// The longest wait between two attempts to reach the broker.
const MAX_RECONNECT_WAIT: Duration = Duration::from_secs(1);

/// All hubs listen to this subject.
const HUBS: &str = "entente.hubs";

fn subject(room: RoomId) -> String {
    format!("entente.room.{room}")
}

/// The way to the other hubs.
pub(crate) struct Bus {
    broker: Option<Broker>,
}

struct Broker {
    client: Client,
    words: mpsc::Sender<(String, Bytes)>,
    key: Key,
}

/// Hears one subject.
pub(crate) struct Listener {
    subscriber: Subscriber,
    key: Key,
}

impl Bus {
    /// There are no other hubs, or no broker: then the database is looked at more often.
    pub(crate) fn none() -> Self {
        Self { broker: None }
    }

    /// Returns at once; the broker is reached when it is there.
    pub(crate) async fn connect(url: &str, key: Key) -> Result<Self, async_nats::ConnectError> {
        let client = ConnectOptions::new()
            .name("entente-server")
            .no_echo()
            .retry_on_initial_connect()
            .ping_interval(PING_INTERVAL)
            .client_capacity(CLIENT_CAPACITY)
            .subscription_capacity(HEARD_WORDS)
            .reconnect_delay_callback(|attempts| {
                let wait = Duration::from_millis(50)
                    .saturating_mul(u32::try_from(attempts).unwrap_or(u32::MAX));
                wait.min(MAX_RECONNECT_WAIT)
            })
            .event_callback(|event| async move { tracing::info!(%event, "broker") })
            .connect(url)
            .await?;
        let (words, mut queue) = mpsc::channel::<(String, Bytes)>(QUEUE_WORDS);
        let sender = client.clone();
        tokio::spawn(async move {
            while let Some((subject, bytes)) = queue.recv().await {
                // Nobody waits for a broker that is away: the words would be old when it is back.
                if sender.connection_state() != State::Connected
                    || sender.publish(subject, bytes).await.is_err()
                {
                    meters::word("dropped");
                }
            }
        });
        Ok(Self {
            broker: Some(Broker { client, words, key }),
        })
    }

    /// Whether there is a broker to be reached.
    pub(crate) fn is_configured(&self) -> bool {
        self.broker.is_some()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.broker
            .as_ref()
            .is_some_and(|broker| broker.client.connection_state() == State::Connected)
    }

    /// Tells the hubs that have a room loaded.
    pub(crate) fn tell_room(&self, room: RoomId, word: &Word) {
        self.tell(|| subject(room), word);
    }

    /// Tells all hubs.
    pub(crate) fn tell_hubs(&self, word: &Word) {
        self.tell(|| HUBS.to_owned(), word);
    }

    /// Never waits.
    fn tell(&self, subject: impl FnOnce() -> String, word: &Word) {
        let Some(broker) = &self.broker else { return };
        let Some(bytes) = word.encode() else { return };
        let sealed = broker.key.seal(bytes);
        let outcome = match broker.words.try_send((subject(), sealed)) {
            Ok(()) => "sent",
            Err(_) => "dropped",
        };
        meters::word(outcome);
    }

    pub(crate) async fn listen_to_room(&self, room: RoomId) -> Option<Listener> {
        self.listen(subject(room)).await
    }

    pub(crate) async fn listen_to_hubs(&self) -> Option<Listener> {
        self.listen(HUBS.to_owned()).await
    }

    async fn listen(&self, subject: String) -> Option<Listener> {
        let broker = self.broker.as_ref()?;
        let subscribed = broker.client.subscribe(subject);
        let Ok(Ok(subscriber)) = tokio::time::timeout(SUBSCRIBE_TIMEOUT, subscribed).await else {
            tracing::warn!("a subject can't be heard; the database is looked at instead");
            return None;
        };
        Some(Listener {
            subscriber,
            key: broker.key.clone(),
        })
    }
}

impl Listener {
    /// The next word of another hub; none when there will be no more.
    pub(crate) async fn next(&mut self) -> Option<Word> {
        loop {
            let message = self.subscriber.next().await?;
            let word = self.key.open(&message.payload).and_then(Word::decode);
            meters::word(if word.is_some() { "heard" } else { "refused" });
            if word.is_some() {
                return word;
            }
        }
    }
}

/// The next word, or never.
pub(crate) async fn hear(listener: &mut Option<Listener>) -> Word {
    if let Some(hearing) = listener {
        if let Some(word) = hearing.next().await {
            return word;
        }
        *listener = None;
    }
    core::future::pending().await
}
