//! What was said, photos among it.

use std::collections::BTreeMap;

use entente_protocol::RoomId;
use entente_room::{Document, DocumentId, Event, Session};
use serde::Serialize;

use super::{Names, When, Who};

/// Lines that the page gets, the newest.
const LINES: usize = 2_000;

/// Characters of the line that is replied to.
const QUOTE: usize = 120;

/// A line.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)] // as in types.ts
pub struct TalkLine {
    pub seq: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub time_ms: u64,
    pub who: Who,
    pub text: String,
    pub urgent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Quote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentView>,
}

/// What is replied to.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Quote {
    pub seq: u64,
    pub who: Who,
    pub text: String,
}

/// A photo or document.
#[derive(Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct DocumentView {
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<RoomId>,
    pub name: String,
    pub media_type: String,
    pub size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    pub stamp: When,
}

pub(super) fn document(names: &Names<'_>, id: DocumentId, document: &Document) -> DocumentView {
    let shared = &document.shared;
    DocumentView {
        id: id.to_string(),
        within: names.within(),
        name: shared.name.clone(),
        media_type: shared.media_type.clone(),
        size: shared.size,
        target: shared.target.map(|target| target.to_string()),
        stamp: names.stamp(&document.stamp),
    }
}

/// The talk of one room as far as it was read: the record only grows, so each line is read once.
#[derive(Clone, Default)]
pub struct Talk {
    lines: BTreeMap<u64, TalkLine>,
    read_to: u64,
}

impl Talk {
    /// Reads what is new.
    pub fn read(&mut self, session: &Session) {
        let names = Names::of(session);
        let documents: BTreeMap<DocumentId, &Document> = session.board().documents().collect();
        for (seq, time_ms, author, event) in session.record_after(self.read_to) {
            self.read_to = seq;
            let mut line = TalkLine {
                seq,
                within: names.within(),
                time_ms,
                who: names.author(author),
                text: String::new(),
                urgent: false,
                reply_to: None,
                document: None,
            };
            match event {
                Event::Say(said) => {
                    line.text = said.text;
                    line.urgent = said.urgent;
                    line.reply_to = said.reply_to.and_then(|to| self.quote(to));
                }
                Event::Document(shared) => {
                    // One that the board has not taken is none.
                    let Some(taken) = documents.get(&shared.document) else {
                        continue;
                    };
                    line.document = Some(document(&names, shared.document, taken));
                }
                _ => continue,
            }
            self.lines.insert(seq, line);
            if self.lines.len() > LINES {
                self.lines.pop_first();
            }
        }
    }

    fn quote(&self, seq: u64) -> Option<Quote> {
        let line = self.lines.get(&seq)?;
        let text = match &line.document {
            Some(document) => &document.name,
            None => &line.text,
        };
        Some(Quote {
            seq,
            who: line.who.clone(),
            text: text.chars().take(QUOTE).collect(),
        })
    }

    /// The lines, in order.
    #[must_use]
    pub fn lines(&self) -> Vec<TalkLine> {
        self.lines.values().cloned().collect()
    }

    /// Lines of others after a place.
    #[must_use]
    pub fn after(&self, seq: u64) -> usize {
        let later = self.lines.range(seq.saturating_add(1)..);
        later.filter(|(_, line)| !line.who.me).count()
    }
}
