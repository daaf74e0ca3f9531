//! Exercises: a script played by real devices over real connections, for people to watch and for
//! tests to hold on to.

mod hub_process;
mod player;
mod score;
mod script;
mod stage;
mod step;
mod visitor;

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::HubUrl;
use crate::cli::Failure;

pub(crate) use player::play;
pub use script::{Device, Expected, Script, ScriptError};
pub use step::{CustodyWord, OfHit, Step, TargetStep};

/// How to play.
#[derive(Debug, Clone)]
pub struct Options {
    /// Keep devices and hub data here; otherwise a temporary folder that goes at the end.
    pub keep: Option<PathBuf>,
    /// How many times faster than the exercise's own clock; 0 without pauses.
    pub speed: f64,
    /// A running hub; otherwise one is started.
    pub hub: Option<HubUrl>,
    /// Where the started hub listens.
    pub listen: SocketAddr,
    /// End by itself, instead of leaving the hub up with a room for a visitor.
    pub once: bool,
    /// The playbook's text.
    pub playbook: String,
}

/// Why an exercise ended early or was not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum ExerciseError {
    /// A step failed.
    #[error("{}", .0.message)]
    Failed(Box<Failure>),
    /// Devices that must agree do not.
    #[error("{0}")]
    Differed(String),
    /// Files, processes, sockets.
    #[error("{0}: {1}")]
    System(String, std::io::Error),
}

impl<T: Into<Failure>> From<T> for ExerciseError {
    fn from(error: T) -> Self {
        Self::Failed(Box::new(error.into()))
    }
}
