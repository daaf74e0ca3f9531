//! What people said, and what they were told of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::executor::lock;

/// What became of something that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The device has it in its outbox, on its disk.
    Kept,
    /// Everybody has it, at this place.
    Said(u64),
    /// The device has said that it will not be said.
    GivenUp,
}

/// A text that somebody said.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) device: usize,
    /// Which of the device's times in the room it was.
    pub(crate) life: u64,
    pub(crate) fate: Fate,
}

/// All that was said; shared with the tasks that wait for it.
#[derive(Clone, Default)]
pub(crate) struct Diary(Arc<Mutex<BTreeMap<String, Entry>>>);

impl Diary {
    pub(crate) fn kept(&self, text: &str, device: usize, life: u64) {
        let fate = Fate::Kept;
        lock(&self.0).insert(text.to_owned(), Entry { device, life, fate });
    }

    pub(crate) fn is(&self, text: &str, fate: Fate) {
        if let Some(entry) = lock(&self.0).get_mut(text) {
            entry.fate = fate;
        }
    }

    pub(crate) fn entries(&self) -> Vec<(String, Entry)> {
        let all = lock(&self.0);
        all.iter()
            .map(|(text, entry)| (text.clone(), entry.clone()))
            .collect()
    }
}
