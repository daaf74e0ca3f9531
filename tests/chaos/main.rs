//! Hubs that are killed, starved and misled while members talk: what was acknowledged is there, once, in one order.
//! Short in `make test`; `make chaos KILLS=500` is the long run, and writes what it counted into docs/RELIABILITY.md.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attack;
mod clock;
mod disk;
mod drain;
mod kills;
mod party;
mod report;

use entente_room::{Event, Say, Session};

const CLASSIC: u16 = 0x0001;

fn say(text: &str) -> Event {
    Event::Say(Say {
        text: text.to_owned(),
        urgent: false,
        reply_to: None,
    })
}

/// What was said in a room, with its place.
fn said(session: &Session) -> Vec<(u64, String)> {
    session
        .record()
        .filter_map(|(seq, _, _, event)| match event {
            Event::Say(say) => Some((seq, say.text)),
            _ => None,
        })
        .collect()
}

/// A number that the environment tells, for the long run.
fn told(name: &str, usual: u32) -> u32 {
    std::env::var(name).map_or(usual, |text| text.parse().expect("a number"))
}
