//! The script of an exercise, in YAML.

use std::collections::BTreeSet;
use std::path::PathBuf;

use entente_room::playbook::Span;
use entente_trust::{Country, Role};
use serde::Deserialize;

use super::step::{CustodyWord, FEED_PREFIX, Step};
use crate::agent::Format;

/// Why a script can't be played.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// Not YAML of a script; the text names line and column.
    #[error("{0}")]
    Yaml(String),
    /// A version that this program does not know.
    #[error("version {0} is not known")]
    Version(u32),
    /// A step, counted from 1, names something that is not there, or comes at the wrong time.
    #[error("step {step}: {reason}")]
    Step {
        /// Which.
        step: usize,
        /// Why.
        reason: String,
    },
    /// Something is there twice, or missing.
    #[error("{0}")]
    Cast(String),
}

/// A text in the four languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// English
    pub en: String,
    /// French
    pub fr: String,
    /// Spanish
    pub es: String,
    /// Arabic
    pub ar: String,
}

/// MLS suite of the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suite {
    /// 0x004F
    #[default]
    PostQuantum,
    /// 0x0001
    Classic,
}

/// A demo authority.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityCast {
    /// Its country.
    pub country: Country,
    /// Its name.
    pub name: String,
}

/// A device and its officer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Its name in the script.
    pub id: String,
    /// Its country.
    pub country: Country,
    /// Officer id.
    pub officer: String,
    /// Call sign.
    pub callsign: String,
    /// Role.
    pub role: Role,
}

/// A whole script.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// 1.
    pub version: u32,
    /// Its name, for folders.
    pub id: String,
    /// Name of the operation.
    pub title: Texts,
    /// The playbook, beside this file.
    #[serde(default)]
    pub playbook: Option<PathBuf>,
    /// The suite of the room.
    #[serde(default)]
    pub ciphersuite: Suite,
    /// Length of the time box, such as `4h`.
    pub time_box: String,
    /// The demo authorities.
    pub authorities: Vec<AuthorityCast>,
    /// The devices.
    pub devices: Vec<Device>,
    /// What happens.
    pub steps: Vec<Step>,
    /// The room stays open when the script ends, for people who go on in it.
    #[serde(default)]
    pub stays_open: bool,
    /// The score that it must end with.
    #[serde(default)]
    pub expect: Option<Expected>,
}

/// The score that a script must end with, on the exercise's own clock.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Hits that were raised.
    pub hits: usize,
    /// Deadlines of hits that were kept.
    pub deadlines_met: usize,
    /// Deadlines of hits that were missed.
    pub deadlines_missed: usize,
    /// The longest time to acknowledge a hit.
    pub slowest_acknowledgement: Span,
    /// Tasks done on time.
    pub tasks_on_time: usize,
    /// Tasks that were late.
    pub tasks_late: usize,
    /// Reports on goods in custody that did not come in time.
    #[serde(default)]
    pub check_ins_missed: usize,
}

const VERSION: u32 = 1;

impl Script {
    /// Reads and checks a script.
    ///
    /// # Errors
    /// See [`ScriptError`].
    pub fn from_yaml(text: &str) -> Result<Self, ScriptError> {
        let script: Self =
            serde_saphyr::from_str(text).map_err(|error| ScriptError::Yaml(error.to_string()))?;
        script.check()?;
        Ok(script)
    }

    fn check(&self) -> Result<(), ScriptError> {
        if self.version != VERSION {
            return Err(ScriptError::Version(self.version));
        }
        let cast = |reason: String| Err(ScriptError::Cast(reason));
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let mut countries = BTreeSet::new();
        for authority in &self.authorities {
            if !countries.insert(authority.country) {
                return cast(format!("authority {} is there twice", authority.country));
            }
        }
        let mut devices = BTreeSet::new();
        for device in &self.devices {
            if device.id.is_empty() || !device.id.chars().all(is_plain) {
                return cast(format!("device {:?} is not a plain name", device.id));
            }
            if !devices.insert(device.id.as_str()) {
                return cast(format!("device {} is there twice", device.id));
            }
            if !countries.contains(&device.country) {
                return cast(format!("device {} has no authority", device.id));
            }
        }
        parse_time(&self.time_box).map_err(ScriptError::Cast)?;
        let mut course = Course {
            devices,
            ..Course::default()
        };
        for (index, step) in self.steps.iter().enumerate() {
            course.take(step).map_err(|reason| ScriptError::Step {
                step: index + 1,
                reason,
            })?;
        }
        if course.is_closed || self.stays_open {
            Ok(())
        } else {
            cast("the room is not closed at the end".to_owned())
        }
    }
}

/// Milliseconds of a text such as `4h`.
pub(super) fn parse_time(text: &str) -> Result<u64, String> {
    let length = humantime::parse_duration(text).map_err(|error| format!("{text:?}: {error}"))?;
    Ok(u64::try_from(length.as_millis()).unwrap_or(u64::MAX))
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// What has happened so far, to see whether the next step can.
#[derive(Default)]
struct Course<'a> {
    devices: BTreeSet<&'a str>,
    seated: BTreeSet<&'a str>,
    targets: BTreeSet<&'a str>,
    hits: BTreeSet<&'a str>,
    checks: BTreeSet<&'a str>,
    at: Option<Span>,
    has_h_hour: bool,
    is_open: bool,
    is_closed: bool,
}

impl<'a> Course<'a> {
    fn take(&mut self, step: &'a Step) -> Result<(), String> {
        if self.is_closed {
            return Err("the room is closed".to_owned());
        }
        if let Step::At(moment) = step {
            if self.at.is_some_and(|before| before > *moment) || moment.is_negative() {
                return Err("the clock does not go back".to_owned());
            }
            self.at = Some(*moment);
            return Ok(());
        }
        if let Step::Open { by } = step {
            self.known(by)?;
            if core::mem::replace(&mut self.is_open, true) {
                return Err("the room is open already".to_owned());
            }
            self.seated.insert(by);
            return Ok(());
        }
        if !self.is_open {
            return Err("the room is not open".to_owned());
        }
        if let Some(by) = step.by() {
            self.sits(by)?;
        }
        if let Some(target) = step.needs_target().filter(|it| !self.targets.contains(it)) {
            return Err(format!("there is no target {target}"));
        }
        if let Some(hit) = step.needs_hit().filter(|hit| !self.is_hit(hit)) {
            return Err(format!("there is no hit {hit}"));
        }
        match step {
            Step::Admit { devices, .. } => {
                for device in devices {
                    self.known(device)?;
                    if !self.seated.insert(device) {
                        return Err(format!("{device} has a seat already"));
                    }
                }
            }
            Step::Target(target) => {
                let is_new = self.targets.insert(&target.target);
                if is_new && (target.kind.is_none() || target.name.is_none()) {
                    let name = &target.target;
                    return Err(format!("the new target {name} needs a kind and a name"));
                }
                if target.priority.is_some_and(|it| !(1..=5).contains(&it)) {
                    return Err("a priority is 1 to 5".to_owned());
                }
                if target.evaluation.is_some() && target.evaluated().is_none() {
                    return Err("an evaluation is A1 to D4, or X4".to_owned());
                }
            }
            Step::Hit { hit, .. } => {
                let is_new = self.hits.insert(hit);
                ensure(is_new, || format!("hit {hit} is there twice"))?;
            }
            Step::Check { check, .. } => {
                let is_new = self.checks.insert(check);
                ensure(is_new, || format!("check {check} is there twice"))?;
            }
            Step::Answer { check, .. } => {
                let is_there = self.checks.contains(check.as_str());
                ensure(is_there, || format!("there is no check {check}"))?;
            }
            Step::Feed { format, .. } => {
                let is_there = Format::from_name(format).is_some();
                ensure(is_there, || format!("there is no format {format}"))?;
            }
            Step::Custody {
                step: CustodyWord::Offer,
                to: None,
                ..
            } => return Err("an offer is to a country".to_owned()),
            Step::WaitForHHour {} if !self.has_h_hour => {
                return Err("no H-hour is set".to_owned());
            }
            Step::HHour { .. } => self.has_h_hour = true,
            Step::Abort { .. } => self.has_h_hour = false,
            Step::Remove { device, .. } => {
                let sat = self.seated.remove(device.as_str());
                ensure(sat, || format!("{device} has no seat"))?;
            }
            Step::Extend { time_box, .. } => {
                parse_time(time_box)?;
            }
            Step::Refused { step, .. } => {
                let is_for_board = !matches!(
                    **step,
                    Step::At(_)
                        | Step::Open { .. }
                        | Step::Admit { .. }
                        | Step::Say { .. }
                        | Step::Position { .. }
                        | Step::Feed { .. }
                        | Step::WaitForHHour {}
                        | Step::Remove { .. }
                        | Step::Extend { .. }
                        | Step::Refused { .. }
                        | Step::Agree {}
                        | Step::Close { .. }
                );
                if !is_for_board {
                    return Err("only what is said of the board can be refused".to_owned());
                }
                // What it names may come later, or never.
            }
            Step::Close { .. } => self.is_closed = true,
            _ => {}
        }
        Ok(())
    }

    /// A hit of the script, or one that a feed may raise of a target of the script.
    fn is_hit(&self, name: &str) -> bool {
        let target = name.strip_prefix(FEED_PREFIX);
        self.hits.contains(name) || target.is_some_and(|target| self.targets.contains(target))
    }

    fn known(&self, device: &str) -> Result<(), String> {
        let is_known = self.devices.contains(device);
        if is_known {
            Ok(())
        } else {
            Err(format!("there is no device {device}"))
        }
    }

    fn sits(&self, device: &str) -> Result<(), String> {
        self.known(device)?;
        let sits = self.seated.contains(device);
        if sits {
            Ok(())
        } else {
            Err(format!("{device} has no seat"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../ops-playbooks/exercises/captagon-corridor.yaml");

    #[test]
    fn the_shipped_exercise_can_be_played() {
        let script = Script::from_yaml(SHIPPED).unwrap();
        assert!(script.authorities.len() >= 3);
        assert!(script.devices.len() >= 8);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let step = |from: &str, to: &str| {
            let text = SHIPPED.replacen(from, to, 1);
            assert_ne!(text, SHIPPED, "{from:?} is not in the script");
            Script::from_yaml(&text).unwrap_err().to_string()
        };
        assert!(step("version: 1", "version: 2").contains("version 2"));
        assert!(step("open: {by: petra}", "open: {by: nobody}").contains("nobody"));
        assert!(step("open: {by: petra}", "agree: {}").contains("step 1"));
        assert!(step("open: {by: petra}", "open: {by: petra, with: x}").contains("line"));
        assert!(step("time_box: 4h", "time_box: soon").contains("soon"));
        assert!(step("country: AE, name", "country: JO, name").contains("JO"));
    }
}
