//! The script of an exercise, in YAML.

use std::collections::BTreeSet;
use std::path::PathBuf;

use entente_room::{Identifier, TargetKind, TargetStatus};
use entente_trust::{Country, Role};
use serde::Deserialize;

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

/// One step.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)] // the fields are those of the commands of the same names
pub enum Step {
    /// The room is opened.
    Open { by: String },
    /// Devices get seats.
    Admit { by: String, devices: Vec<String> },
    /// Somebody speaks.
    Say {
        by: String,
        text: String,
        #[serde(default)]
        urgent: bool,
    },
    /// A target is put on the board, or changed.
    Target {
        by: String,
        target: String,
        #[serde(default)]
        kind: Option<TargetKind>,
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        status: Option<TargetStatus>,
        #[serde(default)]
        priority: Option<u8>,
        #[serde(default)]
        owner: Option<Country>,
        #[serde(default)]
        notes: Option<String>,
        #[serde(default)]
        identifiers: Vec<Identifier>,
    },
    /// A hit is raised.
    Hit {
        by: String,
        hit: String,
        identifier: Identifier,
        #[serde(default)]
        target: Option<String>,
        #[serde(default)]
        note: String,
    },
    /// A hit is acknowledged.
    Acknowledge {
        by: String,
        hit: String,
        #[serde(default)]
        note: String,
    },
    /// A device loses its seat.
    Remove { by: String, device: String },
    /// The time box ends later, counted from now.
    Extend { by: String, time_box: String },
    /// Everybody in the room must have the same board.
    Agree {},
    /// The time box ends now.
    Close { by: String },
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
        if course.is_closed {
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

/// What has happened so far, to see whether the next step can.
#[derive(Default)]
struct Course<'a> {
    devices: BTreeSet<&'a str>,
    seated: BTreeSet<&'a str>,
    targets: BTreeSet<&'a str>,
    hits: BTreeSet<&'a str>,
    is_open: bool,
    is_closed: bool,
}

impl<'a> Course<'a> {
    fn take(&mut self, step: &'a Step) -> Result<(), String> {
        if self.is_closed {
            return Err("the room is closed".to_owned());
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
        match step {
            Step::Open { .. } | Step::Agree {} => {}
            Step::Say { by, .. } => self.sits(by)?,
            Step::Admit { by, devices } => {
                self.sits(by)?;
                for device in devices {
                    self.known(device)?;
                    if !self.seated.insert(device) {
                        return Err(format!("{device} has a seat already"));
                    }
                }
            }
            Step::Target {
                by,
                target,
                kind,
                name,
                identifiers: _,
                priority,
                ..
            } => {
                self.sits(by)?;
                if self.targets.insert(target) && (kind.is_none() || name.is_none()) {
                    return Err(format!("the new target {target} needs a kind and a name"));
                }
                if priority.is_some_and(|priority| !(1..=5).contains(&priority)) {
                    return Err("a priority is 1 to 5".to_owned());
                }
            }
            Step::Hit {
                by, hit, target, ..
            } => {
                self.sits(by)?;
                if let Some(target) = target
                    .as_ref()
                    .filter(|t| !self.targets.contains(t.as_str()))
                {
                    return Err(format!("there is no target {target}"));
                }
                if !self.hits.insert(hit) {
                    return Err(format!("hit {hit} is there twice"));
                }
            }
            Step::Acknowledge { by, hit, .. } => {
                self.sits(by)?;
                if !self.hits.contains(hit.as_str()) {
                    return Err(format!("there is no hit {hit}"));
                }
            }
            Step::Remove { by, device } => {
                self.sits(by)?;
                if !self.seated.remove(device.as_str()) {
                    return Err(format!("{device} has no seat"));
                }
            }
            Step::Extend { by, time_box } => {
                self.sits(by)?;
                parse_time(time_box)?;
            }
            Step::Close { by } => {
                self.sits(by)?;
                self.is_closed = true;
            }
        }
        Ok(())
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
