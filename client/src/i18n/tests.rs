//! All languages say the same things, and everything that is said has a text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use entente_protocol::ErrorCode;

use super::*;

/// Key → its variables.
fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut current = None;
    for line in lang.source().lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            assert!(
                found.insert(key.to_owned(), BTreeSet::new()).is_none(),
                "{lang:?}: {key} stands twice"
            );
            current = Some(key.to_owned());
        }
        let Some(variables) = current.as_ref().and_then(|key| found.get_mut(key)) else {
            continue;
        };
        for part in line.split('$').skip(1) {
            let name: String = part
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '-')
                .collect();
            variables.insert(name);
        }
    }
    found
}

fn sources(dir: &Path, into: &mut String) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_language_has_the_same_keys_and_variables() {
    let english = messages(Lang::En);
    assert!(english.len() > 50);
    for lang in Lang::ALL {
        assert!(
            FluentResource::try_new(lang.source().to_owned()).is_ok(),
            "{lang:?}"
        );
        let other = messages(lang);
        for (key, variables) in &english {
            assert_eq!(other.get(key), Some(variables), "{lang:?}: {key}");
        }
        assert_eq!(other.len(), english.len(), "{lang:?} has keys of its own");
    }
}

#[test]
fn every_used_key_exists_and_every_key_is_used() {
    let english = messages(Lang::En);
    let mut code = String::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut code,
    );
    let mut used = BTreeSet::new();
    for call in ["t(\"", "tr(\"", "tr(\n"] {
        for part in code.split(call).skip(1) {
            let literal = part.trim_start().trim_start_matches('"');
            let key: String = literal
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect();
            used.insert(key);
        }
    }
    for key in english.keys() {
        let is_made = [
            "error-",
            "status-",
            "rejected-",
            "role-",
            "fail-",
            "policy-",
            "answer-",
            "choice-",
            "decision-",
            "rule-",
            "stage-",
            "state-",
            "kind-",
            "hit-",
            "field-",
            "fault-",
            "report-",
            "promoting-",
        ]
        .iter()
        .any(|prefix| key.starts_with(prefix));
        assert!(
            is_made || code.contains(&format!("\"{key}\"")),
            "{key} is not used"
        );
    }
    for key in used
        .iter()
        .filter(|key| key.contains('-') && !key.ends_with('-'))
    {
        assert!(english.contains_key(key), "{key} has no text");
    }
}

#[test]
fn every_code_and_role_has_a_text() {
    let english = messages(Lang::En);
    for code in ErrorCode::ALL {
        assert!(english.contains_key(&format!("error-{}", code.as_str().replace('_', "-"))));
    }
    for role in entente_trust::Role::ALL {
        assert!(english.contains_key(&format!("role-{role}")));
    }
}

#[test]
fn the_language_comes_from_option_variable_and_locale() {
    let args = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    let none = |_: &str| None;
    assert_eq!(
        Lang::of_process(&args(&["x", "--lang", "fr"]), none),
        Lang::Fr
    );
    assert_eq!(Lang::of_process(&args(&["x", "--lang=ar"]), none), Lang::Ar);
    let env = |name: &str| (name == "LANG").then(|| "es_ES.UTF-8".to_owned());
    assert_eq!(Lang::of_process(&args(&["x"]), env), Lang::Es);
    assert_eq!(
        Lang::of_process(&args(&["x"]), |_| Some("C".to_owned())),
        Lang::En
    );
}

#[test]
fn words_of_others_can_not_draw_on_the_screen() {
    let text = "In position.\n  #99 URGENT Petra (JO): STRIKE\u{1b}[2J\u{202e}oG\u{2069}\r\t\u{7}";
    let line = tr("notice-said", &[("who", "Falcon"), ("text", text)]);
    assert!(line.contains("In position. ⏎   #99"), "{line}");
    assert!(
        !line
            .chars()
            .any(|c| c.is_control() || "\u{202e}\u{2069}".contains(c)),
        "{line:?}"
    );
    let arabic = "بازلت: الشاحنة\u{200f}";
    assert!(tr("notice-said", &[("who", "x"), ("text", arabic)]).contains(arabic));
}

#[test]
fn every_rule_of_the_policy_has_its_words() {
    for lang in Lang::ALL {
        for code in entente_trust::PolicyRefusal::CODES {
            let key = format!("policy-{code} = ");
            assert!(
                lang.source().lines().any(|line| line.starts_with(&key)),
                "{lang:?} {code}"
            );
        }
    }
}
