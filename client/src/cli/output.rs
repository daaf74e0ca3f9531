//! Where a command's words go: lines for people, or one JSON value a line for scripts.

use std::io::Write as _;
use std::process::ExitCode;

use serde::Serialize;

use super::Failure;

/// Standard output, as text or JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    is_json: bool,
}

impl Output {
    pub(crate) fn new(is_json: bool) -> Self {
        Self { is_json }
    }

    pub(crate) fn is_json(self) -> bool {
        self.is_json
    }

    /// Shows a result: the value for scripts, the line for people.
    pub(crate) fn show<T: Serialize>(self, value: &T, line: impl FnOnce() -> String) {
        let text = if self.is_json {
            serde_json::to_string(value).unwrap_or_default()
        } else {
            line()
        };
        // A reader that went away (`| head`) is no failure of the command.
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// A line for people only.
    pub(crate) fn say(self, line: &str) {
        if !self.is_json {
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }

    /// A line for people beside the result: on standard error, out of a script's way.
    pub(crate) fn aside(self, line: &str) {
        if !self.is_json {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    /// Reports a failure: text on standard error, or `{"error": {"code", "message"}}` on standard
    /// output.
    pub(crate) fn fail(self, failure: &Failure) -> ExitCode {
        let Failure {
            code,
            message,
            exit,
        } = failure;
        if self.is_json {
            let error = serde_json::json!({ "error": { "code": code, "message": message } });
            let _ = writeln!(std::io::stdout(), "{error}");
        } else {
            let _ = writeln!(std::io::stderr(), "entente: {message}");
        }
        ExitCode::from(*exit)
    }
}
