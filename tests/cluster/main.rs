//! Several hubs on one PostgreSQL and one NATS: real processes, real devices, real wires that are cut.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chaos;
mod commits;
mod copies;
mod eviction;
mod failures;
mod passing;

use entente_room::{Event, Say, Session};

const CLASSIC: u16 = 0x0001;
const POST_QUANTUM: u16 = 0x004F;

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
