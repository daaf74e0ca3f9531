//! Playbooks: how an operation of a kind is run. They are written as YAML (`ops-playbooks/`, with a JSON
//! Schema made from these types); inside a room they travel as JSON in the charter's secret text.

mod check;
mod span;
mod text;

use entente_trust::Role;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::board::{Handling, TargetKind, TargetStatus};

pub use check::PlaybookFault;
pub use span::{Span, SpanError};
pub use text::Text;

/// What [`Playbook::version`] must be.
pub const PLAYBOOK_VERSION: u32 = 1;

/// A playbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// Version of this format: 1.
    pub version: u32,
    /// Its name for programs: lower-case letters, digits and hyphens.
    pub id: String,
    /// Its name for people.
    pub title: Text,
    /// What it is for, in a sentence or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Text>,
    /// What each role does in such an operation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleNote>,
    /// Which targets it deals with.
    #[serde(default)]
    pub targets: TargetRules,
    /// How fast hits are answered, and who is asked next.
    #[serde(default)]
    pub hits: HitRules,
    /// How countries decide to strike.
    #[serde(default)]
    pub go_no_go: GoNoGoRules,
    /// Who may call it off, and when they should.
    #[serde(default)]
    pub abort: AbortRules,
    /// What may be done with what is said.
    #[serde(default)]
    pub handling: HandlingRules,
    /// Controlled deliveries: how often the holder reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custody: Option<CustodyRules>,
    /// The phases, in order.
    pub phases: Vec<Phase>,
}

/// What a role does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleNote {
    /// The role.
    #[schemars(with = "schema::Role")]
    pub role: Role,
    /// Its duties.
    pub duties: Text,
}

/// Kinds and statuses that an operation uses; all if none is named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TargetRules {
    /// Kinds of targets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<TargetKind>,
    /// Statuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<TargetStatus>,
}

/// Deadlines of a hit's life. When one passes, the next level is asked: field team, then liaison, then
/// coordinator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HitRules {
    /// From raised to acknowledged by the country that answers for the target.
    pub acknowledge_within: Span,
    /// From acknowledged to confirmed or false.
    pub decide_within: Span,
    /// From confirmed to actioned.
    pub act_within: Span,
    /// How long what an agent sees again of a hit that was acted on is counted in it; then it is a
    /// new one.
    pub quiet_for: Span,
}

impl Default for HitRules {
    fn default() -> Self {
        Self {
            acknowledge_within: Span::seconds(2 * 60),
            decide_within: Span::seconds(10 * 60),
            act_within: Span::seconds(60 * 60),
            quiet_for: Span::seconds(30 * 60),
        }
    }
}

/// How many countries must say go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quorum {
    /// Every country that was asked.
    #[default]
    All,
    /// More than half of them.
    Majority,
    /// As many as this.
    AtLeast(u8),
}

impl Quorum {
    /// How many of the countries that were asked.
    #[must_use]
    pub fn of(self, asked: usize) -> usize {
        match self {
            Self::All => asked,
            Self::Majority => asked / 2 + 1,
            Self::AtLeast(count) => usize::from(count).min(asked).max(1),
        }
    }
}

/// Go/no-go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GoNoGoRules {
    /// How many countries must say go.
    pub quorum: Quorum,
    /// Whether any country's hold or no-go stops it, even if the quorum said go.
    pub any_country_holds: bool,
}

impl Default for GoNoGoRules {
    fn default() -> Self {
        Self {
            quorum: Quorum::All,
            any_country_holds: true,
        }
    }
}

/// Calling it off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AbortRules {
    /// Roles that may; coordinators always may.
    #[schemars(with = "Vec<schema::Role>")]
    pub by: Vec<Role>,
    /// When they should.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Text>,
}

impl Default for AbortRules {
    fn default() -> Self {
        Self {
            by: vec![Role::Coordinator, Role::Liaison],
            when: Vec::new(),
        }
    }
}

/// What may be done with what is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HandlingRules {
    /// Handling code of a target that has none of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Handling>,
    /// Rules in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Text>,
}

/// Custody legs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustodyRules {
    /// How often the holder reports; a missed report is an alarm.
    pub check_in_every: Span,
    /// The longest that a holder's liaison or a coordinator may ask for on a leg on which nobody can
    /// report so often: at sea, in the air. As often as that if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Span>,
}

/// A phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Its name for programs.
    pub id: String,
    /// Its name for people.
    pub title: Text,
    /// What must be true before it begins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry: Vec<Condition>,
    /// It brings the operation to its end: it may begin after an abort, which stays in force.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub closing: bool,
    /// What is to be done in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
}

/// Something that must be true before a phase begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// A phase has begun.
    PhaseBegun(String),
    /// A task is done.
    TaskDone(String),
    /// The countries have said go to the plan as it is.
    Go(bool),
    /// An H-hour is set.
    HHourSet(bool),
    /// The H-hour has come.
    HHourPassed(bool),
    /// So many targets have this status.
    Targets {
        /// The status.
        status: TargetStatus,
        /// How many at least.
        at_least: u32,
    },
    /// So many hits are confirmed.
    HitsConfirmed(u32),
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its name for programs, one of its kind in the whole playbook.
    pub id: String,
    /// What is to be done.
    pub title: Text,
    /// Who does it.
    #[schemars(with = "schema::Role")]
    pub role: Role,
    /// Which countries must have done it.
    #[serde(default, skip_serializing_if = "TaskBy::is_once")]
    pub by: TaskBy,
    /// When it must be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// Tasks that must be done before this one is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
}

/// Which countries must have done a task before it is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskBy {
    /// Whoever takes it on.
    #[default]
    Once,
    /// Every country that takes part.
    EachCountry,
    /// Every country that answers for a target of the plan.
    EachOwner,
}

impl TaskBy {
    /// The name in playbooks.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::EachCountry => "each_country",
            Self::EachOwner => "each_owner",
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref)] // serde wants a reference
    fn is_once(&self) -> bool {
        *self == Self::Once
    }
}

/// When a task must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// So long after the phase began.
    AfterPhase(Span),
    /// So long before (`-30m`) or after (`30m`) the H-hour.
    HHour(Span),
}

impl Playbook {
    /// Reads what a charter's text holds.
    ///
    /// # Errors
    /// [`PlaybookFault`]: not JSON of these types, or contradictory.
    pub fn from_json(json: &str) -> Result<Self, PlaybookFault> {
        let playbook: Self = serde_json::from_str(json).map_err(|error| PlaybookFault {
            path: Vec::new(),
            problem: error.to_string(),
        })?;
        playbook.check()?;
        Ok(playbook)
    }

    /// As it is put into a charter's text.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Own types without maps of other keys than texts can't fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The JSON Schema of these types, for editors.
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }

    /// A phase.
    #[must_use]
    pub fn phase(&self, id: &str) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == id)
    }

    /// A task, and its phase.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<(&Phase, &Task)> {
        self.phases.iter().find_map(|phase| {
            let task = phase.tasks.iter().find(|task| task.id == id)?;
            Some((phase, task))
        })
    }

    /// Every task, with its phase.
    pub fn tasks(&self) -> impl Iterator<Item = (&Phase, &Task)> {
        self.phases
            .iter()
            .flat_map(|phase| phase.tasks.iter().map(move |task| (phase, task)))
    }
}

/// What the schema says of types that belong to others.
mod schema {
    use schemars::JsonSchema;

    #[derive(JsonSchema)]
    #[serde(rename_all = "lowercase")]
    #[allow(dead_code)] // only its names are looked at
    pub(super) enum Role {
        Coordinator,
        Liaison,
        Field,
        Observer,
        Agent,
    }
}
