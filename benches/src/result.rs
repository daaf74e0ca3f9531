//! What was measured, kept as JSON so that figures can be measured one by one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::figures::Figure;
use crate::machine;
use crate::servers::Kind;

/// The figures of one run, by name.
pub(crate) type Sample = BTreeMap<&'static str, f64>;

/// The median of several runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) date: String,
    pub(crate) runs: usize,
    /// What a sync of the disk took just before, milliseconds.
    pub(crate) sync_ms: f64,
    pub(crate) values: BTreeMap<String, f64>,
}

impl Measured {
    pub(crate) fn median(samples: &[Sample], sync_ms: f64) -> Self {
        let mut values: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for sample in samples {
            for (name, value) in sample {
                values.entry((*name).to_owned()).or_default().push(*value);
            }
        }
        let values = values
            .into_iter()
            .filter_map(|(name, mut all)| {
                all.sort_by(f64::total_cmp);
                Some((name, *all.get(all.len() / 2)?))
            })
            .collect();
        Self {
            date: clock::today(),
            runs: samples.len(),
            sync_ms,
            values,
        }
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.values {
            write!(f, "{name} {value:.3} · ")?;
        }
        write!(f, "sync {:.3} ms", self.sync_ms)
    }
}

/// All results of one state of the code.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    #[serde(skip)]
    path: PathBuf,
    pub(crate) machine: String,
    pub(crate) versions: BTreeMap<String, String>,
    /// By figure, then by server.
    pub(crate) figures: BTreeMap<String, BTreeMap<String, Measured>>,
}

impl Results {
    /// Those that were measured before under this label, or none.
    pub(crate) fn open(folder: &Path, label: &str) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(format!("{label}.json"));
        let figures = match std::fs::read_to_string(&path) {
            Ok(text) => {
                serde_json::from_str::<Self>(&text)
                    .context("results")?
                    .figures
            }
            Err(_) => BTreeMap::new(),
        };
        let versions = [
            ("rustc", machine::version("rustc", "--version")),
            ("mosquitto", machine::version("mosquitto", "-h")),
            ("nats-server", machine::version("nats-server", "--version")),
            ("postgres", machine::version("psql", "--version")),
        ];
        Ok(Self {
            path,
            machine: machine::describe(),
            versions: versions
                .map(|(name, version)| (name.to_owned(), version))
                .into(),
            figures,
        })
    }

    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path)?;
        serde_json::from_str(&text).with_context(|| path.display().to_string())
    }

    pub(crate) fn put(&mut self, figure: Figure, kind: Kind, measured: Measured) {
        let figure = self.figures.entry(figure.name().to_owned()).or_default();
        figure.insert(kind.name().to_owned(), measured);
    }

    pub(crate) fn save(&self) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        Ok(std::fs::write(&self.path, text)?)
    }
}
