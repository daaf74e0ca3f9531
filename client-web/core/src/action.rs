//! What the page wants said in a room, as an event.

use entente_device::engine::EngineError;
use entente_protocol::{DeviceId, Fingerprint};
use entente_room::playbook::Span;
use entente_room::{
    Abort, Acknowledgement, Action as Acted, Answer, CheckAnswer, CheckId, CheckRequest, Choice,
    CustodyMove, CustodyStep, Evaluation, Event, HHour, Handling, HitId, HitRaised, Identifier,
    Link, Matched, PhaseBegun, Position, Rejected, Reopening, Say, Session, Sighting, TargetChange,
    TargetId, TargetKind, TargetStatus, TaskState, TaskStep, Verdict, Vote, VoteCall, WatchList,
};
use entente_trust::Country;
use serde::Deserialize;

use crate::failure::Failure;
use crate::place::Subject;
use crate::promotion;
use crate::view::plan_digest;

/// A place as the page gives it.
#[derive(Clone, Copy, Deserialize)]
pub struct Spot {
    lat: f64,
    lon: f64,
    #[serde(default)]
    accuracy_m: Option<f64>,
}

impl Spot {
    /// As events have it; none if there is no such place.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
    pub fn position(self) -> Option<Position> {
        let place = Position::from_degrees(self.lat, self.lon)?;
        Some(Position {
            accuracy_m: self.accuracy_m.map(|metres| metres.max(0.0).round() as u32),
            ..place
        })
    }
}

/// A link to another target.
#[derive(Deserialize)]
pub struct LinkWish {
    to: TargetId,
    relation: String,
}

/// A change of a target; a new one if it has no id.
#[derive(Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs)] // as in types.ts
pub struct TargetWish {
    target: Option<TargetId>,
    seen: u64,
    kind: Option<TargetKind>,
    name: Option<String>,
    status: Option<TargetStatus>,
    priority: Option<u8>,
    owner: Option<Country>,
    team: Option<String>,
    evaluation: Option<String>,
    handling: Option<Handling>,
    notes: Option<String>,
    add_identifiers: Vec<Identifier>,
    remove_identifiers: Vec<Identifier>,
    add_links: Vec<LinkWish>,
    remove_links: Vec<TargetId>,
}

/// What the page wants said.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
#[allow(missing_docs)] // as in types.ts
pub enum Action {
    Say {
        text: String,
        #[serde(default)]
        urgent: bool,
        #[serde(default)]
        reply_to: Option<u64>,
    },
    Target(TargetWish),
    Sighting {
        target: TargetId,
        seen_at_ms: u64,
        #[serde(default)]
        place: Option<Spot>,
        #[serde(default)]
        note: String,
    },
    Hit {
        identifier: Identifier,
        #[serde(default)]
        target: Option<TargetId>,
        #[serde(default)]
        place: Option<Spot>,
        #[serde(default)]
        note: String,
    },
    Acknowledge {
        hit: HitId,
        #[serde(default)]
        note: String,
    },
    Verdict {
        hit: HitId,
        confirmed: bool,
        #[serde(default)]
        note: String,
    },
    Action {
        hit: HitId,
        #[serde(default)]
        note: String,
    },
    Reopen {
        hit: HitId,
        #[serde(default)]
        note: String,
    },
    Check {
        identifier: Identifier,
        #[serde(default)]
        countries: Vec<Country>,
        #[serde(default)]
        note: String,
    },
    CheckAnswer {
        check: CheckId,
        answer: Answer,
        #[serde(default)]
        note: String,
    },
    Phase {
        phase: String,
        #[serde(default)]
        in_spite: Option<String>,
        #[serde(default)]
        after_abort: Option<u64>,
    },
    Task {
        task: String,
        #[serde(default)]
        country: Option<Country>,
        state: TaskState,
        #[serde(default)]
        note: String,
    },
    HHour {
        at_ms: Option<u64>,
        #[serde(default)]
        after_abort: Option<u64>,
    },
    CallVote {
        #[serde(default)]
        countries: Vec<Country>,
    },
    Vote {
        choice: Choice,
        #[serde(default)]
        note: String,
        #[serde(default)]
        plan: Option<String>,
    },
    Abort {
        reason: String,
    },
    Custody {
        target: TargetId,
        step: CustodyWish,
        #[serde(default)]
        country: Option<Country>,
        #[serde(default)]
        place: Option<Spot>,
        #[serde(default)]
        report_every: Option<Span>,
        #[serde(default)]
        note: String,
    },
    Promote {
        target: TargetId,
        shown: Fingerprint,
    },
    AnswerPromotion {
        target: TargetId,
        shown: Fingerprint,
        agreed: bool,
    },
    SayPromoted {
        target: TargetId,
        shown: Fingerprint,
    },
}

/// A step of custody.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum CustodyWish {
    Take,
    Offer,
    Accept,
    Refuse,
    CheckIn,
    Close,
}

impl Action {
    /// What it is about, if that is on a board.
    pub(crate) fn subject(&self) -> Option<Subject> {
        match self {
            Self::Target(wish) => wish.target.map(Subject::Target),
            Self::Sighting { target, .. }
            | Self::Custody { target, .. }
            | Self::Promote { target, .. }
            | Self::AnswerPromotion { target, .. }
            | Self::SayPromoted { target, .. } => Some(Subject::Target(*target)),
            Self::Hit { target, .. } => target.map(Subject::Target),
            Self::Acknowledge { hit, .. }
            | Self::Verdict { hit, .. }
            | Self::Action { hit, .. }
            | Self::Reopen { hit, .. } => Some(Subject::Hit(*hit)),
            Self::CheckAnswer { check, .. } => Some(Subject::Check(*check)),
            _ => None,
        }
    }

    /// The identifier that others learn by it.
    pub(crate) fn asked_of(&self) -> Option<&Identifier> {
        match self {
            Self::Hit { identifier, .. } | Self::Check { identifier, .. } => Some(identifier),
            _ => None,
        }
    }

    /// Other targets that it names.
    pub(crate) fn named(&self) -> impl Iterator<Item = TargetId> {
        let links = match self {
            Self::Target(wish) => wish.add_links.as_slice(),
            _ => &[],
        };
        links.iter().map(|link| link.to)
    }

    /// Whether it is about what is to leave a compartment.
    pub(crate) fn is_promotion(&self) -> bool {
        matches!(
            self,
            Self::Promote { .. } | Self::AnswerPromotion { .. } | Self::SayPromoted { .. }
        )
    }

    /// Whether what it is about lies with few, and all of the room read it.
    pub(crate) fn goes_above(&self) -> bool {
        matches!(self, Self::SayPromoted { .. })
    }

    /// Whether it is the whole room's affair.
    pub(crate) fn is_the_rooms(&self) -> bool {
        matches!(
            self,
            Self::Phase { .. }
                | Self::Task { .. }
                | Self::HHour { .. }
                | Self::CallVote { .. }
                | Self::Vote { .. }
                | Self::Abort { .. }
        )
    }
}

fn place(spot: Option<Spot>) -> Result<Option<Position>, Failure> {
    let position = spot.map(|spot| spot.position().ok_or_else(|| Failure::new("no-such-place")));
    position.transpose()
}

/// Everybody else who takes part, or all.
fn countries(session: &Session, named: Vec<Country>, with_own: bool) -> Vec<Country> {
    if !named.is_empty() {
        return named;
    }
    let own = own_country(session);
    let mut all: Vec<Country> = match session.compartment() {
        Some(inner) => inner.countries.clone(),
        None => {
            let authorities = session.charter().authorities.iter();
            authorities.map(|authority| authority.country).collect()
        }
    };
    all.retain(|country| with_own || Some(*country) != own);
    all.dedup();
    all
}

fn own_country(session: &Session) -> Option<Country> {
    let device: DeviceId = session.device();
    session.author(device).map(|author| author.country)
}

/// The event that an action is; `random` is for the id of what is new.
///
/// # Errors
/// A [`Failure`] that names what is wrong.
pub fn event(session: &Session, action: Action, random: [u8; 16]) -> Result<Event, Failure> {
    Ok(match action {
        Action::Say {
            text,
            urgent,
            reply_to,
        } => Event::Say(Say {
            text,
            urgent,
            reply_to,
        }),
        Action::Target(wish) => Event::Target(change(session, wish, random)?),
        Action::Sighting {
            target,
            seen_at_ms,
            place: spot,
            note,
        } => Event::Sighting(Sighting {
            target,
            seen_at_ms,
            position: place(spot)?,
            note,
        }),
        Action::Hit {
            identifier,
            target,
            place: spot,
            note,
        } => Event::Hit(raised(
            session,
            HitRaised {
                position: place(spot)?,
                note,
                ..HitRaised::seen(HitId::from_bytes(random), identifier, target)
            },
        )),
        Action::Acknowledge { hit, note } => Event::Acknowledge(Acknowledgement { hit, note }),
        Action::Verdict {
            hit,
            confirmed,
            note,
        } => Event::Verdict(Verdict {
            hit,
            confirmed,
            note,
        }),
        Action::Action { hit, note } => Event::Action(Acted { hit, note }),
        Action::Reopen { hit, note } => Event::Reopen(Reopening { hit, note }),
        Action::Check {
            identifier,
            countries: named,
            note,
        } => Event::Check(CheckRequest {
            check: CheckId::from_bytes(random),
            identifier,
            countries: countries(session, named, false),
            note,
        }),
        Action::CheckAnswer {
            check,
            answer,
            note,
        } => Event::CheckAnswer(CheckAnswer {
            check,
            answer,
            note,
        }),
        Action::Phase {
            phase,
            in_spite,
            after_abort,
        } => Event::Phase(PhaseBegun {
            in_spite,
            after_abort,
            ..PhaseBegun::of(&phase)
        }),
        Action::Task {
            task,
            country,
            state,
            note,
        } => Event::Task(TaskStep {
            task,
            country,
            state,
            note,
        }),
        Action::HHour { at_ms, after_abort } => Event::HHour(HHour { at_ms, after_abort }),
        Action::CallVote { countries: named } => Event::VoteCall(VoteCall {
            plan: session.board().plan_digest(),
            countries: countries(session, named, true),
        }),
        Action::Vote { choice, note, plan } => {
            let present = session.board().plan_digest();
            // A vote is on the plan that was on the screen.
            if plan.is_some_and(|seen| seen != plan_digest(session)) {
                return Err(EngineError::Rejected(Rejected::OtherPlan).into());
            }
            Event::Vote(Vote {
                plan: present,
                choice,
                note,
            })
        }
        Action::Abort { reason } => Event::Abort(Abort { reason }),
        Action::Custody {
            target,
            step,
            country,
            place: spot,
            report_every,
            note,
        } => Event::Custody(CustodyStep {
            target,
            step: custody(step, country)?,
            position: place(spot)?,
            report_every,
            note,
        }),
        Action::Promote { target, shown } => promotion::wanted(session, (target, shown), random)?,
        Action::AnswerPromotion {
            target,
            shown,
            agreed,
        } => promotion::answered(session, (target, shown), agreed)?,
        Action::SayPromoted { target, shown } => promotion::said(session, (target, shown))?,
    })
}

fn custody(step: CustodyWish, country: Option<Country>) -> Result<CustodyMove, Failure> {
    Ok(match step {
        CustodyWish::Take => CustodyMove::Take,
        CustodyWish::Offer => CustodyMove::Offer(country.ok_or_else(Failure::malformed)?),
        CustodyWish::Accept => CustodyMove::Accept,
        CustodyWish::Refuse => CustodyMove::Refuse,
        CustodyWish::CheckIn => CustodyMove::CheckIn,
        CustodyWish::Close => CustodyMove::Close,
    })
}

/// A hit says which target it is about and how surely, as far as the board knows.
fn raised(session: &Session, raised: HitRaised) -> HitRaised {
    let list = WatchList::of(session.board());
    let reading = entente_room::Reading {
        check: raised.identifier.check(),
        identifier: raised.identifier.clone(),
    };
    let matches = list.search(&reading);
    let wanted = raised.target;
    let found = matches
        .iter()
        .find(|found| wanted.is_none_or(|target| target == found.target));
    HitRaised {
        target: wanted.or(found.map(|found| found.target)),
        matched: found.map(|found| Matched {
            identifier: found.identifier.clone(),
            rule: found.rule,
            certainty: found.certainty,
        }),
        ..raised
    }
}

fn change(session: &Session, wish: TargetWish, random: [u8; 16]) -> Result<TargetChange, Failure> {
    let evaluation = wish.evaluation.filter(|text| !text.is_empty());
    let evaluation = evaluation
        .map(|text| Evaluation::from_name(&text).ok_or_else(|| Failure::new("no-such-evaluation")));
    let is_new = wish.target.is_none();
    let owner = wish
        .owner
        .or_else(|| own_country(session).filter(|_| is_new));
    Ok(TargetChange {
        target: wish.target.unwrap_or_else(|| TargetId::from_bytes(random)),
        seen: wish.seen,
        kind: wish.kind,
        name: wish.name,
        status: wish.status,
        priority: wish.priority,
        owner,
        team: wish.team,
        evaluation: evaluation.transpose()?,
        handling: wish.handling,
        notes: wish.notes,
        add_identifiers: wish.add_identifiers,
        remove_identifiers: wish.remove_identifiers,
        add_links: wish
            .add_links
            .into_iter()
            .map(|link| Link {
                to: link.to,
                relation: link.relation,
            })
            .collect(),
        remove_links: wish.remove_links,
        promoted: None,
    })
}
