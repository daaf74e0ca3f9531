//! A field of a target, with its history.

use serde::{Deserialize, Serialize};

use super::Stamp;
use crate::limits::MAX_FIELD_HISTORY;

/// A value, and who set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Who set it, and when.
    pub stamp: Stamp,
}

/// A field with who set it last, and what it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field<T> {
    /// Its value.
    pub value: T,
    /// Who set it, and when.
    pub stamp: Stamp,
    /// What it was before, oldest first, the last [`MAX_FIELD_HISTORY`].
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub past: Vec<Setting<T>>,
}

impl<T: PartialEq> Field<T> {
    pub(super) const fn new(value: T, stamp: Stamp) -> Self {
        Self {
            value,
            stamp,
            past: Vec::new(),
        }
    }

    pub(super) fn set(&mut self, value: T, stamp: Stamp) {
        let value = core::mem::replace(&mut self.value, value);
        let earlier = core::mem::replace(&mut self.stamp, stamp);
        self.past.push(Setting {
            value,
            stamp: earlier,
        });
        if self.past.len() > MAX_FIELD_HISTORY {
            self.past.remove(0);
        }
    }

    /// Every value that it has had, oldest first, the present one last.
    pub fn history(&self) -> impl Iterator<Item = (&T, &Stamp)> {
        let past = self.past.iter().map(|past| (&past.value, &past.stamp));
        past.chain([(&self.value, &self.stamp)])
    }
}
