//! What a member's device does, measured as the web client does it: the same stage as the native benchmark of
//! `crates/room/benches/session.rs`, as wasm. `benches/members.mjs` runs it.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../../crates/room/benches/stage/mod.rs"]
mod stage;

use std::hint::black_box;

use entente_room::{CommitWish, KeyStore, Session};
use js_sys::Function;
use stage::support::NOW;
use stage::{Stage, say};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// A room of so many seats, and the clock that it is measured with: a function that gives milliseconds.
#[wasm_bindgen]
pub struct Bench {
    stage: Stage,
    clock: Function,
}

#[wasm_bindgen]
impl Bench {
    #[wasm_bindgen(constructor)]
    pub fn new(seats: usize, clock: Function) -> Self {
        let stage = Stage::of(seats);
        Self { stage, clock }
    }

    /// Seals a text of 1 KiB. Like the others: milliseconds.
    pub fn seal(&mut self) -> f64 {
        let session = self.stage.world.members[0].session();
        timed(&self.clock, || {
            black_box(session.ephemeral(&say(), *NOW).unwrap());
        })
    }

    /// Opens one.
    pub fn open(&mut self) -> f64 {
        self.stage.world.say(0, say());
        self.stage.world.flush(0);
        let delivery = self.stage.delivered();
        timed(&self.clock, || self.stage.receive(&delivery))
    }

    pub fn join(&mut self) -> f64 {
        let identity = self.stage.world.members[1].identity.clone();
        let trusted = &self.stage.world.trusted;
        let mut keys = KeyStore::load(self.stage.keys.clone());
        timed(&self.clock, || {
            let joined = Session::join(identity, &mut keys, &self.stage.welcome, trusted, *NOW);
            black_box(joined.unwrap());
        })
    }

    pub fn make_commit(&mut self) -> f64 {
        let session = self.stage.world.members[0].session();
        let took = timed(&self.clock, || {
            black_box(session.commit(CommitWish::Update, *NOW).unwrap());
        });
        session.drop_commit();
        took
    }

    pub fn take_commit(&mut self) -> f64 {
        self.stage.world.commit(0, CommitWish::Update).unwrap();
        let delivery = self.stage.delivered();
        timed(&self.clock, || self.stage.receive(&delivery))
    }
}

fn timed(clock: &Function, work: impl FnOnce()) -> f64 {
    let now_ms = || {
        let now = clock.call0(&JsValue::NULL);
        now.ok().and_then(|now| now.as_f64()).unwrap()
    };
    let begun = now_ms();
    work();
    now_ms() - begun
}
