//! What a check found, ready to print.

use std::fmt;

/// The findings of several checks, in the order in which they ran.
#[derive(Debug, Default)]
pub(crate) struct Report {
    sections: Vec<Section>,
}

#[derive(Debug)]
struct Section {
    /// What was checked, as a sentence that is true when there are no violations.
    claim: String,
    /// How much was looked at, so that a check that looked at nothing is seen.
    looked_at: String,
    violations: Vec<String>,
    warnings: Vec<String>,
}

impl Report {
    /// Adds one check's result.
    pub(crate) fn add(&mut self, claim: &str, looked_at: String, violations: Vec<String>) {
        self.sections.push(Section {
            claim: claim.to_owned(),
            looked_at,
            violations,
            warnings: Vec::new(),
        });
    }

    /// Adds something to know that doesn't fail the check, to the last section.
    pub(crate) fn warn(&mut self, warning: String) {
        if let Some(section) = self.sections.last_mut() {
            section.warnings.push(warning);
        }
    }

    /// True when no check found a violation.
    pub(crate) fn is_clean(&self) -> bool {
        self.sections.iter().all(|s| s.violations.is_empty())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for section in &self.sections {
            let mark = if section.violations.is_empty() {
                "ok    "
            } else {
                "FAILED"
            };
            writeln!(f, "{mark} {} ({})", section.claim, section.looked_at)?;
            for violation in &section.violations {
                writeln!(f, "         {violation}")?;
            }
            for warning in &section.warnings {
                writeln!(f, "  note   {warning}")?;
            }
        }
        Ok(())
    }
}
