//! What must hold after each step, and what was found not to.

mod ending;
mod ledger;
mod members;
mod thief;
mod wire;

use core::fmt;

pub(crate) use ledger::Ledger;
pub(crate) use members::{Members, Picture};
pub(crate) use thief::Thieves;

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// Everybody has the same thing at the same place, and it is what the hub has stored there.
    OneOrder,
    /// What was acknowledged is on the disk, and stays there.
    AcknowledgedIsStored,
    /// Nothing that was said once is in the order twice.
    NoDuplicates,
    /// One commit ends an epoch, and all who are in an epoch agree on its keys.
    OneWinner,
    /// Nobody sits, or takes a seat, or moves the end, who may not by what the authorities decided.
    Policy,
    /// Boards at the same place are equal byte for byte.
    EqualBoards,
    /// A room that is closed takes nothing, and no device opens it again.
    ClosedStaysClosed,
    /// Who was removed is served nothing, and can't read what came after with all that it had.
    RemovedCantRead,
    /// A hub that has lost what it acknowledged is noticed by who had seen it.
    LossIsNoticed,
    /// No device cries wolf over an honest hub, or gives up what was to be said.
    NoFalseAlarm,
    /// When all is well again, all catch up, and what waited is said.
    Settles,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::OneOrder,
        Self::AcknowledgedIsStored,
        Self::NoDuplicates,
        Self::OneWinner,
        Self::Policy,
        Self::EqualBoards,
        Self::ClosedStaysClosed,
        Self::RemovedCantRead,
        Self::LossIsNoticed,
        Self::NoFalseAlarm,
        Self::Settles,
    ];
}

/// One that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// When, milliseconds since the simulation began.
    pub at_ms: u64,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            invariant,
            at_ms,
            what,
        } = self;
        write!(f, "{invariant:?} at {at_ms} ms: {what}")
    }
}

/// Collects violations.
#[derive(Default)]
pub(crate) struct Watch {
    /// If only one is looked for.
    pub(crate) only: Option<Invariant>,
    pub(crate) now_ms: u64,
    pub(crate) found: Option<Violation>,
}

impl Watch {
    /// Notes the first thing that does not hold.
    pub(crate) fn demand(
        &mut self,
        holds: bool,
        invariant: Invariant,
        what: impl FnOnce() -> String,
    ) {
        let is_wanted = self.only.is_none_or(|only| only == invariant);
        if !holds && is_wanted && self.found.is_none() {
            self.found = Some(Violation {
                invariant,
                at_ms: self.now_ms,
                what: what(),
            });
        }
    }
}
