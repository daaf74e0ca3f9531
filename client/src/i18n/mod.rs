//! What people read, in four languages. No text of the interface stands in the code.

mod board;
mod lang;
mod notices;
mod safety;

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

pub use board::{event_text, place, title, word};
pub use lang::{Lang, LangError};
pub use notices::{
    error_text, event_line, local_time, notice_line, policy_text, rejected_text, time,
};
pub use safety::safety_words;

type Bundle = FluentBundle<FluentResource>;

static BUNDLE: OnceLock<Bundle> = OnceLock::new();
static LANGUAGE: OnceLock<Lang> = OnceLock::new();

/// Sets the language of the process; only the first call counts.
pub fn set_language(lang: Lang) {
    let _ = BUNDLE.set(bundle(lang));
    let _ = LANGUAGE.set(lang);
}

/// The language of the process.
pub(crate) fn language() -> Lang {
    LANGUAGE.get().copied().unwrap_or(Lang::En)
}

fn bundle(lang: Lang) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![lang.identifier()]);
    // Terminals show the marks that isolate directions as garbage.
    bundle.set_use_isolating(false);
    // English first, so that a text missing in another language is at least there.
    for source in [Lang::En.source(), lang.source()] {
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(part, _)| part);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// A text without variables.
#[must_use]
pub fn t(key: &str) -> String {
    tr(key, &[])
}

/// A text with variables.
#[must_use]
pub fn tr(key: &str, variables: &[(&str, &str)]) -> String {
    let bundle = BUNDLE.get_or_init(|| bundle(Lang::En));
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    let mut args = FluentArgs::new();
    for (name, value) in variables {
        args.set(*name, harmless(value));
    }
    let mut errors = Vec::new();
    bundle
        .format_pattern(pattern, Some(&args), &mut errors)
        .into_owned()
}

/// Words of others, made harmless for a terminal: no escape sequence, no second line that looks like
/// somebody else's, no character that turns the reading direction of what follows.
pub(crate) fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str(" ⏎ "),
            '\r' => {}
            '\t' => out.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => {
                out.push(char::REPLACEMENT_CHARACTER);
            }
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
