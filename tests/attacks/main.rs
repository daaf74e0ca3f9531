//! What a hub that is fully taken over, with or without a corrupt member's help, tries against
//! honest devices. The hub is ours and lies; the devices are real clients. Each attack must leave
//! them unharmed and show the right alarm. `docs/THREATS.md` lists every test here by its name.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

mod enrolment;
mod history;
mod invitations;
mod membership;
mod stage;
mod time;

/// `docs/THREATS.md` and the tests name each other.
#[test]
fn every_attack_is_written_down() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let page = std::fs::read_to_string(format!("{root}/docs/THREATS.md")).unwrap();
    let mut attacks = 0;
    for file in ["enrolment", "history", "invitations", "membership", "time"] {
        let source = std::fs::read_to_string(format!("{root}/tests/attacks/{file}.rs")).unwrap();
        for part in source.split("#[tokio::test").skip(1) {
            let name = part.split("async fn ").nth(1).unwrap();
            let name = name.split('(').next().unwrap();
            assert!(page.contains(&format!("| `{name}`")), "{name}");
            attacks += 1;
        }
    }
    assert!(attacks >= 20, "{attacks}");
}
