//! What members do.

use entente_device::engine::{Engine, RoomSpec, Wish};
use entente_protocol::{DeviceId, RoomId};
use entente_room::{
    Acknowledgement, CharterChange, Event, HitId, HitRaised, LivePosition, Position, Say, Sighting,
    TargetChange, TargetId, TargetKind, TargetStatus,
};
use entente_trust::{Role, Terms};

use crate::cast::PARTS;
use crate::checks::Invariant;
use crate::diary::Fate;
use crate::executor::lock;
use crate::world::{Happening, World};

/// A playbook with deadlines that pass in a run, so that devices say things by themselves.
const PLAYBOOK: &str = r#"{
    "version": 1, "id": "sim", "title": { "en": "Simulated" },
    "hits": { "acknowledge_within": "5s", "decide_within": "10s", "act_within": "20s" },
    "phases": [
        { "id": "one", "title": { "en": "One" }, "tasks": [] },
        { "id": "end", "title": { "en": "End" }, "closing": true, "tasks": [] }
    ]
}"#;

/// Patience until the room is open and all who are to sit have a board, milliseconds.
const OPENING_MS: u64 = 60_000;

#[derive(Debug, Clone, Copy)]
enum Act {
    Say,
    Target,
    Sighting,
    Hit,
    Acknowledge,
    Position,
    Update,
    Race,
    Admit,
    Remove,
    Leave,
    AskToJoin,
    MoveEnd,
    Resync,
}

const ACTS: [(usize, Act); 14] = [
    (24, Act::Say),
    (8, Act::Target),
    (3, Act::Sighting),
    (5, Act::Hit),
    (4, Act::Acknowledge),
    (2, Act::Position),
    (5, Act::Update),
    (4, Act::Race),
    (7, Act::Admit),
    (5, Act::Remove),
    (2, Act::Leave),
    (2, Act::AskToJoin),
    (2, Act::MoveEnd),
    (1, Act::Resync),
];

impl World {
    /// The first device opens the room and admits most of the others.
    pub(crate) fn open_room(&mut self) {
        let engines: Vec<Engine> = self
            .devices
            .iter()
            .filter_map(|device| device.engine())
            .collect();
        if engines.len() < self.devices.len() {
            return self.in_ms(200, Happening::Open);
        }
        let now_ms = self.hub_now_ms();
        let ids: Vec<DeviceId> = self
            .devices
            .iter()
            .map(|one| one.identity.device())
            .collect();
        let coordinators = PARTS.iter().zip(&ids).skip(1);
        let coordinators = coordinators.filter(|((_, role), _)| *role == Role::Coordinator);
        let spec = RoomSpec {
            title: "Simulated".to_owned(),
            playbook: if self.plan.has_playbook { PLAYBOOK } else { "" }.to_owned(),
            exercise: true,
            ciphersuite: self.plan.ciphersuite,
            // A clock that is set back is no reason to wait.
            opens_at_ms: now_ms - 600_000,
            closes_at_ms: now_ms + self.plan.closes_after_ms,
            latest_close_ms: now_ms + 12 * 3_600_000,
            authorities: self.cast.charter_authorities(),
            coordinators: coordinators.map(|(_, id)| *id).collect(),
            quorum: 1,
            terms: Terms::default(),
        };
        let first = ids.len() - usize::from(ids.len() > 3 && self.chance.one_in(2));
        let room = self.room.clone();
        let others: Vec<DeviceId> = ids[1..first].to_vec();
        let invited: Vec<Engine> = engines[1..first].to_vec();
        let founder = engines[0].clone();
        let is_open = self.is_open.clone();
        let opening = async move {
            founder.caught_up().await.unwrap();
            let id = founder.open_room(spec).await.unwrap();
            *lock(&room) = Some(id);
            founder.commit(id, Wish::Admit(others)).await.unwrap();
            for engine in invited {
                engine
                    .until(id, |session| session.is_board_ready())
                    .await
                    .unwrap();
            }
            *lock(&is_open) = true;
        };
        self.executor.shared.spawn(0, Box::pin(opening));
        self.in_ms(100, Happening::Act);
    }

    /// A member does something, and the next one after it.
    pub(crate) fn act(&mut self) {
        if !*lock(&self.is_open) {
            let is_late = self.now_ms() > OPENING_MS;
            self.watch.demand(!is_late, Invariant::Settles, || {
                "no room was opened".to_owned()
            });
            return self.in_ms(50, Happening::Act);
        }
        if !core::mem::replace(&mut self.is_ready, true) {
            self.in_ms(500, Happening::Fault);
        }
        if self.acts_left == 0 {
            return self.in_ms(1_000, Happening::Calm);
        }
        self.acts_left -= 1;
        let act = self.chance.weighted(&ACTS);
        self.play(act);
        let wait_ms = match self.chance.below(5) {
            0 => self.chance.between(0, 3),
            1..4 => self.chance.between(20, 600),
            _ => self.chance.between(600, 3_000),
        };
        self.in_ms(wait_ms, Happening::Act);
    }

    fn anybody(&mut self) -> usize {
        self.chance.below(self.devices.len())
    }

    fn play(&mut self, act: Act) {
        let by = self.anybody();
        match act {
            Act::Say => self.say(by),
            Act::Target => {
                let event = self.target(by);
                self.tell(by, event);
            }
            Act::Sighting => {
                let event = Event::Sighting(Sighting {
                    target: self.target_id(),
                    seen_at_ms: self.devices[by].skew.read(self.now_ms()),
                    position: None,
                    note: "seen".to_owned(),
                });
                self.tell(by, event);
            }
            Act::Hit => {
                let plates = ["plate:JO 14-83921", "plate:AB 123"];
                let identifier = self.chance.pick(&plates).parse().unwrap();
                let hit = self.hit_id();
                let target = Some(self.target_id());
                self.tell(by, Event::Hit(HitRaised::seen(hit, identifier, target)));
            }
            Act::Acknowledge => {
                let (hit, note) = (self.hit_id(), String::new());
                self.tell(by, Event::Acknowledge(Acknowledgement { hit, note }));
            }
            Act::Position => {
                let at_ms = self.devices[by].skew.read(self.now_ms());
                let Some(position) = Position::from_degrees(1.0, 2.0) else {
                    return;
                };
                let event = Event::Position(LivePosition { position, at_ms });
                self.with_engine(by, |engine, room| async move {
                    let _ = engine.ephemeral(room, event).await;
                });
            }
            Act::Update => self.commit(by, Wish::Update),
            Act::Race => {
                let other = self.anybody();
                self.commit(by, Wish::Update);
                self.commit(other, Wish::Update);
                self.say(other);
            }
            Act::Admit => {
                let who = self.anybody();
                let device = self.devices[who].identity.device();
                self.commit(by, Wish::Admit(vec![device]));
            }
            Act::Remove => {
                let who = self.anybody();
                let device = self.devices[who].identity.device();
                self.commit(by, Wish::Remove(vec![device]));
                // Somebody speaks who has not heard of it.
                let other = self.anybody();
                self.say(other);
            }
            Act::Leave => self.with_engine(by, |engine, room| async move {
                let _ = engine.leave(room).await;
            }),
            Act::AskToJoin => self.with_engine(by, |engine, room| async move {
                let _ = engine.ask_to_join(room).await;
            }),
            Act::MoveEnd => {
                let move_ms = self.chance.between(10_000, 120_000);
                let closes_at_ms = self.ledger.closes_at_ms + move_ms;
                let change = CharterChange::close_at(closes_at_ms);
                self.commit(by, Wish::Amend(Box::new(change)));
            }
            Act::Resync => self.with_engine(by, |engine, room| async move {
                let _ = engine.resync(room).await;
            }),
        }
    }

    fn target_id(&mut self) -> TargetId {
        TargetId::from_bytes([u8::try_from(self.chance.below(3)).unwrap(); 16])
    }

    fn hit_id(&mut self) -> HitId {
        HitId::from_bytes([u8::try_from(self.chance.below(4)).unwrap() + 100; 16])
    }

    fn target(&mut self, by: usize) -> Event {
        Event::Target(TargetChange {
            kind: Some(TargetKind::Vehicle),
            name: Some(format!("by d{by}")),
            status: Some(TargetStatus::ALL[self.chance.below(TargetStatus::ALL.len())]),
            add_identifiers: vec!["plate:JO 14-83921".parse().unwrap()],
            ..TargetChange::of(self.target_id())
        })
    }

    /// Has something done by a device's engine, if there is one, in its process.
    fn with_engine<F>(&mut self, by: usize, work: impl FnOnce(Engine, RoomId) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let device = &self.devices[by];
        let (Some(engine), Some(process), Some(room)) =
            (device.engine(), device.process, self.room())
        else {
            return;
        };
        self.executor
            .shared
            .spawn(process, Box::pin(work(engine, room)));
        self.touched.insert(by);
    }

    fn tell(&mut self, by: usize, event: Event) {
        self.count(event.kind());
        self.with_engine(by, |engine, room| async move {
            let _ = engine.say(room, event).await;
        });
    }

    /// A text that nobody else says: what becomes of it is looked at in the end.
    fn say(&mut self, by: usize) {
        self.texts += 1;
        let text = format!("text {}", self.texts);
        let (diary, said) = (self.diary.clone(), text.clone());
        let life = self.lives.get(&by).copied().unwrap_or_default();
        let event = Event::Say(Say {
            text: said.clone(),
            urgent: false,
            reply_to: None,
        });
        self.note(format_args!("d{by} says {text}"));
        self.count("says");
        self.with_engine(by, |engine, room| async move {
            let Ok(delivered) = engine.queue(room, event).await else {
                return;
            };
            diary.kept(&said, by, life);
            match delivered.await {
                Ok(Ok(seq)) => diary.is(&said, Fate::Said(seq)),
                Ok(Err(_)) => diary.is(&said, Fate::GivenUp),
                Err(_) => {}
            }
        });
    }

    fn commit(&mut self, by: usize, wish: Wish) {
        let kind = match &wish {
            Wish::Admit(devices) => format!("admit {}", self.ledger.name(devices[0])),
            Wish::Remove(devices) => format!("remove {}", self.ledger.name(devices[0])),
            Wish::Amend(_) => "move the end".to_owned(),
            _ => "update".to_owned(),
        };
        self.note(format_args!("d{by} wishes to {kind}"));
        self.count(kind.split(' ').next().unwrap_or_default());
        self.with_engine(by, |engine, room| async move {
            let _ = engine.commit(room, wish).await;
        });
    }
}
