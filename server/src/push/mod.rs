//! Web Push (RFC 8030): a knock without a word for devices that are not connected. One task does it,
//! beside everything else: nobody waits for it, and what does not fit into its queue is dropped.

mod sender;
mod task;
mod vapid;

use entente_delivery::PushAddress;
use entente_protocol::{DeviceId, ErrorCode, PushEndpoint, RoomId};
use tokio::sync::mpsc;

use crate::bus::Key;
use crate::entropy::random_bytes;
use crate::store::{PushSecret, Store};
use crate::{Config, ServerError, meters};

use sender::Sender;
pub(crate) use task::Task;
use vapid::VapidKey;

/// Messages whose receivers wait to be pushed.
const PUSH_QUEUE_WAKES: usize = 1_024;

/// Who should look, and where.
struct Wake {
    room: RoomId,
    devices: Vec<DeviceId>,
}

/// Hands over to the task.
pub(crate) struct Pusher {
    queue: mpsc::Sender<Wake>,
    public_key: String,
    insecure: bool,
}

/// Makes or loads the key, and derives the one for words between hubs from it. Nothing is pushed
/// before the task runs.
pub(crate) async fn prepare(
    config: &Config,
    names: &[String],
    store: &Store,
) -> Result<(Pusher, Task, Key), ServerError> {
    let fresh = VapidKey::fresh(random_bytes).ok_or(ServerError::PushKey("no randomness"))?;
    let secret: PushSecret = store.push_key(fresh).await?;
    let contact = match (&config.push_contact, names.first()) {
        (Some(contact), _) => contact.clone(),
        (None, Some(name)) => format!("https://{name}"),
        (None, None) => String::new(),
    };
    let key = VapidKey::new(&secret, contact).ok_or(ServerError::PushKey("damaged"))?;
    let (queue, wakes) = mpsc::channel(PUSH_QUEUE_WAKES);
    let pusher = Pusher {
        queue,
        public_key: key.public(),
        insecure: config.push_insecure,
    };
    let sender = Sender::new(key, config.push_insecure);
    let words = Key::derive(&secret.0);
    Ok((pusher, Task::new(wakes, sender), words))
}

impl Pusher {
    /// For browsers: base64url of the uncompressed point.
    pub(crate) fn public_key(&self) -> &str {
        &self.public_key
    }

    /// Whether this hub would push there; if not, the code and what is wrong.
    pub(crate) fn check(&self, endpoint: &PushEndpoint) -> Result<(), (ErrorCode, &'static str)> {
        PushAddress::parse(endpoint, self.insecure).map(|_| ())
    }

    /// Never waits.
    pub(crate) fn wake(&self, room: RoomId, devices: Vec<DeviceId>) {
        let is_needed = !devices.is_empty();
        if is_needed && self.queue.try_send(Wake { room, devices }).is_err() {
            meters::pushed("dropped");
        }
    }
}
