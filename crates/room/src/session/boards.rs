//! One view of what one officer may see: the room's board, and those of the compartments in which the device sits, side by
//! side. Ids are random, so that they can't meet.

use entente_protocol::RoomId;
use entente_trust::{Compartment, Country};

use super::{Ended, Session};
use crate::board::{Matched, Stamp};
use crate::{Board, Event, Hit, HitId, Identifier, Reading, Target, TargetId, WatchList};

/// Where something lies, and what it is.
pub type Placed<'a, T> = (Option<&'a Compartment>, T);

/// What was seen is a hit, there and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// The room, or the compartment.
    pub room: RoomId,
    /// The target on its board.
    pub target: TargetId,
    /// By which identifier, and how surely.
    pub matched: Matched,
}

/// It is plaintext.
impl core::fmt::Debug for Found {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Found(hidden)")
    }
}

/// The boards of a room and its compartments.
pub struct Boards<'a> {
    room: &'a Session,
    compartments: Vec<&'a Session>,
}

impl<'a> Boards<'a> {
    /// Of a room's session and those of its compartments.
    #[must_use]
    pub fn of(room: &'a Session, compartments: Vec<&'a Session>) -> Self {
        Self { room, compartments }
    }

    fn sessions(&self) -> impl Iterator<Item = &'a Session> + use<'a> {
        core::iter::once(self.room).chain(self.compartments.clone())
    }

    /// Each board, the room's first.
    pub fn all(&self) -> impl Iterator<Item = Placed<'a, &'a Board>> + use<'a> {
        let sessions = self.sessions();
        sessions.map(|session| (session.compartment(), session.board()))
    }

    /// All targets, with the compartment in which they lie.
    pub fn targets(&self) -> impl Iterator<Item = (Placed<'a, TargetId>, &'a Target)> + use<'a> {
        self.all().flat_map(|(within, board)| {
            let targets = board.targets();
            targets.map(move |(id, target)| ((within, id), target))
        })
    }

    /// All hits, with the compartment in which they lie.
    pub fn hits(&self) -> impl Iterator<Item = (Placed<'a, HitId>, &'a Hit)> + use<'a> {
        self.all().flat_map(|(within, board)| {
            let hits = board.hits();
            hits.map(move |(id, hit)| ((within, id), hit))
        })
    }

    /// Each board's identifiers, arranged for searching, with the room or compartment whose they are; the room's first.
    /// A compartment that has ended is none any more.
    #[must_use]
    pub fn watch_lists(&self) -> Vec<(RoomId, WatchList)> {
        let is_there = |it: &&Session| it.compartment().is_none() || it.ended().is_none();
        let sessions = self.sessions().filter(is_there);
        let lists = sessions.map(|it| (it.room(), WatchList::of(it.board())));
        lists.collect()
    }

    /// On each board that knows what was seen the target that it most surely is: a hit is raised there, so that nobody
    /// learns of it who does not know that target. Where none knows it, it is nobody's, and the room's.
    #[must_use]
    pub fn search(&self, seen: &Reading) -> Vec<Found> {
        let lists = self.watch_lists();
        let found = lists.iter().filter_map(|(room, list)| {
            let found = list.search(seen);
            let best = found.first()?;
            Some(Found {
                room: *room,
                target: best.target,
                matched: Matched {
                    identifier: best.identifier.clone(),
                    rule: best.rule,
                    certainty: best.certainty,
                },
            })
        });
        found.collect()
    }

    /// What is said in the room to come from a compartment, and comes from none. Only who sits in all of them, with all
    /// their boards, can tell.
    #[must_use]
    pub fn unfounded(&self) -> Vec<Stamp> {
        let mut sessions = self.sessions();
        if self.unseen() > 0 || !sessions.all(Session::is_board_ready) {
            return Vec::new();
        }
        let targets = self.room.board().targets().map(|(_, target)| target);
        let claimed = targets.filter_map(|target| Some((target.promoted?, target.created)));
        let unfounded = claimed.filter(|(digest, _)| {
            let mut inner = self.compartments.iter();
            inner.all(|it| it.board().promotion(digest).is_none())
        });
        unfounded.map(|(_, stamp)| stamp).collect()
    }

    /// The compartment to which an event belongs that is about to be said in the room: it names something that lies
    /// there. The room would refuse it, and have read it.
    #[must_use]
    pub fn belongs_to(&self, event: &Event) -> Option<RoomId> {
        let room = self.room.board();
        let (targets, hits) = (event.targets(), event.hits());
        let check = event.check_request();
        let lies_in = |board: &Board| {
            let is_there =
                |it: &TargetId| room.target(*it).is_none() && board.target(*it).is_some();
            let is_hit = |it: &HitId| room.hit(*it).is_none() && board.hit(*it).is_some();
            targets.iter().any(is_there)
                || hits.iter().any(is_hit)
                || check.is_some_and(|it| room.check(it).is_none() && board.check(it).is_some())
        };
        let mut inner = self.compartments.iter();
        let inner = inner.find(|it| lies_in(it.board()))?;
        Some(inner.room())
    }

    /// The board on which a target is; none if this device sees none of that id.
    #[must_use]
    pub fn of_target(&self, target: TargetId) -> Option<Placed<'a, &'a Board>> {
        self.all().find(|(_, board)| board.target(target).is_some())
    }

    /// The countries that see a target; all of the room's if none are named.
    #[must_use]
    pub fn mark(&self, target: TargetId) -> Option<&'a [Country]> {
        let (within, _) = self.of_target(target)?;
        within.map(|compartment| compartment.countries.as_slice())
    }

    /// Where an identifier is known: a hit on it is raised there.
    pub fn with_identifier(
        &self,
        identifier: &Identifier,
    ) -> impl Iterator<Item = Placed<'a, TargetId>> + use<'a> {
        let identifier = identifier.clone();
        self.all().flat_map(move |(within, board)| {
            let found: Vec<_> = board
                .targets_with(&identifier)
                .map(|(id, _)| (within, id))
                .collect();
            found
        })
    }

    /// How many compartments of the room this device does not sit in, as far as they were announced. Where it has lost its
    /// seat it does not sit any more.
    #[must_use]
    pub fn unseen(&self) -> usize {
        let is_gone = |it: &&Session| matches!(it.ended(), Some(Ended::Removed { .. }));
        let sat = self.compartments.iter().copied();
        let seen = sat.filter(|it| !is_gone(it));
        let seen = seen.filter_map(Session::compartment);
        let seen: Vec<_> = seen.map(|it| *it.commitment().as_bytes()).collect();
        let announced = self.room.board().compartments().iter();
        announced
            .filter(|it| !seen.contains(&it.commitment))
            .count()
    }
}
