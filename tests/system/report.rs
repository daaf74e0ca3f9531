//! The report of an exercise as PDF, in each language, read with a program that has nothing to do with ours.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use entente_services::is_skipped;

use crate::dossier::{Played, lines, played, run};

const LANGUAGES: [&str; 4] = ["en", "fr", "es", "ar"];

/// Titles of the sections, by their keys in the texts.
const SECTIONS: [&str; 12] = [
    "summary",
    "timeline",
    "map",
    "targets",
    "hits",
    "responses",
    "decisions",
    "custody",
    "roster",
    "documents",
    "links",
    "proof",
];

fn text(lang: &str, key: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../client/locales");
    let texts = std::fs::read_to_string(folder.join(lang).join("entente.ftl")).unwrap();
    let start = format!("{key} = ");
    let line = texts.lines().find_map(|line| line.strip_prefix(&start));
    line.unwrap_or_else(|| panic!("{lang}: {key}")).to_owned()
}

pub(super) fn poppler(program: &str, args: &[&str], file: &Path) -> String {
    let output = Command::new(program)
        .args(args)
        .args([file.as_os_str(), "-".as_ref()])
        .output()
        .expect("poppler-utils are missing: run `make setup` first");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn letters(text: &str) -> BTreeSet<char> {
    plain(text).chars().collect()
}

/// Whether a title stands there. Letters that Arabic joins come out of a PDF in another order, and twice where marks are.
fn has_title(said: &str, title: &str, lang: &str) -> bool {
    if lang == "ar" {
        said.lines().any(|line| letters(line) == letters(title))
    } else {
        plain(said).contains(&plain(title))
    }
}

/// Letters and digits alone: lines are broken where they are full, and marks of direction may stand anywhere.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).collect()
}

fn report(played: &Played, dossier: &str, lang: &str) -> std::path::PathBuf {
    let out = format!("{lang}.pdf");
    let args = ["dossier", "report", dossier, "--lang", lang, "--out", &out];
    played.look(&args);
    played.elsewhere.join(out)
}

/// How far from the left edge the first line below the head begins, in parts of the page.
fn first_heading_at(file: &Path, word: &str) -> f64 {
    let boxes = poppler("pdftotext", &["-bbox", "-f", "1", "-l", "1"], file);
    let number = |line: &str, name: &str| -> f64 {
        let (_, rest) = line.split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let page = boxes.lines().find(|line| line.contains("<page ")).unwrap();
    let is_it = |line: &&str| {
        let said = line.split(['<', '>']).nth(2);
        line.contains("<word ") && said.is_some_and(|said| letters(said) == letters(word))
    };
    let line = boxes.lines().find(is_it).unwrap();
    number(line, "xMin") / number(page, "width")
}

#[test]
fn a_report_tells_what_was_proven_in_each_language() {
    if is_skipped() {
        return;
    }
    let played = played();
    played.export("corridor.dossier", &[]);
    for lang in LANGUAGES {
        let file = report(&played, "corridor.dossier", lang);
        let said = poppler("pdftotext", &[], &file);
        for section in SECTIONS {
            let title = text(lang, &format!("report-{section}"));
            assert!(has_title(&said, &title, lang), "{lang}: {title}\n{said}");
        }
        let said = plain(&said);
        let facts = [
            "White Hino lorry",
            "Petra",
            "+962790001122",
            &text(lang, "exercise-mark"),
        ];
        for fact in facts {
            assert!(said.contains(&plain(fact)), "{lang}: {fact}\n{said}");
        }
        if lang == "en" {
            // Falcon has no say in it: that was refused, and is not what happened.
            assert!(said.contains("PHASESurveillancebegunbyPetra"), "{said}");
            assert!(!said.contains("PHASESurveillancebegunbyFalcon"), "{said}");
        }
        let left = first_heading_at(&file, &text(lang, "report-summary"));
        let is_left = left < 0.2;
        assert_eq!(is_left, lang != "ar", "{lang}: {left}");
        let fonts = Command::new("pdffonts").arg(&file).output().unwrap();
        let fonts = String::from_utf8(fonts.stdout).unwrap();
        let others = fonts.lines().skip(2).find(|it| !it.contains("NotoSans"));
        assert_eq!(others, None, "{fonts}");
        // The same dossier gives the same paper.
        let again = played.elsewhere.join("again");
        std::fs::create_dir_all(&again).unwrap();
        let copy = again.join(format!("{lang}.pdf"));
        let args = ["dossier", "report", "corridor.dossier", "--lang", lang];
        let args = [&args[..], &["--out", copy.to_str().unwrap()]].concat();
        played.look(&args);
        assert!(std::fs::read(&file).unwrap() == std::fs::read(copy).unwrap());
    }
}

#[test]
fn there_is_no_report_of_what_does_not_hold_and_none_of_what_is_withheld() {
    if is_skipped() {
        return;
    }
    let played = played();
    let whole = played.export("whole.dossier", &[]);
    played.export("some.dossier", &["--for", "CI", "--handling", "H1"]);
    let file = report(&played, "some.dossier", "en");
    let said = plain(&poppler("pdftotext", &[], &file));
    assert!(said.contains("WhiteHinolorry"));
    assert!(!said.contains("Thebroker"), "{said}");
    assert!(!said.contains("962790001122"), "{said}");

    let mut bytes = std::fs::read(whole).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(played.elsewhere.join("changed.dossier"), bytes).unwrap();
    let args = ["dossier", "report", "changed.dossier", "--out", "no.pdf"];
    let refused = run(&played.elsewhere, "", &args);
    assert_eq!(refused.status.code(), Some(1));
    let code = &lines(&refused)[0]["error"]["code"];
    assert!(code == "broken_dossier" || code == "no_dossier", "{code}");
    assert!(!played.elsewhere.join("no.pdf").exists());
}
