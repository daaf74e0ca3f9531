//! Members who talk all the time, and what came of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use entente_client::HubUrl;
use entente_protocol::RoomId;
use entente_room::Session;
use entente_tests::{Cast, Member, within};
use entente_trust::Role;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::{CLASSIC, said, say};

const MEMBERS: usize = 4;

/// Messages that each has on the way at a time.
const UNDER_WAY: usize = 3;

/// What was acknowledged to one: place and text.
type Told = Vec<(u64, String)>;

/// Members of one room who talk until they are stopped.
pub(crate) struct Party {
    room: RoomId,
    members: Vec<Member>,
    talking: Vec<JoinHandle<Told>>,
    stop: Arc<AtomicBool>,
    progress: watch::Receiver<usize>,
}

/// What was counted in the end.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Messages that were acknowledged to their senders.
    pub(crate) acknowledged: usize,
    /// Of these, at all members together: found, missing, twice, in another place than was acknowledged.
    pub(crate) delivered: usize,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) misplaced: usize,
}

impl Counted {
    /// Nothing was lost, nothing came twice, everything is where it was said to be.
    pub(crate) fn is_whole(self) -> bool {
        self.acknowledged > 0 && (self.lost, self.doubled, self.misplaced) == (0, 0, 0)
    }
}

impl Party {
    /// Enrols members, fills a room and lets them talk.
    pub(crate) async fn begin(folder: &Path, url: &HubUrl) -> Self {
        let cast = Cast::new(folder, url, &["JO"]).await;
        let mut members = vec![cast.member("JO", "Coordinator", Role::Coordinator).await];
        for number in 1..MEMBERS {
            let callsign = format!("Field{number}");
            members.push(cast.member("JO", &callsign, Role::Field).await);
        }
        let others: Vec<&Member> = members.iter().skip(1).collect();
        let room = cast.open_room(&members[0], &others, CLASSIC).await;
        let stop = Arc::new(AtomicBool::new(false));
        let (told, progress) = watch::channel(0);
        let talking = members.iter().enumerate().map(|(number, member)| {
            let engine = member.engine.clone();
            let (stop, told) = (stop.clone(), told.clone());
            tokio::spawn(async move {
                let mut acknowledged = Told::new();
                for round in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let mut under_way = Vec::new();
                    for message in 0..UNDER_WAY {
                        let text = format!("member {number}, round {round}, message {message}");
                        under_way.push((engine.queue(room, say(&text)).await.unwrap(), text));
                    }
                    for (place, text) in under_way {
                        acknowledged.push((place.await.unwrap().unwrap(), text));
                        told.send_modify(|count| *count += 1);
                    }
                }
                acknowledged
            })
        });
        Self {
            room,
            talking: talking.collect(),
            members,
            stop,
            progress,
        }
    }

    /// Waits until so many more messages were acknowledged.
    pub(crate) async fn go_on(&mut self, more: usize) {
        let until = *self.progress.borrow() + more;
        within(self.progress.wait_for(|count| *count >= until))
            .await
            .unwrap();
    }

    /// How many messages were acknowledged so far.
    pub(crate) fn acknowledged(&self) -> usize {
        *self.progress.borrow()
    }

    /// Lets them finish, and compares what was acknowledged with what each has.
    pub(crate) async fn end(self) -> Counted {
        self.stop.store(true, Ordering::Relaxed);
        let mut expected: BTreeMap<String, u64> = BTreeMap::new();
        for talker in self.talking {
            for (seq, text) in within(talker).await.unwrap() {
                assert_eq!(expected.insert(text, seq), None, "texts are different");
            }
        }
        let last = expected.values().copied().max().unwrap_or(0);
        let mut counted = Counted {
            acknowledged: expected.len(),
            ..Counted::default()
        };
        let mut states = Vec::new();
        for member in &self.members {
            let engine = &member.engine;
            let there = engine.until(self.room, move |session| session.cursor() >= last);
            within(there).await.unwrap();
            let gaps = engine.view(self.room, |session| session.gaps().len());
            assert_eq!(
                gaps.await.unwrap(),
                0,
                "nobody had to come back by another way"
            );
            let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
            for (seq, text) in engine.view(self.room, said).await.unwrap() {
                found.entry(text).or_default().push(seq);
            }
            for (text, seq) in &expected {
                match found.get(text).map(Vec::as_slice) {
                    None => counted.lost += 1,
                    Some([place]) if place == seq => counted.delivered += 1,
                    Some([_]) => counted.misplaced += 1,
                    Some(_) => counted.doubled += 1,
                }
            }
            let state = |session: &Session| (session.transcript_hash(), session.halted_at());
            states.push(engine.view(self.room, state).await.unwrap());
        }
        assert!(
            states.iter().all(|state| state == &states[0]),
            "one order: {states:?}"
        );
        counted
    }
}
