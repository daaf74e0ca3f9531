//! The calls of the page, by name.

use std::rc::Rc;

use entente_device::documents::Share;
use entente_protocol::RoomId;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Answered;
use super::rooms::target;
use super::state::Inner;
use crate::check::passphrase;
use crate::failure::Failure;

/// The arguments of a call, one after the other.
struct Arguments(std::vec::IntoIter<Value>);

impl Arguments {
    fn next<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        let value = self.0.next().unwrap_or(Value::Null);
        serde_json::from_value(value).map_err(|error| Failure {
            code: "malformed".to_owned(),
            // Where, not what: a value may be a secret.
            detail: Some(format!("{:?}", error.classify())),
        })
    }
}

impl Inner {
    pub(super) async fn carry_out(
        self: Rc<Self>,
        name: &str,
        arguments: Vec<Value>,
        bytes: Option<Vec<u8>>,
    ) -> Result<Answered, Failure> {
        let mut given = Arguments(arguments.into_iter());
        match name {
            "device" => {
                let view = self.device_view().await;
                return Answered::json(&view);
            }
            "enrol" => {
                let (ticket, hub): (String, String) = (given.next()?, given.next()?);
                self.enrol(&ticket, &hub, &passphrase(bytes)?).await?;
            }
            "unlock" => self.unlock(&passphrase(bytes)?).await?,
            "lock" => self.lock().await?,
            "set_duress" => self.set_duress(&passphrase(bytes)?).await?,
            "set_autolock" => self.set_autolock(given.next()?).await?,
            "wipe" => self.wipe().await?,
            "parties" => return Answered::json(&self.parties().await?),
            "trust" => self.trust(&given.next::<String>()?).await?,
            "directory" => return Answered::json(&self.directory().await?),
            "open_room" => return Answered::json(&self.open_room(given.next()?).await?),
            "open_compartment" => {
                let room = given.next()?;
                let opened = self.open_compartment(room, given.next()?).await?;
                self.changed.notify_one();
                return Answered::json(&opened);
            }
            "look_at" => self.look_at(given.next()?).await?,
            "act" => {
                let room = given.next()?;
                let action = given.next()?;
                self.act(room, action, given.next()?).await?;
            }
            "share" => {
                let room = given.next()?;
                let (name, media_type) = (given.next()?, given.next()?);
                // The bytes' place.
                let _: Value = given.next()?;
                let target = target(given.next::<Option<String>>()?.as_deref())?;
                let share = Share {
                    name,
                    media_type,
                    target,
                };
                let bytes = bytes.ok_or_else(Failure::malformed)?;
                let document = self.share(room, share, bytes, given.next()?).await?;
                self.changed.notify_one();
                return Answered::json(&document);
            }
            "document" => {
                let room = given.next()?;
                return Ok(Answered::Bytes(self.document(room, given.next()?).await?));
            }
            "check" => {
                let room = given.next()?;
                let (kind, text): (String, String) = (given.next()?, given.next()?);
                return Answered::json(&self.check(room, &kind, &text).await?);
            }
            "analysis" => {
                let rooms: Vec<RoomId> = given.next()?;
                return Answered::json(&self.analysis(&rooms).await?);
            }
            "ask_to_join" => self.engine()?.ask_to_join(given.next()?).await?,
            "stop_asking" => self.engine()?.stop_asking(given.next()?).await?,
            "dismiss" => {
                let room = given.next()?;
                self.dismiss(room, given.next()?).await?;
            }
            "admit" => {
                let room = given.next()?;
                self.admit(room, given.next()?).await?;
            }
            "remove" => {
                let room = given.next()?;
                self.remove(room, given.next()?).await?;
            }
            "extend" => {
                let room = given.next()?;
                self.extend(room, given.next()?).await?;
            }
            "sign" => {
                let room = given.next()?;
                self.sign(room, given.next()?).await?;
            }
            "leave" => self.leave(given.next()?).await?,
            "position" => {
                let room = given.next()?;
                self.position(room, given.next()?).await?;
            }
            "push_subscribe" => self.push_subscribe(given.next()?).await?,
            _ => return Err(Failure::new("unknown-call")),
        }
        self.changed.notify_one();
        Ok(Answered::nothing())
    }
}
