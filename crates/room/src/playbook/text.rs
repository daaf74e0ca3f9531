//! A text in the four languages.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text in English, and in French, Spanish and Arabic where somebody has written it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// French.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fr: String,
    /// Spanish.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub es: String,
    /// Arabic.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ar: String,
}

impl Text {
    /// In a language by its code; English if it is not there.
    #[must_use]
    pub fn in_language(&self, code: &str) -> &str {
        let text = match code {
            "fr" => &self.fr,
            "es" => &self.es,
            "ar" => &self.ar,
            _ => &self.en,
        };
        if text.is_empty() { &self.en } else { text }
    }

    /// Whether it is there in all four.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        [&self.en, &self.fr, &self.es, &self.ar]
            .iter()
            .all(|text| !text.is_empty())
    }
}
