//! The languages.

use core::str::FromStr;

use unic_langid::LanguageIdentifier;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// English
    En,
    /// Français
    Fr,
    /// Español
    Es,
    /// العربية
    Ar,
}

/// Not one of the languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a language is one of en, fr, es, ar")]
pub struct LangError;

impl Lang {
    /// Every language.
    pub const ALL: [Self; 4] = [Self::En, Self::Fr, Self::Es, Self::Ar];

    /// The language that the process is started in: `--lang`, `ENTENTE_LANG`, then the locale.
    #[must_use]
    pub fn of_process(args: &[String], environment: impl Fn(&str) -> Option<String>) -> Self {
        let option = args.iter().enumerate().find_map(|(index, arg)| {
            arg.strip_prefix("--lang=").map(str::to_owned).or_else(|| {
                (arg == "--lang")
                    .then(|| args.get(index + 1).cloned())
                    .flatten()
            })
        });
        ["ENTENTE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .map(environment)
            .fold(option, Option::or)
            .and_then(|name| name.get(..2)?.parse().ok())
            .unwrap_or(Self::En)
    }

    /// Its BCP 47 tag.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::Ar => "ar",
        }
    }

    pub(super) fn identifier(self) -> LanguageIdentifier {
        // Two lower-case letters are always a language identifier; the default is "undetermined".
        self.tag().parse().unwrap_or_default()
    }

    pub(super) const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../../locales/en/entente.ftl"),
            Self::Fr => include_str!("../../locales/fr/entente.ftl"),
            Self::Es => include_str!("../../locales/es/entente.ftl"),
            Self::Ar => include_str!("../../locales/ar/entente.ftl"),
        }
    }
}

impl FromStr for Lang {
    type Err = LangError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|lang| lang.tag() == text)
            .ok_or(LangError)
    }
}
