//! Short-lived words on the screen. What a screen shows anyway is not told twice.

use entente_device::engine::EngineEvent;
use entente_protocol::{DeviceId, RoomId};
use entente_room::{Author, Event, Notice};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::failure::Failure;

/// How loud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Seen if one looks.
    Quiet,
    /// A word.
    Normal,
    /// Sound.
    Urgent,
    /// Somebody may be lying.
    Security,
}

/// A word; `kind` names a text of the page: `web-notice-<kind>`, or itself if that begins with `error-`,
/// `rejected-` or `policy-`.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct NoticeView {
    pub kind: String,
    pub urgency: Urgency,
    pub args: Map<String, Value>,
    /// Of a compartment: the countries that see it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
}

fn who(author: &Author) -> Value {
    format!("{} ({})", author.callsign, author.country).into()
}

/// The text's key of a refusal.
fn key(code: &str) -> String {
    if code.starts_with("rejected-") || code.starts_with("policy-") {
        code.to_owned()
    } else {
        format!("error-{code}")
    }
}

impl NoticeView {
    fn new(kind: &str, urgency: Urgency, args: &[(&str, Value)]) -> Self {
        let args = args
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        Self {
            kind: kind.to_owned(),
            urgency,
            args: args.collect(),
            countries: Vec::new(),
            seq: None,
        }
    }

    /// A refusal.
    #[must_use]
    pub fn failure(failure: &Failure) -> Self {
        Self::new(&key(&failure.code), Urgency::Urgent, &[])
    }

    /// Whether it says that somebody may be lying.
    #[must_use]
    pub fn is_security(&self) -> bool {
        self.urgency == Urgency::Security
    }

    /// The same of a compartment: nobody must take it for its room. What the room says too is said once.
    #[must_use]
    pub fn within(self, countries: Vec<String>) -> Option<Self> {
        let kind = match self.kind.as_str() {
            "closed" | "amended" | "revoked" => return None,
            "joined" => "joined-compartment".to_owned(),
            "removed" => "removed-compartment".to_owned(),
            _ => self.kind,
        };
        Some(Self {
            kind,
            countries,
            ..self
        })
    }

    /// As the page gets it.
    #[must_use]
    pub fn push(&self, room: Option<RoomId>) -> Value {
        json!({ "push": "notice", "room": room, "notice": self })
    }

    /// What an event is to say; nothing if a screen shows it.
    #[must_use]
    pub fn of(event: &EngineEvent, me: DeviceId) -> Option<Self> {
        use Urgency::{Security, Urgent};
        let view = match event {
            EngineEvent::HubClock { difference_ms } => {
                let seconds = Value::from(difference_ms / 1_000);
                Self::new("hub-clock", Security, &[("seconds", seconds)])
            }
            EngineEvent::UnknownInviter {
                inviter, authority, ..
            } => {
                let authority = Value::from(authority.to_string());
                let args = [("who", who(inviter)), ("authority", authority)];
                Self::new("unknown-inviter", Security, &args)
            }
            EngineEvent::JoinRefused { .. } => Self::new("join-refused", Security, &[]),
            EngineEvent::AskRefused { .. } => Self::new("ask-refused", Urgent, &[]),
            EngineEvent::HubRefused { code, .. } => {
                let code = Value::from(code.as_str().replace('_', "-"));
                Self::new("hub-refused", Urgent, &[("code", code)])
            }
            EngineEvent::GivenUp { .. } => Self::new("given-up", Urgent, &[]),
            EngineEvent::Stopped { .. } => Self::new("stopped", Urgent, &[]),
            EngineEvent::Room { notice, .. } => return Self::of_notice(notice, me),
            EngineEvent::Connected { .. }
            | EngineEvent::ClockUncertain { .. }
            | EngineEvent::Disconnected { .. }
            | EngineEvent::Joined { .. }
            | EngineEvent::CaughtUp { .. } => return None,
        };
        Some(view)
    }

    fn of_notice(notice: &Notice, me: DeviceId) -> Option<Self> {
        use Urgency::{Normal, Security, Urgent};
        let mut view = match notice {
            Notice::Said { author, say, .. } if say.urgent && author.device != me => {
                let args = [("who", who(author)), ("text", say.text.clone().into())];
                Self::new("urgent", Urgent, &args)
            }
            Notice::AskedToJoin { asker } => {
                Self::new("asked-to-join", Normal, &[("who", who(asker))])
            }
            Notice::Joined { by, .. } => Self::new("joined", Normal, &[("who", who(by))]),
            Notice::Board { author, event, .. } if author.device != me => {
                let of = [("who", who(author))];
                match event {
                    Event::Abort(_) => Self::new("abort", Urgent, &of),
                    Event::Reopen(_) => Self::new("reopen", Urgent, &of),
                    Event::Escalate(_) => Self::new("escalate", Urgent, &[]),
                    Event::CustodyAlarm(_) => Self::new("custody-alarm", Urgent, &[]),
                    Event::VoteCall(_) => Self::new("vote-call", Urgent, &of),
                    Event::HHour(set) if set.at_ms.is_some() => Self::new("h-hour", Urgent, &of),
                    Event::HHour(_) => Self::new("h-hour-off", Urgent, &of),
                    Event::Check(_) => Self::new("check", Normal, &of),
                    Event::CheckAnswer(_) => Self::new("check-answer", Normal, &of),
                    Event::Phase(_) => Self::new("phase", Normal, &of),
                    Event::Promote(wanted) => {
                        let name = wanted.say.name.clone().unwrap_or_default();
                        let [who] = of;
                        Self::new("promote", Normal, &[who, ("name", name.into())])
                    }
                    Event::Promotion(answer) if answer.agreed => {
                        Self::new("promotion-agreed", Normal, &of)
                    }
                    Event::Promotion(_) => Self::new("promotion-refused", Normal, &of),
                    Event::Target(change) if change.promoted.is_some() => {
                        Self::new("promoted", Normal, &of)
                    }
                    _ => return None,
                }
            }
            Notice::VotesVoid { .. } => Self::new("votes-void", Urgent, &[]),
            Notice::Rejected { author, reason, .. } if author.device == me => {
                let name = reason.as_str().replace('_', "-");
                Self::new(&format!("rejected-{name}"), Urgent, &[])
            }
            Notice::Revoked { .. } => Self::new("revoked", Urgent, &[]),
            Notice::CharterAmended { by, .. } => Self::new("amended", Normal, &[("who", who(by))]),
            Notice::AmendmentSigned { author, .. } if author.device != me => {
                Self::new("amendment-signed", Normal, &[("who", who(author))])
            }
            Notice::Gap { .. } => Self::new("gap", Security, &[]),
            Notice::NeedsNewerClient { .. } => Self::new("newer-client", Normal, &[]),
            Notice::Security { .. } => Self::new("security", Security, &[]),
            Notice::Removed { by, .. } => Self::new("removed", Urgent, &[("who", who(by))]),
            Notice::Closed { .. } => Self::new("closed", Normal, &[]),
            _ => return None,
        };
        view.seq = match notice {
            Notice::Said { seq, .. } | Notice::Board { seq, .. } => Some(*seq),
            _ => None,
        };
        Some(view)
    }
}
