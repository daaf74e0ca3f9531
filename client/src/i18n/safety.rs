//! The words of safety numbers: the same things in the same places in every language, so that people
//! of two languages can compare them by their meaning.

use entente_room::SafetyNumber;

use super::Lang;

impl Lang {
    fn safety_list(self) -> &'static str {
        match self {
            Self::En => include_str!("../../locales/en/safety-words.txt"),
            Self::Fr => include_str!("../../locales/fr/safety-words.txt"),
            Self::Es => include_str!("../../locales/es/safety-words.txt"),
            Self::Ar => include_str!("../../locales/ar/safety-words.txt"),
        }
    }
}

/// A safety number in the words of the process's language.
#[must_use]
pub fn safety_words(number: &SafetyNumber) -> Vec<String> {
    words_in(super::language(), number)
}

pub(super) fn words_in(lang: Lang, number: &SafetyNumber) -> Vec<String> {
    let list: Vec<&str> = lang.safety_list().lines().collect();
    number
        .words()
        .map(|place| list.get(place).copied().unwrap_or_default().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_list_has_its_words_once() {
        for lang in Lang::ALL {
            let list: Vec<&str> = lang.safety_list().lines().collect();
            let distinct: BTreeSet<&&str> = list.iter().collect();
            assert_eq!(list.len(), SafetyNumber::LIST_WORDS, "{lang:?}");
            assert_eq!(distinct.len(), list.len(), "{lang:?}");
            assert!(list.iter().all(|word| !word.trim().is_empty()));
        }
    }
}
