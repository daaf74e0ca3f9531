//! One view of what one officer may see: the room's board, and those of the compartments in which the device sits, side by
//! side. Ids are random, so that they can't meet.

use entente_trust::{Compartment, Country};

use super::Session;
use crate::{Board, Hit, HitId, Identifier, Target, TargetId};

/// Where something lies, and what it is.
pub type Placed<'a, T> = (Option<&'a Compartment>, T);

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

    /// Each board, the room's first.
    pub fn all(&self) -> impl Iterator<Item = Placed<'a, &'a Board>> + use<'a> {
        let sessions = core::iter::once(self.room).chain(self.compartments.clone());
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

    /// How many compartments of the room this device does not sit in, as far as they were announced.
    #[must_use]
    pub fn unseen(&self) -> usize {
        let seen = self.compartments.iter().filter_map(|it| it.compartment());
        let seen: Vec<_> = seen.map(|it| *it.commitment().as_bytes()).collect();
        let announced = self.room.board().compartments().iter();
        announced
            .filter(|it| !seen.contains(&it.commitment))
            .count()
    }
}
