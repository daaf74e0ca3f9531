//! Where in a room something is said: to all of it, or in one of its compartments. What is about a thing goes where that
//! thing lies. Nothing is ever said to others than those who were chosen: what does not fit together is refused.

use entente_device::engine::EngineError;
use entente_protocol::RoomId;
use entente_room::{
    Board, Boards, CheckId, DocumentId, HitId, Identifier, Reading, Rejected, TargetId, WatchList,
};

use crate::action::Action;
use crate::failure::Failure;

/// What an action is about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject {
    Target(TargetId),
    Hit(HitId),
    Check(CheckId),
}

impl Subject {
    fn lies_on(self, board: &Board) -> bool {
        match self {
            Self::Target(target) => board.target(target).is_some(),
            Self::Hit(hit) => board.hit(hit).is_some(),
            Self::Check(check) => board.check(check).is_some(),
        }
    }

    fn unknown(self) -> Failure {
        let reason = match self {
            Self::Target(_) => Rejected::UnknownTarget,
            Self::Hit(_) => Rejected::UnknownHit,
            Self::Check(_) => Rejected::UnknownCheck,
        };
        EngineError::Rejected(reason).into()
    }
}

/// Places of a room as a device sees them.
pub struct Places<'a> {
    room: RoomId,
    boards: &'a Boards<'a>,
}

impl<'a> Places<'a> {
    /// Of a room and the compartments in which this device sits.
    #[must_use]
    pub fn of(room: RoomId, boards: &'a Boards<'a>) -> Self {
        Self { room, boards }
    }

    fn all(&self) -> impl Iterator<Item = (RoomId, &'a Board)> {
        let room = self.room;
        let all = self.boards.all();
        all.map(move |(within, board)| (within.map_or(room, |inner| inner.compartment), board))
    }

    fn find(&self, on: impl Fn(&Board) -> bool) -> Option<RoomId> {
        let mut all = self.all();
        all.find(|(_, board)| on(board)).map(|(place, _)| place)
    }

    /// Where an action goes. `chosen` is who was chosen on the screen; nobody for what is about something.
    ///
    /// # Errors
    /// If it is about nothing that this device sees, was meant for others than those who see that, or names what they do
    /// not see; if something has to be chosen.
    pub fn of_action(&self, action: &Action, chosen: Option<RoomId>) -> Result<RoomId, Failure> {
        let place = match (action.subject(), action.asked_of()) {
            (Some(subject), _) => {
                let place = self.find(|board| subject.lies_on(board));
                let place = place.ok_or_else(|| subject.unknown())?;
                if place == self.room && action.is_promotion() {
                    return Err(EngineError::Rejected(Rejected::CompartmentOnly).into());
                }
                if action.goes_above() {
                    return self.risen(chosen);
                }
                self.agreed(place, chosen)?
            }
            (None, Some(identifier)) if chosen.is_none() && self.is_hidden(identifier) => {
                return Err(Failure::new("choose-audience"));
            }
            (None, _) => self.known(chosen)?,
        };
        if place != self.room && action.is_the_rooms() {
            return Err(EngineError::Rejected(Rejected::RoomOnly).into());
        }
        for target in action.named() {
            let lies = self.find(|board| board.target(target).is_some());
            let lies = lies.ok_or_else(|| Subject::Target(target).unknown())?;
            // Who sits in a compartment sees the room too; not the other way.
            if lies != place && lies != self.room {
                return Err(Failure::new("other-audience"));
            }
        }
        Ok(place)
    }

    /// On whose board an action is made that goes to `place`: what is promoted is taken from where it lies.
    #[must_use]
    pub fn made_at(&self, action: &Action, place: RoomId) -> RoomId {
        let subject = action.subject().filter(|_| action.goes_above());
        let lies = subject.and_then(|subject| self.find(|board| subject.lies_on(board)));
        lies.unwrap_or(place)
    }

    /// Where a document goes: to those who see what it shows, else to those who were chosen.
    ///
    /// # Errors
    /// As [`Places::of_action`].
    pub fn of_share(
        &self,
        target: Option<TargetId>,
        chosen: Option<RoomId>,
    ) -> Result<RoomId, Failure> {
        let Some(target) = target else {
            return self.known(chosen);
        };
        let place = self.find(|board| board.target(target).is_some());
        let place = place.ok_or_else(|| Subject::Target(target).unknown())?;
        self.agreed(place, chosen)
    }

    /// Where a document lies.
    ///
    /// # Errors
    /// If this device sees none of that id.
    pub fn of_document(&self, document: DocumentId) -> Result<RoomId, Failure> {
        let place = self.find(|board| board.documents().any(|(id, _)| id == document));
        place.ok_or_else(|| Failure::new("no-document"))
    }

    fn agreed(&self, place: RoomId, chosen: Option<RoomId>) -> Result<RoomId, Failure> {
        if chosen.is_some_and(|chosen| chosen != place) {
            return Err(Failure::new("other-audience"));
        }
        Ok(place)
    }

    /// From few readers to all of the room nothing goes unless somebody has said so.
    fn risen(&self, chosen: Option<RoomId>) -> Result<RoomId, Failure> {
        match chosen {
            Some(chosen) => self.agreed(self.room, Some(chosen)),
            None => Err(Failure::new("choose-audience")),
        }
    }

    /// A place that was chosen is one of this room's.
    fn known(&self, chosen: Option<RoomId>) -> Result<RoomId, Failure> {
        let wanted = chosen.unwrap_or(self.room);
        let mut all = self.all();
        let is_known = all.any(|(place, _)| place == wanted);
        is_known
            .then_some(wanted)
            .ok_or_else(|| Failure::new("no-room"))
    }

    /// Whether a compartment looks for an identifier: to ask the whole room about it would tell the room.
    fn is_hidden(&self, identifier: &Identifier) -> bool {
        let reading = Reading {
            check: identifier.check(),
            identifier: identifier.clone(),
        };
        let mut inner = self.all().filter(|(place, _)| *place != self.room);
        inner.any(|(_, board)| !WatchList::of(board).search(&reading).is_empty())
    }
}
