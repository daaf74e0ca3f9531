//! Targets and their fields.

use std::collections::BTreeMap;

use entente_trust::{Country, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::field::Field;
use super::{Position, Rejected, Stamp};
use crate::limits::{
    MAX_FIELD_HISTORY, MAX_IDENTIFIERS, MAX_LINKS, MAX_TRACK_POINTS, STALE_AFTER_MS,
};
use crate::{Identifier, Sighting, TargetChange};

entente_protocol::id_newtype!(
    /// A target on a room's board. Random.
    TargetId,
    16
);

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)] // the names are the documentation
        pub enum $name { $(#[serde(rename = $text)] $variant),* }

        impl $name {
            /// Each, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in events, playbooks and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The one of a name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    };
}
pub(super) use named;

named! {
    /// What a target is.
    TargetKind {
        Person = "person",
        Vehicle = "vehicle",
        Vessel = "vessel",
        Aircraft = "aircraft",
        Container = "container",
        Parcel = "parcel",
        Place = "place",
        Phone = "phone",
        Account = "account",
        Vendor = "vendor",
    }
}

named! {
    /// Where a target stands.
    TargetStatus {
        Nominated = "nominated",
        Approved = "approved",
        UnderSurveillance = "under_surveillance",
        Moving = "moving",
        InCustody = "in_custody",
        Seized = "seized",
        Lost = "lost",
        StoodDown = "stood_down",
    }
}

named! {
    /// What may be done with information (Europol handling codes).
    Handling {
        H0 = "H0",
        H1 = "H1",
        H2 = "H2",
        H3 = "H3",
    }
}

named! {
    /// How good a source is.
    Source {
        A = "A",
        B = "B",
        C = "C",
        D = "D",
        X = "X",
    }
}

/// How good the source (A–D, X) and the information (1–4) are, as `B2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The source.
    pub source: Source,
    /// The information: 1 known to be true to 4 can't be judged.
    pub information: u8,
}

impl Evaluation {
    /// From `B2`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (source, information) = name.split_at_checked(1)?;
        let information: u8 = information.parse().ok()?;
        Some(Self {
            source: Source::from_name(&source.to_ascii_uppercase())?,
            information,
        })
        .filter(|_| (1..=4).contains(&information))
    }
}

impl core::fmt::Display for Evaluation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}{}", self.source.as_str(), self.information)
    }
}

impl TargetStatus {
    /// Which statuses may follow on this one.
    #[must_use]
    pub const fn next(self) -> &'static [Self] {
        use TargetStatus::{
            Approved, InCustody, Lost, Moving, Nominated, Seized, StoodDown, UnderSurveillance,
        };
        match self {
            Nominated => &[Approved, UnderSurveillance, Moving, StoodDown],
            Approved => &[
                UnderSurveillance,
                Moving,
                InCustody,
                Seized,
                Lost,
                StoodDown,
            ],
            UnderSurveillance => &[Approved, Moving, InCustody, Seized, Lost, StoodDown],
            Moving => &[UnderSurveillance, InCustody, Seized, Lost, StoodDown],
            Lost => &[UnderSurveillance, Moving, InCustody, Seized, StoodDown],
            // Escaped, taken back, released.
            InCustody | Seized => &[Lost, StoodDown],
            StoodDown => &[Nominated],
        }
    }

    /// Whether a target of this status is part of the plan that countries vote on.
    #[must_use]
    pub const fn is_planned(self) -> bool {
        !matches!(self, Self::Nominated | Self::StoodDown)
    }
}

/// A link to another target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTo {
    /// How.
    pub relation: String,
    /// Who said so.
    pub stamp: Stamp,
}

/// An identifier or a link that a target has no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOff {
    /// Which.
    pub what: Part,
    /// Who had put it there.
    pub put: Stamp,
    /// Who took it off.
    pub taken: Stamp,
}

/// A part of a target of which it can have many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// An identifier.
    Identifier(Identifier),
    /// A link.
    Link {
        /// To which target.
        to: TargetId,
        /// How.
        relation: String,
    },
}

/// Where and when a target was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When, Unix milliseconds, by whom it was seen.
    pub seen_at_ms: u64,
    /// Where.
    pub position: Option<Position>,
    /// How.
    pub note: String,
    /// Who said so.
    pub stamp: Stamp,
}

impl Seen {
    /// Whether it is too long ago to act on.
    #[must_use]
    pub const fn is_stale(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.seen_at_ms) > STALE_AFTER_MS
    }
}

/// A change that its author made without having seen it was replaced by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overtaken {
    /// The field.
    pub field: String,
    /// The value that is gone, as events have it.
    pub value: String,
    /// Whose it was.
    pub by: Stamp,
}

/// One target.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Who put it on the board.
    pub created: Stamp,
    /// What it is.
    pub kind: Field<TargetKind>,
    /// Its name on the board.
    pub name: Field<String>,
    /// Where it stands.
    pub status: Field<TargetStatus>,
    /// 1 (highest) to 5.
    pub priority: Field<u8>,
    /// The country that answers for it: its author's unless another was named.
    pub owner: Field<Country>,
    /// The team that is on it; empty if none is.
    pub team: Field<String>,
    /// How good source and information are.
    pub evaluation: Field<Option<Evaluation>>,
    /// What may be done with it.
    pub handling: Field<Option<Handling>>,
    /// Free notes.
    pub notes: Field<String>,
    /// Its identifiers, with who added each.
    pub identifiers: BTreeMap<Identifier, Stamp>,
    /// Its links.
    pub links: BTreeMap<TargetId, LinkTo>,
    /// Identifiers and links that it had, oldest first, the last [`MAX_FIELD_HISTORY`].
    pub taken_off: Vec<TakenOff>,
    /// Where it was seen, in the order of time, the last [`MAX_TRACK_POINTS`].
    pub track: Vec<Seen>,
    /// If it was in a compartment before: digest of what was agreed on there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promoted: Option<[u8; 32]>,
}

const DEFAULT_PRIORITY: u8 = 3;

impl Target {
    pub(super) fn new(
        change: &TargetChange,
        handling: Option<Handling>,
        stamp: Stamp,
    ) -> Result<Self, Rejected> {
        let kind = change.kind.ok_or(Rejected::Incomplete)?;
        let name = change.name.clone().ok_or(Rejected::Incomplete)?;
        let status = change.status.unwrap_or(TargetStatus::Nominated);
        let owner = change.owner.unwrap_or(stamp.country);
        check_step(TargetStatus::Nominated, status, owner, stamp)?;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut target = Self {
            created: stamp,
            kind: Field::new(kind, stamp),
            name: Field::new(name, stamp),
            status: Field::new(status, stamp),
            priority: Field::new(change.priority.unwrap_or(DEFAULT_PRIORITY), stamp),
            owner: Field::new(owner, stamp),
            team: Field::new(text(&change.team), stamp),
            evaluation: Field::new(change.evaluation, stamp),
            handling: Field::new(change.handling.or(handling), stamp),
            notes: Field::new(text(&change.notes), stamp),
            identifiers: BTreeMap::new(),
            links: BTreeMap::new(),
            taken_off: Vec::new(),
            track: Vec::new(),
            promoted: change.promoted,
        };
        target.change_lists(change, stamp)?;
        Ok(target)
    }

    /// All or nothing. Returns the changes of others that the author had not seen.
    pub(super) fn change(
        &mut self,
        change: &TargetChange,
        stamp: Stamp,
    ) -> Result<Vec<Overtaken>, Rejected> {
        if let Some(status) = change.status.filter(|status| *status != self.status.value) {
            if !self.status.value.next().contains(&status) {
                return Err(Rejected::Transition);
            }
            check_step(self.status.value, status, self.owner.value, stamp)?;
        }
        // Who answers for a target is not for the field to say.
        let gives = change.owner.is_some_and(|owner| owner != self.owner.value);
        if gives && !decides(stamp.role) {
            return Err(Rejected::Role);
        }
        self.change_lists(change, stamp)?;
        let mut overtaken = Vec::new();
        let mut author = Setter {
            seen: change.seen,
            stamp,
            overtaken: &mut overtaken,
        };
        let kind = |it: &TargetKind| it.as_str().to_owned();
        author.set(("kind", kind), &mut self.kind, change.kind);
        author.set(("name", Clone::clone), &mut self.name, change.name.clone());
        let status = |it: &TargetStatus| it.as_str().to_owned();
        author.set(("status", status), &mut self.status, change.status);
        let number = ToString::to_string;
        author.set(("priority", number), &mut self.priority, change.priority);
        let country = ToString::to_string;
        author.set(("owner", country), &mut self.owner, change.owner);
        author.set(("team", Clone::clone), &mut self.team, change.team.clone());
        let evaluation = |it: &Option<Evaluation>| it.map_or_else(String::new, |it| it.to_string());
        let evaluated = change.evaluation.map(Some);
        author.set(("evaluation", evaluation), &mut self.evaluation, evaluated);
        let code = |it: &Option<Handling>| it.map_or("", Handling::as_str).to_owned();
        let handling = change.handling.map(Some);
        author.set(("handling", code), &mut self.handling, handling);
        author.set(
            ("notes", Clone::clone),
            &mut self.notes,
            change.notes.clone(),
        );
        Ok(overtaken)
    }

    fn change_lists(&mut self, change: &TargetChange, stamp: Stamp) -> Result<(), Rejected> {
        let removed = |id: &Identifier| change.remove_identifiers.contains(id);
        let kept = self.identifiers.keys().filter(|id| !removed(id)).count();
        let new = change
            .add_identifiers
            .iter()
            .filter(|id| removed(id) || !self.identifiers.contains_key(*id));
        let unlinked = |to: &TargetId| change.remove_links.contains(to);
        let links = self.links.keys().filter(|to| !unlinked(to)).count();
        if kept + new.count() > MAX_IDENTIFIERS || links + change.add_links.len() > MAX_LINKS {
            return Err(Rejected::Full);
        }
        for identifier in &change.remove_identifiers {
            if let Some(put) = self.identifiers.remove(identifier) {
                self.take_off(Part::Identifier(identifier.clone()), put, stamp);
            }
        }
        for identifier in &change.add_identifiers {
            self.identifiers.entry(identifier.clone()).or_insert(stamp);
        }
        for to in &change.remove_links {
            if let Some(link) = self.links.remove(to) {
                self.unlink(*to, link, stamp);
            }
        }
        for link in &change.add_links {
            let relation = link.relation.clone();
            let before = self.links.insert(link.to, LinkTo { relation, stamp });
            if let Some(before) = before.filter(|before| before.relation != link.relation) {
                self.unlink(link.to, before, stamp);
            }
        }
        Ok(())
    }

    fn unlink(&mut self, to: TargetId, link: LinkTo, stamp: Stamp) {
        let relation = link.relation;
        self.take_off(Part::Link { to, relation }, link.stamp, stamp);
    }

    fn take_off(&mut self, what: Part, put: Stamp, taken: Stamp) {
        if self.taken_off.len() >= MAX_FIELD_HISTORY {
            self.taken_off.remove(0);
        }
        self.taken_off.push(TakenOff { what, put, taken });
    }

    /// Puts a sighting into the track, at its place in time.
    pub(super) fn see(&mut self, sighting: &Sighting, stamp: Stamp) {
        let seen = Seen {
            seen_at_ms: sighting.seen_at_ms,
            position: sighting.position,
            note: sighting.note.clone(),
            stamp,
        };
        let place = self
            .track
            .partition_point(|other| other.seen_at_ms <= seen.seen_at_ms);
        self.track.insert(place, seen);
        if self.track.len() > MAX_TRACK_POINTS {
            self.track.remove(0);
        }
    }

    /// Where and when it was seen last.
    #[must_use]
    pub fn last_seen(&self) -> Option<&Seen> {
        self.track.last()
    }

    /// Its last known place: the newest sighting that has one.
    #[must_use]
    pub fn last_position(&self) -> Option<(&Seen, Position)> {
        self.track
            .iter()
            .rev()
            .find_map(|seen| Some((seen, seen.position?)))
    }

    /// Whether anybody still looks for it.
    #[must_use]
    pub const fn is_wanted(&self) -> bool {
        !matches!(
            self.status.value,
            TargetStatus::StoodDown | TargetStatus::Seized | TargetStatus::InCustody
        )
    }
}

const fn decides(role: Role) -> bool {
    matches!(role, Role::Coordinator | Role::Liaison)
}

/// To approve is to decide. So is to make a nominated target part of the plan; but a country's own
/// officers may begin to watch or follow what is their country's.
fn check_step(
    from: TargetStatus,
    to: TargetStatus,
    owner: Country,
    stamp: Stamp,
) -> Result<(), Rejected> {
    let is_free = match (from, to) {
        (_, TargetStatus::Approved) => false,
        (TargetStatus::Nominated, to) if to.is_planned() => owner == stamp.country,
        _ => true,
    };
    if is_free || decides(stamp.role) {
        Ok(())
    } else {
        Err(Rejected::Role)
    }
}

/// Somebody who sets fields.
struct Setter<'a> {
    seen: u64,
    stamp: Stamp,
    overtaken: &'a mut Vec<Overtaken>,
}

impl Setter<'_> {
    fn set<T: PartialEq>(
        &mut self,
        (name, text): (&str, impl Fn(&T) -> String),
        field: &mut Field<T>,
        value: Option<T>,
    ) {
        let Some(value) = value.filter(|value| *value != field.value) else {
            return;
        };
        let is_unseen = self.seen != 0 && field.stamp.seq > self.seen;
        if is_unseen && field.stamp.author != self.stamp.author {
            self.overtaken.push(Overtaken {
                field: name.to_owned(),
                value: text(&field.value),
                by: field.stamp,
            });
        }
        field.set(value, self.stamp);
    }
}

impl core::fmt::Debug for Target {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Target(hidden)")
    }
}
