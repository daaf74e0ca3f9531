//! A feed: lines in, hits out.

use std::collections::VecDeque;
use std::time::Duration;

use entente_protocol::RoomId;
use entente_room::{Event, HitId, HitRaised, Matched, Notice, SessionError, WatchList};
use serde::Serialize;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::{broadcast, mpsc, oneshot};

use super::folding::{Folding, Telling};
use super::lines::LineReader;
use super::source::{Input, Source, SourceError};
use super::table::Column;
use super::{Format, Line, Observation};
use crate::engine::{Engine, EngineError, EngineEvent};
use crate::{now_ms, random_bytes};

/// Lines between two looks at the board.
const BATCH: usize = 256;

/// Hits that are on their way to the hub at once.
const MAX_UNDER_WAY: usize = 64;

/// How often is told what was gathered.
const TELL_INTERVAL: Duration = Duration::from_millis(500);

/// How a feed is run.
#[derive(Debug, Clone)]
pub struct FeedOptions {
    /// Where lines come from.
    pub source: Source,
    /// How they are read.
    pub format: Format,
    /// Columns of a table.
    pub columns: Vec<Column>,
    /// Matches that are less sure than this are passed over, percent.
    pub min_certainty: u8,
    /// End when a connection ends, instead of making it again.
    pub once: bool,
}

/// What a feed has counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Lines.
    pub read: u64,
    /// Lines that could not be read.
    pub bad: u64,
    /// Lines without anything to be matched.
    pub other: u64,
    /// Observations that match something on the board.
    pub matched: u64,
    /// Hits raised, and told again with a higher count.
    pub told: u64,
    /// Times that the connection to the source was lost.
    pub lost: u64,
}

/// Something that a person beside the feed may want to see.
#[derive(Debug)]
pub enum Report {
    /// A line that can't be read: its number, from 1, and why.
    Bad(u64, String),
    /// The source is gone; it is tried again.
    Lost(String),
    /// How it stands.
    Counts(Counts),
}

/// A board that is watched for, the room's or a compartment's, and what was seen of it.
struct Watched {
    room: RoomId,
    list: WatchList,
    folding: Folding,
}

impl Watched {
    /// Puts what was seen beside what was seen before, if this board knows it.
    fn see(&mut self, seen: &Observation, seen_at_ms: u64, min_certainty: u8) -> bool {
        let found = seen
            .readings
            .iter()
            .flat_map(|reading| {
                let found = self.list.search(reading).into_iter();
                found.map(move |found| (reading, found))
            })
            .filter(|(_, found)| found.certainty >= min_certainty);
        // Of each target the surest.
        let mut best: Vec<(&entente_room::Reading, entente_room::Match<'_>)> = Vec::new();
        for (reading, found) in found {
            match best
                .iter_mut()
                .find(|(_, known)| known.target == found.target)
            {
                Some(known) if known.1.certainty < found.certainty => *known = (reading, found),
                Some(_) => {}
                None => best.push((reading, found)),
            }
        }
        let is_known = !best.is_empty();
        for (reading, found) in best {
            let matched = Matched {
                identifier: found.identifier.clone(),
                rule: found.rule,
                certainty: found.certainty,
            };
            let how = (seen.position, seen_at_ms, seen.note.as_str());
            self.folding
                .see(found.target, &reading.identifier, matched, how);
        }
        is_known
    }
}

type Answer = oneshot::Receiver<Result<u64, EngineError>>;

/// A running feed.
pub struct Feed {
    engine: Engine,
    room: RoomId,
    events: broadcast::Receiver<EngineEvent>,
    reader: LineReader,
    min_certainty: u8,
    /// The room's board and those of its compartments in which this device sits: a hit is raised where its target is.
    watched: Vec<Watched>,
    under_way: VecDeque<(RoomId, Answer)>,
    counts: Counts,
    lines: mpsc::Receiver<Input>,
}

/// Why a feed ended.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The source.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The room.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Feed {
    /// Starts reading.
    ///
    /// # Errors
    /// See [`FeedError`].
    pub async fn start(
        engine: Engine,
        room: RoomId,
        options: FeedOptions,
    ) -> Result<Self, FeedError> {
        let reader = LineReader::new(options.format, options.columns);
        let lines = options.source.start(options.once).await?;
        Self::over(engine, room, reader, lines, options.min_certainty).await
    }

    /// Over lines that somebody else brings.
    pub(super) async fn over(
        engine: Engine,
        room: RoomId,
        reader: LineReader,
        lines: mpsc::Receiver<Input>,
        min_certainty: u8,
    ) -> Result<Self, FeedError> {
        let events = engine.events();
        let mut feed = Self {
            engine,
            room,
            events,
            reader,
            min_certainty,
            watched: Vec::new(),
            under_way: VecDeque::new(),
            counts: Counts::default(),
            lines,
        };
        feed.watch().await?;
        Ok(feed)
    }

    /// Takes the boards as they are now.
    async fn watch(&mut self) -> Result<(), FeedError> {
        let lists = self.engine.boards(self.room, |it| it.watch_lists()).await?;
        let mut before = core::mem::take(&mut self.watched);
        for (room, list) in lists {
            let known = before.iter().position(|it| it.room == room);
            let folding = known.map(|at| before.swap_remove(at).folding);
            self.watched.push(Watched {
                room,
                list,
                folding: folding.unwrap_or_default(),
            });
        }
        Ok(())
    }

    /// Runs until the source ends or the future is dropped.
    ///
    /// # Errors
    /// See [`FeedError`].
    pub async fn run(&mut self, mut report: impl FnMut(Report)) -> Result<Counts, FeedError> {
        let mut tell = tokio::time::interval(TELL_INTERVAL);
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            tokio::select! {
                count = self.lines.recv_many(&mut batch, BATCH) => {
                    self.look_at_board().await?;
                    for input in batch.drain(..) {
                        self.take(input, &mut report);
                    }
                    if count == 0 {
                        break;
                    }
                }
                _ = tell.tick() => {
                    self.tell(false).await?;
                    report(Report::Counts(self.counts));
                }
            }
        }
        self.tell(true).await?;
        while let Some(one) = self.under_way.pop_front() {
            self.answer(one).await?;
        }
        Ok(self.counts)
    }

    /// The boards may have changed since the last look.
    async fn look_at_board(&mut self) -> Result<(), FeedError> {
        let mut is_changed = false;
        loop {
            match self.events.try_recv() {
                Ok(EngineEvent::Room { room, notice })
                    if self.watched.iter().any(|it| it.room == room) =>
                {
                    is_changed |= matches!(
                        notice,
                        Notice::Target { .. }
                            | Notice::BoardReady { .. }
                            | Notice::Removed { .. }
                            | Notice::Closed { .. }
                    );
                }
                // It may be one more compartment.
                Ok(EngineEvent::Joined { .. }) => is_changed = true,
                Ok(EngineEvent::Stopped { .. }) | Err(TryRecvError::Closed) => {
                    return Err(EngineError::Stopped.into());
                }
                Ok(_) => {}
                Err(TryRecvError::Lagged(_)) => is_changed = true,
                Err(TryRecvError::Empty) => break,
            }
        }
        if is_changed {
            self.watch().await?;
        }
        Ok(())
    }

    fn take(&mut self, input: Input, report: &mut impl FnMut(Report)) {
        let line = match input {
            Input::Lost(reason) => {
                self.counts.lost += 1;
                report(Report::Lost(reason));
                return;
            }
            Input::Unreadable => Line::Bad("not a line of text".to_owned()),
            Input::Line(line) => self.reader.read(&line),
        };
        self.counts.read += 1;
        match line {
            Line::Seen(seen) => self.see(&seen),
            Line::Other => self.counts.other += 1,
            Line::Bad(reason) => {
                self.counts.bad += 1;
                report(Report::Bad(self.counts.read, reason));
            }
        }
    }

    fn see(&mut self, seen: &Observation) {
        let seen_at_ms = seen.seen_at_ms.unwrap_or_else(now_ms);
        let mut is_known = false;
        for watched in &mut self.watched {
            is_known |= watched.see(seen, seen_at_ms, self.min_certainty);
        }
        self.counts.matched += u64::from(is_known);
    }

    async fn tell(&mut self, all: bool) -> Result<(), FeedError> {
        let mut due = Vec::new();
        for (at, watched) in self.watched.iter_mut().enumerate() {
            let tellings = watched.folding.due(now_ms(), all).into_iter();
            due.extend(tellings.map(|telling| (at, watched.room, telling)));
        }
        for (at, room, telling) in due {
            let (hit, quiet) = self.hit_of(room, &telling).await?;
            if let Some(watched) = self.watched.get_mut(at) {
                let folding = &mut watched.folding;
                folding.told(telling.target, &telling.identifier, hit);
            }
            let event = Event::Hit(HitRaised {
                quiet,
                ..telling.raised(hit)
            });
            if self.under_way.len() >= MAX_UNDER_WAY
                && let Some(first) = self.under_way.pop_front()
            {
                self.answer(first).await?;
            }
            self.counts.told += 1;
            let answer = self.engine.queue(room, event).await?;
            self.under_way.push_back((room, answer));
        }
        Ok(())
    }

    /// The hit that it is counted in, and whether that is closed; or another.
    async fn hit_of(&self, room: RoomId, telling: &Telling) -> Result<(HitId, bool), FeedError> {
        let now_ms = now_ms();
        let (before, target) = (telling.hit, telling.target);
        let identifier = telling.identifier.clone();
        let look = move |session: &entente_room::Session| {
            let board = session.board();
            // What this feed has said may still be on its way.
            if let Some(before) = before.filter(|before| board.hit(*before).is_none()) {
                return Some((before, false));
            }
            let id = board.hit_to_count_in(Some(target), &identifier, now_ms)?;
            Some((id, !board.hit(id)?.is_open()))
        };
        if let Some(known) = self.engine.view(room, look).await? {
            return Ok(known);
        }
        let id = HitId::from_bytes(random_bytes().map_err(EngineError::from)?);
        Ok((id, false))
    }

    /// What became of a hit that was sent. One that did nothing to the board is no reason to stop: the
    /// target may have gone in the meantime. Nor is a compartment that has ended.
    async fn answer(&self, (room, answer): (RoomId, Answer)) -> Result<(), EngineError> {
        match answer.await {
            Ok(Ok(_) | Err(EngineError::Rejected(_))) => Ok(()),
            Ok(Err(EngineError::Session(SessionError::Ended))) if room != self.room => Ok(()),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(EngineError::Stopped),
        }
    }
}
