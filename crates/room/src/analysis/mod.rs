//! What can be learned from boards: how fast countries answered, which deadlines passed, and which targets have
//! to do with each other, also across rooms.

mod score;

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::RoomId;
use entente_trust::Country;
use serde::Serialize;

use crate::{Board, Hit, HitId, HitStage, Identifier, Level, TargetId};

pub use score::{LateTask, Scored};

/// How long one stage of one hit took.
struct Response {
    /// The country that had to answer.
    country: Country,
    /// The phase in which it was raised; none before the first.
    phase: Option<String>,
    /// What was waited for.
    stage: HitStage,
    /// How long it took, milliseconds; none if it never happened.
    took_ms: Option<u64>,
    /// Within which it should have happened, milliseconds.
    within_ms: u64,
    /// How long it could have taken so far, milliseconds.
    could_ms: u64,
}

impl Response {
    /// Whether it came too late, or is too late by now.
    fn is_missed(&self) -> bool {
        self.took_ms.unwrap_or(self.could_ms) > self.within_ms
    }

    /// Whether it came in time.
    fn is_met(&self) -> bool {
        self.took_ms.is_some_and(|took| took <= self.within_ms)
    }
}

/// All of a country's responses of one kind in one phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Responses {
    /// The country.
    pub country: Country,
    /// The phase.
    pub phase: Option<String>,
    /// What was waited for.
    pub stage: HitStage,
    /// How many there were.
    pub count: usize,
    /// The middle one of those that came, milliseconds.
    pub median_ms: Option<u64>,
    /// The slowest of those that came, milliseconds.
    pub slowest_ms: Option<u64>,
    /// How many came too late, or never.
    pub missed: usize,
}

/// A deadline that passed, as it was said in the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missed {
    /// The hit.
    pub hit: HitId,
    /// The country that had to answer.
    pub country: Country,
    /// What should have happened.
    pub stage: HitStage,
    /// Who was asked then.
    pub level: Level,
    /// When that was said, Unix milliseconds.
    pub at_ms: u64,
}

/// A target in a room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Node {
    /// The room.
    pub room: RoomId,
    /// The target.
    pub target: TargetId,
    /// Its name.
    pub name: String,
}

/// Why two or more targets belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Bond {
    /// They have an identifier in common.
    Identifier {
        /// Which.
        identifier: Identifier,
        /// Whose it is.
        targets: Vec<Node>,
        /// Whether it is on the boards of more than one room.
        across_rooms: bool,
    },
    /// Somebody has said so.
    Link {
        /// The one.
        from: Node,
        /// The other.
        to: Node,
        /// How.
        relation: String,
    },
}

/// What was learned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Analysis {
    /// Response times by country, phase and stage.
    pub responses: Vec<Responses>,
    /// Deadlines that passed.
    pub missed: Vec<Missed>,
    /// Tasks that were not done in time.
    pub late_tasks: Vec<LateTask>,
    /// How well each room was played by its playbook.
    pub scores: Vec<Scored>,
    /// The link chart.
    pub bonds: Vec<Bond>,
}

impl Analysis {
    /// Of one board or several that one person may read, each up to a moment, Unix milliseconds.
    #[must_use]
    pub fn of<'a>(boards: impl Iterator<Item = (RoomId, &'a Board, u64)>) -> Self {
        let mut all = Vec::new();
        let mut analysis = Self::default();
        let mut holders: BTreeMap<Identifier, BTreeSet<Node>> = BTreeMap::new();
        for (room, board, until_ms) in boards {
            let before = all.len();
            for (id, hit) in board.hits() {
                all.extend(responses(board, hit, until_ms));
                analysis.missed.extend(missed(id, hit));
            }
            let own: &[Response] = all.get(before..).unwrap_or_default();
            let steps = (
                own.iter().filter(|it| it.is_met()).count(),
                own.iter().filter(|it| it.is_missed()).count(),
            );
            let of_room = (room, board, until_ms);
            let scored = Scored::of(of_room, steps, &mut analysis.late_tasks);
            analysis.scores.push(scored);
            for (id, target) in board.targets() {
                let node = |target_id: TargetId, name: &str| Node {
                    room,
                    target: target_id,
                    name: name.to_owned(),
                };
                for identifier in target.identifiers.keys() {
                    let holders = holders.entry(identifier.clone()).or_default();
                    holders.insert(node(id, &target.name.value));
                }
                for (to, link) in &target.links {
                    let name = board.target(*to).map(|it| it.name.value.as_str());
                    analysis.bonds.push(Bond::Link {
                        from: node(id, &target.name.value),
                        to: node(*to, name.unwrap_or_default()),
                        relation: link.relation.clone(),
                    });
                }
            }
        }
        let shared = holders.into_iter().filter(|(_, nodes)| nodes.len() > 1);
        analysis.bonds.extend(shared.map(|(identifier, nodes)| {
            let rooms: BTreeSet<RoomId> = nodes.iter().map(|node| node.room).collect();
            Bond::Identifier {
                identifier,
                targets: nodes.into_iter().collect(),
                across_rooms: rooms.len() > 1,
            }
        }));
        analysis.missed.sort_by_key(|it| (it.at_ms, it.hit));
        analysis.responses = summed(all);
        analysis
    }
}

/// The phase that was on at a place.
fn phase_at(board: &Board, seq: u64) -> Option<String> {
    let begun = board.plan().phases.iter().rev();
    let mut begun = begun.filter(|begun| begun.stamp.seq <= seq);
    begun.next().map(|begun| begun.phase.clone())
}

fn responses(board: &Board, hit: &Hit, until_ms: u64) -> Vec<Response> {
    let rules = &board.playbook().hits;
    let raised_ms = hit.raised.time_ms;
    let answered_ms = hit.answered.map(|stamp| stamp.time_ms);
    let verdict_ms = hit.verdict().map(|verdict| verdict.stamp.time_ms);
    let acted_ms = hit.actioned.as_ref().map(|noted| noted.stamp.time_ms);
    let mut stages = vec![(
        HitStage::Acknowledge,
        raised_ms,
        // Whoever says what it is has seen it.
        answered_ms.or(verdict_ms),
        rules.acknowledge_within,
    )];
    if let Some(answered_ms) = answered_ms {
        stages.push((
            HitStage::Decide,
            answered_ms,
            verdict_ms,
            rules.decide_within,
        ));
    }
    if let (Some(verdict_ms), true) = (verdict_ms, hit.verdict().is_some_and(|it| it.confirmed)) {
        stages.push((HitStage::Act, verdict_ms, acted_ms, rules.act_within));
    }
    let phase = phase_at(board, hit.raised.seq);
    let stages = stages.into_iter();
    stages
        .map(|(stage, from_ms, to_ms, within)| Response {
            country: hit.responsible,
            phase: phase.clone(),
            stage,
            took_ms: to_ms.map(|to_ms| to_ms.saturating_sub(from_ms)),
            within_ms: within.after_ms(0),
            could_ms: until_ms.saturating_sub(from_ms),
        })
        .collect()
}

fn missed(id: HitId, hit: &Hit) -> impl Iterator<Item = Missed> {
    hit.escalations.iter().map(move |escalated| Missed {
        hit: id,
        country: hit.responsible,
        stage: escalated.stage,
        level: escalated.level,
        at_ms: escalated.stamp.time_ms,
    })
}

fn summed(all: Vec<Response>) -> Vec<Responses> {
    let mut groups: BTreeMap<(Country, Option<String>, HitStage), Vec<Response>> = BTreeMap::new();
    for response in all {
        let key = (response.country, response.phase.clone(), response.stage);
        groups.entry(key).or_default().push(response);
    }
    let groups = groups.into_iter();
    groups
        .map(|((country, phase, stage), group)| {
            let mut took: Vec<u64> = group.iter().filter_map(|it| it.took_ms).collect();
            took.sort_unstable();
            Responses {
                country,
                phase,
                stage,
                count: group.len(),
                median_ms: took.get(took.len() / 2).copied(),
                slowest_ms: took.last().copied(),
                missed: group.iter().filter(|it| it.is_missed()).count(),
            }
        })
        .collect()
}
