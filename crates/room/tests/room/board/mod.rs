//! The rules of the board, one by one.

mod aborts;
mod checks;
mod custody;
mod hits;
mod phases;
mod targets;
mod votes;

use std::sync::Arc;

use entente_protocol::DeviceId;
use entente_room::{
    Applied, Author, Board, Event, PhaseBegun, Rejected, TargetChange, TargetId, TargetKind,
    TargetStatus, VoteCall,
};
use entente_trust::Role;

use crate::operations::playbook;

const T0: u64 = 1_800_000_000_000;

/// A board on which anybody can be asked to say something.
struct Room {
    board: Board,
    seq: u64,
    now: u64,
}

fn author(country: &str, role: Role, seed: u8) -> Author {
    Author {
        device: DeviceId::from_bytes([seed; 16]),
        callsign: format!("Call{seed}"),
        country: country.parse().unwrap(),
        role,
    }
}

fn petra() -> Author {
    author("JO", Role::Coordinator, 1)
}
fn dune() -> Author {
    author("AE", Role::Liaison, 2)
}
fn cacao() -> Author {
    author("CI", Role::Liaison, 3)
}
fn falcon() -> Author {
    author("JO", Role::Field, 4)
}
fn oryx() -> Author {
    author("AE", Role::Field, 5)
}

const LORRY: TargetId = TargetId::from_bytes([1; 16]);

impl Room {
    fn new() -> Self {
        Self {
            board: Board::of(Arc::new(playbook())),
            seq: 0,
            now: T0,
        }
    }

    /// A room with a lorry of the Emirates on the board.
    fn with_lorry() -> Self {
        let mut room = Self::new();
        room.ok(
            &petra(),
            lorry(|change| change.owner = Some("AE".parse().unwrap())),
        );
        room
    }

    fn says(&mut self, who: &Author, event: Event) -> Result<Applied, Rejected> {
        self.seq += 1;
        let before = self.board.digest();
        let result = self.board.apply(&event, who, self.seq, self.now);
        if result.is_err() {
            assert_eq!(
                self.board.digest(),
                before,
                "a refused event changes nothing"
            );
        }
        result.map(|outcome| outcome.applied)
    }

    fn ok(&mut self, who: &Author, event: Event) -> Applied {
        self.says(who, event).unwrap()
    }

    fn refused(&mut self, who: &Author, event: Event) -> Rejected {
        self.says(who, event).unwrap_err()
    }

    fn passes(&mut self, seconds: u64) {
        self.now += seconds * 1_000;
    }
}

fn lorry(fill: impl FnOnce(&mut TargetChange)) -> Event {
    let mut change = TargetChange {
        kind: Some(TargetKind::Vehicle),
        name: Some("lorry".into()),
        ..TargetChange::of(LORRY)
    };
    fill(&mut change);
    Event::Target(change)
}

fn status(status: TargetStatus) -> Event {
    Event::Target(TargetChange {
        status: Some(status),
        ..TargetChange::of(LORRY)
    })
}

fn begin(phase: &str, in_spite: Option<&str>) -> Event {
    Event::Phase(PhaseBegun {
        in_spite: in_spite.map(Into::into),
        ..PhaseBegun::of(phase)
    })
}

fn call(room: &Room) -> Event {
    Event::VoteCall(VoteCall {
        plan: room.board.plan_digest(),
        countries: ["JO", "AE", "CI"]
            .iter()
            .map(|code| code.parse().unwrap())
            .collect(),
    })
}
