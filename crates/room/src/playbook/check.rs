//! What the types can't say: names that must exist, once, and tasks that can be done.

use std::collections::{BTreeMap, BTreeSet};

use entente_protocol::limits as wire;

use super::{Condition, Due, PLAYBOOK_VERSION, Phase, Playbook, Quorum, Text};
use crate::limits::{MAX_PHASES, MAX_TASKS};

/// What is wrong with a playbook, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct PlaybookFault {
    /// Keys and places that lead to it: `["phases", "0", "tasks", "2", "needs", "1"]`.
    pub path: Vec<String>,
    /// In the words of the program.
    pub problem: String,
}

/// The place that is looked at.
#[derive(Clone, Default)]
struct Place(Vec<String>);

impl Place {
    fn at(&self, step: impl ToString) -> Self {
        let mut path = self.0.clone();
        path.push(step.to_string());
        Self(path)
    }

    fn fault<T>(&self, problem: impl Into<String>) -> Result<T, PlaybookFault> {
        Err(PlaybookFault {
            path: self.0.clone(),
            problem: problem.into(),
        })
    }
}

impl Playbook {
    /// Checks what the types can't say.
    ///
    /// # Errors
    /// The first [`PlaybookFault`].
    pub fn check(&self) -> Result<(), PlaybookFault> {
        let root = Place::default();
        if self.version != PLAYBOOK_VERSION {
            return root
                .at("version")
                .fault(format!("the version must be {PLAYBOOK_VERSION}"));
        }
        check_id(&self.id, &root.at("id"))?;
        check_text(&self.title, &root.at("title"))?;
        if self.phases.is_empty() || self.phases.len() > MAX_PHASES {
            return root
                .at("phases")
                .fault(format!("a playbook has 1 to {MAX_PHASES} phases"));
        }
        if self.tasks().count() > MAX_TASKS {
            return root
                .at("phases")
                .fault(format!("a playbook has at most {MAX_TASKS} tasks"));
        }
        if self.go_no_go.quorum == Quorum::AtLeast(0) {
            return root
                .at("go_no_go")
                .at("quorum")
                .fault("a quorum is at least 1");
        }
        self.check_spans(&root)?;
        let mut phases = BTreeSet::new();
        let mut tasks = BTreeSet::new();
        for (number, phase) in self.phases.iter().enumerate() {
            let place = root.at("phases").at(number);
            check_id(&phase.id, &place.at("id"))?;
            check_text(&phase.title, &place.at("title"))?;
            self.check_entry(phase, &phases, &place.at("entry"))?;
            if !phases.insert(phase.id.as_str()) {
                return place.at("id").fault(twice(&phase.id));
            }
            for (number, task) in phase.tasks.iter().enumerate() {
                let place = place.at("tasks").at(number);
                check_id(&task.id, &place.at("id"))?;
                check_text(&task.title, &place.at("title"))?;
                if let Some(Due::AfterPhase(span)) = task.due
                    && span.is_negative()
                {
                    return place
                        .at("due")
                        .fault("a task can't be due before its phase begins");
                }
                if !tasks.insert(task.id.as_str()) {
                    return place.at("id").fault(twice(&task.id));
                }
            }
        }
        self.check_needs(&root)
    }

    fn check_spans(&self, root: &Place) -> Result<(), PlaybookFault> {
        let hits = root.at("hits");
        let mut spans = vec![
            (hits.at("acknowledge_within"), self.hits.acknowledge_within),
            (hits.at("decide_within"), self.hits.decide_within),
            (hits.at("act_within"), self.hits.act_within),
            (hits.at("quiet_for"), self.hits.quiet_for),
        ];
        if let Some(custody) = &self.custody {
            let place = root.at("custody");
            spans.push((place.at("check_in_every"), custody.check_in_every));
            if let Some(at_most) = custody.at_most {
                let place = place.at("at_most");
                if at_most < custody.check_in_every {
                    return place.fault("the longest is not shorter than the usual");
                }
                spans.push((place, at_most));
            }
        }
        for (place, span) in spans {
            if span.as_ms() == 0 {
                return place.fault("a deadline is longer than nothing");
            }
        }
        Ok(())
    }

    fn check_entry(
        &self,
        phase: &Phase,
        earlier: &BTreeSet<&str>,
        place: &Place,
    ) -> Result<(), PlaybookFault> {
        for (number, condition) in phase.entry.iter().enumerate() {
            let place = place.at(number);
            match condition {
                Condition::PhaseBegun(id) if !earlier.contains(id.as_str()) => {
                    return place
                        .at("phase_begun")
                        .fault(format!("no earlier phase is called {id}"));
                }
                Condition::TaskDone(id) if self.task(id).is_none() => {
                    return place
                        .at("task_done")
                        .fault(format!("no task is called {id}"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Tasks need tasks that exist, and not themselves, however far around.
    fn check_needs(&self, root: &Place) -> Result<(), PlaybookFault> {
        let mut needs: BTreeMap<&str, (&[String], Place)> = BTreeMap::new();
        for (phase_number, phase) in self.phases.iter().enumerate() {
            for (number, task) in phase.tasks.iter().enumerate() {
                let place = root.at("phases").at(phase_number).at("tasks").at(number);
                needs.insert(&task.id, (&task.needs, place.at("needs")));
            }
        }
        for (wanted, place) in needs.values() {
            for (number, id) in wanted.iter().enumerate() {
                if !needs.contains_key(id.as_str()) {
                    return place.at(number).fault(format!("no task is called {id}"));
                }
            }
        }
        // What needs nothing that is left can be done; if nobody can, they wait for each other.
        let mut left: BTreeSet<&str> = needs.keys().copied().collect();
        loop {
            let doable: Vec<&str> = left
                .iter()
                .copied()
                .filter(|id| {
                    needs.get(id).is_some_and(|(wanted, _)| {
                        !wanted.iter().any(|id| left.contains(id.as_str()))
                    })
                })
                .collect();
            if doable.is_empty() {
                break;
            }
            left.retain(|id| !doable.contains(id));
        }
        match left.first().and_then(|id| needs.get(id)) {
            Some((_, place)) => place.fault("these tasks wait for each other"),
            None => Ok(()),
        }
    }
}

fn twice(id: &str) -> String {
    format!("{id} is there twice")
}

fn check_id(id: &str, place: &Place) -> Result<(), PlaybookFault> {
    let is_id = (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_id {
        Ok(())
    } else {
        place.fault("a name is 1 to 64 lower-case letters, digits and hyphens")
    }
}

fn check_text(text: &Text, place: &Place) -> Result<(), PlaybookFault> {
    let fits = [&text.en, &text.fr, &text.es, &text.ar]
        .iter()
        .all(|text| text.len() <= wire::MAX_TEXT_BYTES);
    if fits && !text.en.is_empty() {
        Ok(())
    } else {
        place
            .at("en")
            .fault("a text is there in English, and not too long")
    }
}
