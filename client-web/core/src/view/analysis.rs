//! What can be learned from the boards of this device's rooms.

use entente_protocol::RoomId;
use entente_room::playbook::Text;
use entente_room::{
    Analysis, Board, Bond, HitStage, LateTask, Missed, Node, Responses, Scored, Session,
};
use serde::Serialize;

use super::summary::title;
use super::{IdentifierView, lies_in};

/// A board that is looked at.
#[derive(Clone)]
pub struct Learned {
    room: RoomId,
    /// Where it is looked at: the room, also for a compartment.
    shown_in: RoomId,
    title: String,
    exercise: bool,
    board: Board,
    /// Up to when deadlines count, Unix milliseconds.
    until_ms: u64,
}

impl Learned {
    /// A room's, or a compartment's, up to now or to its end.
    #[must_use]
    pub fn of(session: &Session, now_ms: u64) -> Self {
        let text = session.text();
        Self {
            room: session.room(),
            shown_in: lies_in(session).0,
            title: title(session),
            exercise: text.is_some_and(|text| text.exercise),
            board: session.board().clone(),
            until_ms: now_ms.min(session.charter().closes_at_ms),
        }
    }

    /// Tasks and their times are the room's alone.
    fn has_plan(&self) -> bool {
        self.room == self.shown_in
    }
}

/// What was learned.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct AnalysisView {
    pub responses: Vec<ResponsesView>,
    pub missed: Vec<MissedView>,
    pub late_tasks: Vec<LateTaskView>,
    pub scores: Vec<ScoreView>,
    pub bonds: Vec<BondView>,
}

/// A country's responses of one kind in one phase.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ResponsesView {
    pub country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Text>,
    pub stage: HitStage,
    pub count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slowest_ms: Option<u64>,
    pub missed: usize,
}

/// A deadline that passed.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct MissedView {
    pub room: RoomId,
    pub hit: String,
    pub identifier: IdentifierView,
    pub country: String,
    pub stage: HitStage,
    pub at_ms: u64,
}

/// A task that was not done in time.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LateTaskView {
    pub room: RoomId,
    pub task: String,
    pub title: Text,
    pub due_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_ms: Option<u64>,
}

/// How well a room was played.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct ScoreView {
    pub room: RoomId,
    pub title: String,
    pub exercise: bool,
    pub points: usize,
    pub deadlines_met: usize,
    pub deadlines_missed: usize,
    pub tasks_on_time: usize,
    pub tasks_late: usize,
    pub check_ins_missed: usize,
}

/// Why targets belong together.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum BondView {
    Identifier {
        identifier: IdentifierView,
        targets: Vec<NodeView>,
        across_rooms: bool,
    },
    Link {
        from: NodeView,
        to: NodeView,
        relation: String,
    },
}

/// A target in a room.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct NodeView {
    pub room: RoomId,
    pub room_title: String,
    pub target: String,
    pub name: String,
}

/// Of all boards together: what one officer may read in each of them.
#[must_use]
pub fn analysis(learned: &[Learned]) -> AnalysisView {
    let boards = learned.iter();
    let found = Analysis::of(boards.map(|it| (it.room, &it.board, it.until_ms)));
    let names = Boards(learned);
    AnalysisView {
        responses: found
            .responses
            .into_iter()
            .map(|it| names.responses(it))
            .collect(),
        missed: found
            .missed
            .iter()
            .filter_map(|it| names.missed(it))
            .collect(),
        late_tasks: found
            .late_tasks
            .into_iter()
            .filter_map(|it| names.late_task(it))
            .collect(),
        scores: found
            .scores
            .iter()
            .filter_map(|it| names.score(it))
            .collect(),
        bonds: found.bonds.into_iter().map(|it| names.bond(it)).collect(),
    }
}

struct Boards<'a>(&'a [Learned]);

impl Boards<'_> {
    fn room(&self, room: RoomId) -> Option<&Learned> {
        self.0.iter().find(|it| it.room == room)
    }

    fn responses(&self, of: Responses) -> ResponsesView {
        let phase = of.phase.as_ref().and_then(|id| {
            let mut phases = self.0.iter().filter_map(|it| it.board.playbook().phase(id));
            phases.next().map(|phase| phase.title.clone())
        });
        ResponsesView {
            country: of.country.to_string(),
            phase,
            stage: of.stage,
            count: of.count,
            median_ms: of.median_ms,
            slowest_ms: of.slowest_ms,
            missed: of.missed,
        }
    }

    fn missed(&self, missed: &Missed) -> Option<MissedView> {
        let mut holders = self.0.iter();
        let (room, hit) = holders.find_map(|it| Some((it.shown_in, it.board.hit(missed.hit)?)))?;
        Some(MissedView {
            room,
            hit: missed.hit.to_string(),
            identifier: (&hit.identifier).into(),
            country: missed.country.to_string(),
            stage: missed.stage,
            at_ms: missed.at_ms,
        })
    }

    fn late_task(&self, late: LateTask) -> Option<LateTaskView> {
        let of = self.room(late.room).filter(|it| it.has_plan())?;
        let (_, task) = of.board.playbook().task(&late.task)?;
        Some(LateTaskView {
            room: of.shown_in,
            title: task.title.clone(),
            task: late.task,
            due_ms: late.due_ms,
            done_ms: late.done_ms,
        })
    }

    fn score(&self, scored: &Scored) -> Option<ScoreView> {
        let of = self.room(scored.room?).filter(|it| it.has_plan())?;
        Some(ScoreView {
            room: of.shown_in,
            title: of.title.clone(),
            exercise: of.exercise,
            points: scored.points,
            deadlines_met: scored.deadlines_met,
            deadlines_missed: scored.deadlines_missed,
            tasks_on_time: scored.tasks_on_time,
            tasks_late: scored.tasks_late,
            check_ins_missed: scored.check_ins_missed,
        })
    }

    fn bond(&self, bond: Bond) -> BondView {
        match bond {
            Bond::Identifier {
                identifier,
                targets,
                across_rooms,
            } => BondView::Identifier {
                identifier: (&identifier).into(),
                targets: targets.into_iter().map(|it| self.node(it)).collect(),
                across_rooms,
            },
            Bond::Link { from, to, relation } => BondView::Link {
                from: self.node(from),
                to: self.node(to),
                relation,
            },
        }
    }

    fn node(&self, node: Node) -> NodeView {
        let of = self.room(node.room);
        NodeView {
            room: of.map_or(node.room, |it| it.shown_in),
            room_title: of.map(|it| it.title.clone()).unwrap_or_default(),
            target: node.target.to_string(),
            name: node.name,
        }
    }
}
