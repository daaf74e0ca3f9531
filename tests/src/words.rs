//! What members say in tests, and what was said.

use entente_room::{Event, Say, Session};

/// A text, as nothing but a text.
#[must_use]
pub fn say(text: &str) -> Event {
    Event::Say(Say {
        text: text.to_owned(),
        urgent: false,
        reply_to: None,
    })
}

/// What was said in a room, with its place.
#[must_use]
pub fn said(session: &Session) -> Vec<(u64, String)> {
    session
        .record()
        .filter_map(|(seq, _, _, event)| match event {
            Event::Say(say) => Some((seq, say.text)),
            _ => None,
        })
        .collect()
}
