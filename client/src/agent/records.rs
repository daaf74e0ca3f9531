//! A country's records: answers check requests without ever publishing the list.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::SystemTime;

use entente_protocol::RoomId;
use entente_room::{
    Answer, CheckAnswer, CheckId, Event, Identifier, MatchRule, Reading, TargetId, WatchList,
};
use serde::Serialize;

use super::table::{Column, ColumnError, Columns};
use crate::engine::{Engine, EngineError};

/// Which records there are.
#[derive(Debug, Clone)]
pub struct RecordsOptions {
    /// A table with a header.
    pub file: PathBuf,
    /// Which columns hold identifiers.
    pub columns: Vec<Column>,
}

/// Why records can't be read.
#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    /// The file.
    #[error("{0}: {1}")]
    File(String, String),
    /// Its columns.
    #[error(transparent)]
    Column(#[from] ColumnError),
    /// The room.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// An answer that was given.
#[derive(Debug, Clone, Serialize)]
pub struct Given {
    /// The request.
    pub check: CheckId,
    /// What was answered.
    pub answer: Answer,
    /// How long it waited, milliseconds.
    pub latency_ms: u64,
}

/// Records in memory.
pub struct Records {
    options: RecordsOptions,
    list: WatchList,
    modified: Option<SystemTime>,
    /// Rows whose identifiers can't be read.
    bad: u64,
    answered: BTreeSet<CheckId>,
}

impl Records {
    /// Reads the records.
    ///
    /// # Errors
    /// See [`RecordsError`].
    pub fn open(options: RecordsOptions) -> Result<Self, RecordsError> {
        let mut records = Self {
            options,
            list: WatchList::default(),
            modified: None,
            bad: 0,
            answered: BTreeSet::new(),
        };
        records.refresh()?;
        Ok(records)
    }

    /// How many identifiers are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many identifiers could not be read.
    #[must_use]
    pub const fn bad(&self) -> u64 {
        self.bad
    }

    /// Reads the file again if it has changed; returns whether it had.
    ///
    /// # Errors
    /// See [`RecordsError`]; what was read before stays.
    pub fn refresh(&mut self) -> Result<bool, RecordsError> {
        let path = &self.options.file;
        let failed = |error: &dyn core::fmt::Display| {
            RecordsError::File(path.display().to_string(), error.to_string())
        };
        let modified = std::fs::metadata(path)
            .and_then(|found| found.modified())
            .map_err(|error| failed(&error))?;
        if self.modified == Some(modified) {
            return Ok(false);
        }
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_path(path)
            .map_err(|error| failed(&error))?;
        let header = reader.headers().map_err(|error| failed(&error))?.clone();
        let columns = Columns::find(&header, &self.options.columns)?;
        let (mut list, mut bad) = (WatchList::default(), 0);
        for row in reader.records() {
            let row = row.map_err(|error| failed(&error))?;
            for reading in columns.identifiers(&row) {
                match reading {
                    Ok(reading) => list.add(&reading.identifier, TargetId::from_bytes([0; 16])),
                    Err(_) => bad += 1,
                }
            }
        }
        (self.list, self.bad, self.modified) = (list, bad, Some(modified));
        Ok(true)
    }

    /// Known for sure is a hit; likely is for a person to say; else nothing is known.
    #[must_use]
    pub fn look_up(&self, identifier: &Identifier) -> Answer {
        let reading = Reading {
            identifier: identifier.clone(),
            check: identifier.check(),
        };
        match self.list.search(&reading).first() {
            Some(found) if found.rule == MatchRule::Exact => Answer::Hit,
            Some(_) => Answer::Refer,
            None => Answer::NoHit,
        }
    }

    /// Answers everything that this device's country was asked and has not answered.
    ///
    /// # Errors
    /// [`RecordsError::Engine`].
    pub async fn answer_open(
        &mut self,
        engine: &Engine,
        room: RoomId,
        mut given: impl FnMut(&Given),
    ) -> Result<(), RecordsError> {
        let open: Vec<(CheckId, Identifier)> = engine
            .view(room, |session| {
                let own = session
                    .author(session.device())
                    .map(|author| author.country);
                session
                    .board()
                    .checks()
                    .filter(|(_, check)| {
                        own.and_then(|own| check.answers.get(&own))
                            .is_some_and(Option::is_none)
                    })
                    .map(|(id, check)| (id, check.identifier.clone()))
                    .collect()
            })
            .await?;
        for (check, identifier) in open {
            if !self.answered.insert(check) {
                continue;
            }
            let answer = self.look_up(&identifier);
            let event = Event::CheckAnswer(CheckAnswer {
                check,
                answer,
                note: String::new(),
            });
            match engine.say(room, event).await {
                // A person was quicker.
                Ok(_) | Err(EngineError::Rejected(_)) => {}
                Err(error) => return Err(error.into()),
            }
            let latency_ms = engine
                .view(room, move |session| {
                    let own = session.author(session.device())?.country;
                    session.board().check(check)?.latency_ms(own)
                })
                .await?;
            given(&Given {
                check,
                answer,
                latency_ms: latency_ms.unwrap_or_default(),
            });
        }
        Ok(())
    }
}
