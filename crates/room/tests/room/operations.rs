//! Operations: everything that is said about targets, hits and the plan, by members who come and go.

use std::sync::{Arc, OnceLock};

use entente_room::{
    Abort, Acknowledgement, Action, Answer, Board, CheckAnswer, CheckId, CheckRequest, Choice,
    CommitWish, CompartmentAnnounced, CustodyMove, CustodyStep, DocumentId, DocumentShared, Event,
    HHour, HitId, HitRaised, Identity, Link, PhaseBegun, Position, PromotionAnswered,
    PromotionWanted, Reopening, Sighting, TargetChange, TargetId, TargetKind, TargetStatus,
    TaskState, TaskStep, Verdict, Vote, VoteCall, playbook::Playbook,
};
use entente_trust::{Country as CountryCode, Role};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{Country, NOW, World};
use crate::{CLASSIC, assert_no_security};

const MEMBERS: usize = 10;

/// A playbook with short deadlines, so that random clocks pass them.
pub(crate) fn playbook() -> Playbook {
    let text = |en: &str| json!({ "en": en });
    let value = json!({
        "version": 1,
        "id": "test",
        "title": text("Test"),
        "hits": { "acknowledge_within": "10s", "decide_within": "20s", "act_within": "30s" },
        "go_no_go": { "quorum": "majority", "any_country_holds": true },
        "abort": { "by": ["coordinator", "liaison"] },
        "custody": { "check_in_every": "15s", "at_most": "60s" },
        "phases": [
            { "id": "one", "title": text("One"), "tasks": [
                { "id": "look", "title": text("Look"), "role": "field", "due": { "after_phase": "1m" } },
                { "id": "act", "title": text("Act"), "role": "liaison", "needs": ["look"] },
            ] },
            { "id": "two", "title": text("Two"), "entry": [{ "task_done": "look" }], "tasks": [] },
            { "id": "three", "title": text("Three"),
              "entry": [{ "go": true }, { "h_hour_set": true }], "tasks": [] },
            { "id": "end", "title": text("End"), "closing": true,
              "entry": [{ "h_hour_passed": true }], "tasks": [
                { "id": "each", "title": text("Each"), "role": "liaison", "by": "each_country" },
                { "id": "owned", "title": text("Owned"), "role": "liaison", "by": "each_owner" },
            ] },
        ],
    });
    Playbook::from_json(&value.to_string()).unwrap()
}

struct Cast {
    countries: [Country; 3],
    identities: Vec<Arc<Identity>>,
}

/// Keys and certificates are made once for all histories.
fn cast() -> &'static Cast {
    static CAST: OnceLock<Cast> = OnceLock::new();
    CAST.get_or_init(|| {
        let countries =
            [("JO", 1), ("AE", 2), ("CI", 3)].map(|(code, seed)| Country::new(code, seed, *NOW));
        let roles = [
            (0, Role::Coordinator),
            (1, Role::Liaison),
            (2, Role::Liaison),
            (0, Role::Coordinator),
            (0, Role::Field),
            (1, Role::Field),
            (2, Role::Field),
            (1, Role::Agent),
            (2, Role::Observer),
            (0, Role::Liaison),
        ];
        let identities = roles
            .iter()
            .zip(40_u8..)
            .map(|((country, role), seed)| {
                countries[*country].device(&format!("Call{seed}"), *role, seed, *NOW)
            })
            .collect();
        Cast {
            countries,
            identities,
        }
    })
}

fn code(number: usize) -> CountryCode {
    ["JO", "AE", "CI"][number % 3].parse().unwrap()
}

#[derive(Debug, Clone)]
enum Act {
    /// A member says something: what, about which of a few things, with which of a few values.
    Says {
        by: usize,
        what: usize,
        thing: u8,
        value: usize,
    },
    /// Two members say something before either has heard the other.
    Race {
        by: [usize; 2],
        what: usize,
        thing: u8,
        value: usize,
    },
    /// The coordinator admits a member that has no seat, or removes one that has.
    Turns { who: usize },
    /// Time passes, and devices say what is due.
    Waits { seconds: u64 },
    /// A process ends and starts again.
    Restarts { who: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let by = 0..MEMBERS;
    prop_oneof![
        12 => (by.clone(), 0..KINDS, 0..4_u8, 0..8_usize)
            .prop_map(|(by, what, thing, value)| Act::Says { by, what, thing, value }),
        3 => (by.clone(), by.clone(), 0..KINDS, 0..4_u8, 0..8_usize)
            .prop_map(|(a, b, what, thing, value)| Act::Race { by: [a, b], what, thing, value }),
        2 => (3..MEMBERS).prop_map(|who| Act::Turns { who }),
        2 => (1..40_u64).prop_map(|seconds| Act::Waits { seconds }),
        1 => by.prop_map(|who| Act::Restarts { who }),
    ]
}

const KINDS: usize = 18;

/// An event of a kind about a thing. Many of them are refused by the board, as they would be.
fn event(what: usize, thing: u8, value: usize, board: &Board, now: u64) -> Event {
    let target = TargetId::from_bytes([thing; 16]);
    // One that is there, so that its life goes on; now and then one that nobody has raised.
    let wanted = usize::from(thing) % board.hits().count().max(1);
    let known = board.hits().map(|(id, _)| id).nth(wanted);
    let hit = known
        .filter(|_| value != 7)
        .unwrap_or(HitId::from_bytes([thing + 100; 16]));
    let plates = [
        "plate:JO 14-83921",
        "plate:AB 123",
        "vin:11111111111111111",
        "imo:9074729",
    ];
    let identifier = plates[value % plates.len()].parse().unwrap();
    let note = format!("note {value}");
    let position = Position::from_degrees(value as f64, f64::from(thing));
    match what {
        0 | 1 => Event::Target(TargetChange {
            kind: Some([TargetKind::Vehicle, TargetKind::Vessel][value % 2]),
            name: Some(format!("target {thing}")),
            status: Some(TargetStatus::ALL[value]),
            add_identifiers: vec![identifier],
            owner: Some(code(value)),
            ..TargetChange::of(target)
        }),
        2 => Event::Target(TargetChange {
            status: Some(TargetStatus::ALL[value]),
            priority: Some(u8::try_from(value % 5).unwrap() + 1),
            notes: Some(note),
            team: Some(format!("team {}", value % 3)),
            remove_identifiers: vec![identifier],
            add_links: vec![Link {
                to: TargetId::from_bytes([(thing + 1) % 4; 16]),
                relation: "with".into(),
            }],
            ..TargetChange::of(target)
        }),
        3 => Event::Sighting(Sighting {
            target,
            seen_at_ms: now - 60_000 * u64::try_from(value).unwrap(),
            position,
            note,
        }),
        4 | 5 => Event::Hit(HitRaised {
            position,
            count: u32::try_from(value).unwrap() + 1,
            note,
            ..HitRaised::seen(
                HitId::from_bytes([thing + 100 + 10 * u8::try_from(what - 4).unwrap(); 16]),
                identifier,
                value.is_multiple_of(2).then_some(target),
            )
        }),
        6 => Event::Acknowledge(Acknowledgement { hit, note }),
        7 => Event::Verdict(Verdict {
            hit,
            confirmed: !value.is_multiple_of(3),
            note,
        }),
        8 => Event::Action(Action { hit, note }),
        9 => Event::Check(CheckRequest {
            check: CheckId::from_bytes([thing; 16]),
            identifier,
            countries: vec![code(value), code(value + 1)],
            note,
        }),
        10 => Event::CheckAnswer(CheckAnswer {
            check: CheckId::from_bytes([thing; 16]),
            answer: Answer::ALL[value % 3],
            note,
        }),
        11 => Event::Phase(PhaseBegun {
            in_spite: value.is_multiple_of(4).then_some(note),
            after_abort: board
                .plan()
                .aborted()
                .map(|aborted| aborted.stamp.seq)
                .filter(|_| value.is_multiple_of(2)),
            ..PhaseBegun::of(["one", "two", "three", "end"][usize::from(thing)])
        }),
        12 => Event::Task(TaskStep {
            task: ["look", "act", "each", "owned"][usize::from(thing)].into(),
            country: value.is_multiple_of(2).then(|| code(value)),
            state: TaskState::ALL[value % 4],
            note,
        }),
        13 => Event::HHour(HHour {
            at_ms: (value != 0).then(|| now + 10_000 * u64::try_from(value).unwrap() - 15_000),
            after_abort: board.plan().aborted().map(|aborted| aborted.stamp.seq),
        }),
        14 if value < 3 => Event::VoteCall(VoteCall {
            plan: board.plan_digest(),
            countries: vec![code(0), code(1), code(2)],
        }),
        14 => Event::Vote(Vote {
            plan: board.plan_digest(),
            choice: Choice::ALL[value % 3],
            note,
        }),
        15 if value == 0 => Event::Abort(Abort { reason: note }),
        15 => Event::Document(DocumentShared {
            document: DocumentId::from_bytes([thing; 16]),
            target: Some(target),
            name: "photo.jpg".into(),
            media_type: "image/jpeg".into(),
            size: 1_000,
            blob: entente_protocol::BlobId::from_bytes([thing; 16]),
            key: entente_room::BlobKey::from_bytes([thing; 32]),
            digest: entente_protocol::Fingerprint::from_bytes([thing; 32]),
        }),
        16 if value == 0 => Event::Compartment(CompartmentAnnounced {
            commitment: [thing; 32],
        }),
        16 if value == 1 => Event::Promote(PromotionWanted {
            target,
            say: TargetChange {
                kind: Some(TargetKind::Vehicle),
                name: Some(note),
                ..TargetChange::of(TargetId::from_bytes([thing + 200; 16]))
            },
        }),
        16 if value == 2 => {
            let known = board.promotions().next().map(|(digest, _)| digest);
            Event::Promotion(PromotionAnswered {
                digest: known.unwrap_or_default(),
                agreed: thing.is_multiple_of(2),
            })
        }
        16 => Event::Reopen(Reopening { hit, note }),
        _ => Event::Custody(CustodyStep {
            target,
            step: [
                CustodyMove::Take,
                CustodyMove::Offer(code(value)),
                CustodyMove::Accept,
                CustodyMove::CheckIn,
                CustodyMove::Take,
                CustodyMove::Offer(code(value + 1)),
                CustodyMove::Refuse,
                CustodyMove::Close,
            ][value],
            position,
            report_every: (value == 3).then(|| "40s".parse().unwrap()),
            note,
        }),
    }
}

struct Operation {
    world: World,
}

impl Operation {
    fn open() -> Self {
        let cast = cast();
        let countries: Vec<&Country> = cast.countries.iter().collect();
        let founder = cast.identities[0].clone();
        let second = cast.identities[3].device();
        let json = playbook().to_json();
        let mut world = World::open_for(CLASSIC, &countries, founder, *NOW, json, |charter| {
            charter.coordinators.push(second);
        });
        for identity in &cast.identities[1..] {
            world.add_member(identity.clone());
        }
        world.admit(0, &[1, 2, 3, 4, 5, 6]).unwrap();
        world.settle();
        // Something to work with; a third thing comes by chance.
        for thing in 0..2 {
            let target = Event::Target(TargetChange {
                kind: Some(TargetKind::Container),
                name: Some(format!("container {thing}")),
                owner: Some(code(usize::from(thing))),
                ..TargetChange::of(TargetId::from_bytes([thing; 16]))
            });
            world.say(0, target);
        }
        world.settle();
        Self { world }
    }

    fn sits(&mut self, member: usize) -> bool {
        let device = self.world.members[member].identity.device();
        self.world.hub.seat(device).is_some()
    }

    fn says(&mut self, by: usize, what: usize, thing: u8, value: usize) {
        if !self.sits(by) {
            return;
        }
        let now = self.world.now;
        let session = self.world.members[by].session();
        let event = event(what, thing, value, session.board(), now);
        session.enqueue(&event).unwrap();
    }

    fn play(&mut self, act: &Act) {
        match *act {
            Act::Says {
                by,
                what,
                thing,
                value,
            } => self.says(by, what, thing, value),
            Act::Race {
                by,
                what,
                thing,
                value,
            } => {
                self.says(by[0], what, thing, value);
                self.says(by[1], what, thing, (value + 1) % 8);
            }
            Act::Turns { who } if self.sits(who) => {
                let device = self.world.members[who].identity.device();
                self.world
                    .commit(0, CommitWish::Remove(vec![device]))
                    .unwrap();
            }
            Act::Turns { who } => {
                self.world.members[who].session = None;
                self.world.members[who].records.clear();
                self.world.admit(0, &[who]).unwrap();
            }
            Act::Waits { seconds } => {
                self.world.now += seconds * 1_000;
                let now = self.world.now;
                for member in 0..MEMBERS {
                    if self.sits(member) {
                        self.world.members[member]
                            .session()
                            .say_what_is_due(now)
                            .unwrap();
                    }
                }
            }
            Act::Restarts { who } => {
                if self.sits(who) {
                    self.world.members[who].restart();
                }
            }
        }
        self.world.settle();
    }

    /// Everybody who sits has the same board, and it is the one that the events alone give.
    fn check(&mut self) {
        assert_no_security(&self.world);
        let mut own = Board::of(Arc::new(playbook()));
        let founder = self.world.members[0].session();
        for (seq, time_ms, author, event) in founder.record() {
            let _ = own.apply(&event, author, seq, time_ms);
        }
        let expected = own.digest();
        for member in 0..MEMBERS {
            if self.sits(member) {
                let session = self.world.members[member].session();
                assert!(session.is_board_ready(), "member {member}");
                assert_eq!(session.board().digest(), expected, "member {member}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn ten_members_who_come_and_go_have_one_board(acts in prop::collection::vec(act(), 1..24)) {
        let mut operation = Operation::open();
        for act in &acts {
            operation.play(act);
        }
        operation.check();
    }
}

/// That random histories do reach what they are for: over many of them each kind of event is taken by
/// the board at least once, and each is refused at least once.
#[test]
fn random_histories_reach_everything() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    use std::collections::BTreeSet;

    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(act(), 24);
    let (mut taken, mut refused) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..300 {
        let acts = strategy.new_tree(&mut runner).unwrap().current();
        let mut operation = Operation::open();
        for act in &acts {
            operation.play(act);
        }
        let mut own = Board::of(Arc::new(playbook()));
        let founder = operation.world.members[0].session();
        for (seq, time_ms, author, event) in founder.record() {
            let set = match own.apply(&event, author, seq, time_ms) {
                Ok(_) => &mut taken,
                Err(_) => &mut refused,
            };
            set.insert(event.kind().to_owned());
        }
    }
    let on_board = Event::KINDS.iter().take_while(|kind| **kind != "say");
    for kind in on_board {
        // In a room these are always refused.
        let is_the_compartments = matches!(*kind, "promote" | "promotion");
        assert_eq!(taken.contains(*kind), !is_the_compartments, "{kind}");
        // A receipt is never wrong, and alarms are raised only when they are due.
        if !matches!(*kind, "delivered" | "custody_alarm" | "escalate") {
            assert!(refused.contains(*kind), "{kind} is never refused");
        }
    }
}
