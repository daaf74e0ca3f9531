//! Boards that a member with a modified client gives to newcomers: nobody is fooled in silence.

use std::sync::Arc;

use ciborium::Value;
use entente_delivery::Input;
use entente_protocol::DeviceId;
use entente_room::{Board, CharterText, CommitWish, Event, Notice, SecurityEvent, SnapshotPart};
use entente_trust::Role;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::support::rogue::{Rogue, Wish, accredited};
use crate::support::{Country, NOW, World};
use crate::{CLASSIC, say, target};

/// Petra (0) and Dune (1) with a board, a corrupt coordinator, and Falcon (2) who is not there yet.
struct Scene {
    world: World,
    ghost: Rogue,
}

const FALCON: usize = 2;

#[derive(Serialize)]
struct Body {
    text: CharterText,
    board: Board,
    revocations: Vec<Value>,
}

impl Scene {
    fn set() -> Self {
        let countries =
            [("JO", 1), ("AE", 2), ("CI", 3)].map(|(code, seed)| Country::new(code, seed, *NOW));
        let petra = countries[0].device("Petra", Role::Coordinator, 11, *NOW);
        let ghost = accredited(
            &countries[2].key,
            &countries[2].authority,
            Role::Coordinator,
            [77; 32],
            (-1, 1),
        );
        let mut ghost = Rogue::new(Arc::new(ghost));
        let corrupt = ghost.device();
        let all: Vec<&Country> = countries.iter().collect();
        let mut world = World::open_with(CLASSIC, &all, petra, *NOW, |charter| {
            charter.coordinators.push(corrupt);
        });
        world.add_member(countries[1].device("Dune", Role::Liaison, 12, *NOW));
        world.add_member(countries[0].device("Falcon", Role::Field, 13, *NOW));
        world.admit(0, &[1]).unwrap();
        world.settle();
        let wish = CommitWish::Admit(vec![(corrupt, ghost.key_package())]);
        world.commit(0, wish).unwrap();
        ghost.join(&world.welcomes[0].1);
        world.welcomes.clear();
        for seed in 1..4 {
            world.say(1, target(seed, "a lorry"));
        }
        world.settle();
        Self { world, ghost }
    }

    /// The ghost lets Falcon in; what it gives is its own affair.
    fn ghost_admits(&mut self) {
        let member = &mut self.world.members[FALCON];
        let identity = member.identity.clone();
        let made = member.keys.generate(&identity, CLASSIC, 1, false, *NOW);
        let wish = Wish {
            adds: vec![made.unwrap().once[0].clone()],
            ..Wish::default()
        };
        let bundle = self.ghost.commit(self.world.room, &wish);
        let ghost = self.ghost.device();
        self.world.give(ghost, Input::Commit(bundle)).unwrap();
        self.ghost.merge_commit();
    }

    /// The hash of the past at a place, as docs/PROTOCOL.md has it.
    fn transcript(&self, seq: u64) -> [u8; 32] {
        let mut hash = [0; 32];
        for index in 0..usize::try_from(seq).unwrap() {
            let delivery = self.world.delivery(index);
            let mut link = Sha256::new();
            link.update(b"Entente 1.0 TranscriptLink");
            link.update(delivery.room.as_bytes());
            link.update(delivery.seq.to_be_bytes());
            link.update([delivery.kind as u8]);
            link.update(delivery.sender.as_bytes());
            link.update(delivery.number.to_be_bytes());
            link.update(delivery.epoch.to_be_bytes());
            link.update(delivery.time_ms.to_be_bytes());
            link.update(delivery.message.as_slice());
            let mut next = Sha256::new();
            next.update(b"Entente 1.0 Transcript");
            next.update(hash);
            next.update(link.finalize());
            hash = next.finalize().into();
        }
        hash
    }

    /// A board on which there is a target that nobody put there.
    fn false_board(&mut self) -> Board {
        let mut board = self.world.members[0].session().board().clone();
        let author = self.world.members[0].session();
        let author = author.author(author.device()).unwrap();
        let event = target(66, "planted");
        board.apply(&event, &author, 3, *NOW).unwrap();
        board
    }

    /// The ghost says: this is the board as of there, in one part.
    fn ghost_gives(&mut self, as_of: u64, board: Board, digest: [u8; 32]) {
        let text = self.world.members[0].session().text().unwrap().clone();
        let mut bytes = Vec::new();
        let body = Body {
            text,
            board,
            revocations: Vec::new(),
        };
        ciborium::into_writer(&body, &mut bytes).unwrap();
        let part = SnapshotPart {
            as_of,
            transcript: self.transcript(as_of),
            digest,
            part: 0,
            parts: 1,
            bytes,
        };
        let event = Event::Snapshot(part).encode().unwrap();
        let send = self.ghost.say(self.world.room, &event);
        let ghost = self.ghost.device();
        self.world.give(ghost, Input::Send(send)).unwrap();
    }

    fn right_digest(&mut self) -> [u8; 32] {
        self.world.members[0].session().board().digest()
    }

    /// Who has said aloud that the board as of there is false.
    fn disputers(&mut self, as_of: u64) -> Vec<DeviceId> {
        let petra = self.world.members[0].session();
        let said = petra
            .record()
            .filter_map(|(_, _, author, event)| match event {
                Event::Dispute(dispute) if dispute.as_of == as_of => Some(author.device),
                _ => None,
            });
        let mut all: Vec<DeviceId> = said.collect();
        all.sort();
        all
    }

    fn devices(&self, members: &[usize]) -> Vec<DeviceId> {
        let ids = members.iter();
        let mut all: Vec<DeviceId> = ids
            .map(|member| self.world.members[*member].identity.device())
            .collect();
        all.sort();
        all
    }

    /// Everybody is shown that somebody disputes the board as of there.
    fn everybody_sees_the_dispute(&self, as_of: u64) {
        for (index, member) in self.world.members.iter().enumerate() {
            let is_shown = member.notices.iter().any(|notice| {
                matches!(notice, Notice::Security {
                    security: SecurityEvent::SnapshotDisputedBy { as_of: of }, ..
                } if *of == as_of)
            });
            assert!(is_shown, "member {index}");
        }
    }

    fn falcon_has_the_right_board(&mut self) {
        let digest = self.right_digest();
        let falcon = self.world.members[FALCON].session();
        assert!(falcon.is_board_ready());
        assert_eq!(falcon.board().digest(), digest);
    }
}

#[test]
fn a_false_board_is_disputed_and_another_member_asked() {
    let mut scene = Scene::set();
    scene.ghost_admits();
    let as_of = scene.world.hub.head();
    let board = scene.false_board();
    let digest = board.digest();
    scene.ghost_gives(as_of, board, digest);
    scene.world.settle();
    assert_eq!(scene.disputers(as_of), scene.devices(&[0, 1]));
    scene.everybody_sees_the_dispute(as_of);
    scene.falcon_has_the_right_board();
    let ready = scene.world.members[FALCON].notices.iter();
    let givers: Vec<String> = ready
        .filter_map(|notice| match notice {
            Notice::BoardReady { author, .. } => Some(author.callsign.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(givers, ["Ghost", "Petra"]);
}

#[test]
fn a_board_as_of_a_place_where_nobody_came_is_disputed() {
    let mut scene = Scene::set();
    scene.ghost_admits();
    // Something is said: its place is after Falcon's, and nobody needs a board there.
    scene.world.say(0, say("hold"));
    scene.world.settle();
    let as_of = scene.world.hub.head();
    let board = scene.false_board();
    let digest = board.digest();
    scene.ghost_gives(as_of, board, digest);
    scene.world.settle();
    assert_eq!(scene.disputers(as_of), scene.devices(&[0, 1]));
    scene.everybody_sees_the_dispute(as_of);
    let falcon = scene.world.members[FALCON].session();
    assert!(!falcon.is_board_ready());
    falcon.ask_for_snapshot().unwrap();
    scene.world.settle();
    scene.falcon_has_the_right_board();
}

#[test]
fn parts_that_are_not_what_they_claim_are_disputed_by_who_needs_them() {
    let mut scene = Scene::set();
    scene.ghost_admits();
    let as_of = scene.world.hub.head();
    let board = scene.false_board();
    // What the others look at is right.
    let digest = scene.right_digest();
    scene.ghost_gives(as_of, board, digest);
    scene.world.settle();
    assert_eq!(scene.disputers(as_of), scene.devices(&[FALCON]));
    let petra = &scene.world.members[0];
    assert!(petra.notices.iter().any(|notice| matches!(
        notice,
        Notice::Security {
            security: SecurityEvent::SnapshotDisputedBy { .. },
            ..
        }
    )));
    scene.everybody_sees_the_dispute(as_of);
    let falcon = scene.world.members[FALCON].session();
    assert!(!falcon.is_board_ready());
    falcon.ask_for_snapshot().unwrap();
    scene.world.settle();
    scene.falcon_has_the_right_board();
}

#[test]
fn who_was_not_asked_gives_nobody_a_board() {
    let mut scene = Scene::set();
    scene.world.admit(0, &[FALCON]).unwrap();
    let commit = scene.world.log.last().unwrap().message.clone();
    assert!(scene.ghost.take(&commit));
    // Faster than Petra.
    let as_of = scene.world.hub.head();
    let board = scene.false_board();
    let digest = board.digest();
    scene.ghost_gives(as_of, board, digest);
    scene.world.settle();
    assert_eq!(scene.disputers(as_of), scene.devices(&[0, 1]));
    scene.falcon_has_the_right_board();
    let falcon = &scene.world.members[FALCON];
    let is_fooled = |notice: &Notice| matches!(notice, Notice::BoardReady { author, .. } if author.callsign == "Ghost");
    assert!(!falcon.notices.iter().any(is_fooled));
}
