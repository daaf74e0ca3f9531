//! The table of numbering plans is libphonenumber's, and what is read by it is read alike.

use std::collections::BTreeMap;

use entente_room::{Check, Identifier, IdentifierKind};
use phonenumber::metadata::DATABASE;

const TABLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/src/identifier/phone_number/plans.rs"
);

fn table() -> String {
    let mut plans: BTreeMap<u16, (u32, bool)> = BTreeMap::new();
    for region in DATABASE.iter() {
        let plan = plans.entry(region.country_code()).or_default();
        let kinds = region.descriptors();
        let kinds = [
            Some(kinds.general()),
            kinds.fixed_line(),
            kinds.mobile(),
            kinds.toll_free(),
            kinds.premium_rate(),
            kinds.shared_cost(),
            kinds.personal_number(),
            kinds.voip(),
            kinds.pager(),
            kinds.uan(),
            kinds.voicemail(),
        ];
        for kind in kinds.into_iter().flatten() {
            for length in kind.possible_length() {
                plan.0 |= 1 << u32::from(*length);
            }
        }
        if region.is_main_country_for_code()
            || DATABASE
                .region(&region.country_code())
                .is_some_and(|all| all.len() == 1)
        {
            plan.1 = region.national_prefix() == Some("0");
        }
    }
    let rows: String = plans
        .iter()
        .map(|(code, (lengths, zero))| {
            format!("    Plan {{ code: {code}, lengths: {lengths:#x}, has_trunk_zero: {zero} }},\n")
        })
        .collect();
    format!(
        "//! Made by `ENTENTE_BLESS=1 cargo test --workspace --test room numbering`; not to be written by hand.\n\n\
         use super::Plan;\n\n\
         #[rustfmt::skip]\n\
         pub(super) const PLANS: &[Plan] = &[\n{rows}];\n"
    )
}

#[test]
fn the_table_is_the_librarys() {
    if std::env::var_os("ENTENTE_BLESS").is_some() {
        std::fs::write(TABLE, table()).unwrap();
    }
    let kept = std::fs::read_to_string(TABLE).unwrap();
    assert!(kept == table(), "bless the table of numbering plans");
}

#[test]
fn what_the_library_gives_as_an_example_is_read_as_the_library_reads_it() {
    let mut compared = 0;
    for region in DATABASE.iter() {
        let Some(example) = region.descriptors().general().example().or_else(|| {
            let mobile = region.descriptors().mobile();
            mobile.and_then(|descriptor| descriptor.example())
        }) else {
            continue;
        };
        let text = format!("+{} {example}", region.country_code());
        let theirs = phonenumber::parse(None, &text).unwrap();
        let theirs = theirs.format().mode(phonenumber::Mode::E164).to_string();
        let ours = Identifier::read(IdentifierKind::Msisdn, &text).unwrap();
        assert_eq!(ours.identifier.value(), theirs, "{} {text}", region.id());
        assert_eq!(ours.check, Check::Passed, "{} {text}", region.id());
        compared += 1;
    }
    assert!(compared > 200, "{compared} regions");
}

#[test]
fn a_zero_for_callers_at_home_is_no_part_of_the_number() {
    for text in [
        "+44 (0)20 7946 0018",
        "+44 020 7946 0018",
        "0044 20 7946 0018",
    ] {
        let read = Identifier::read(IdentifierKind::Msisdn, text).unwrap();
        assert_eq!(read.identifier.value(), "+442079460018", "{text}");
        assert_eq!(read.check, Check::Passed);
    }
    // In Italy it is one.
    let rome = Identifier::read(IdentifierKind::Msisdn, "+39 06 6982").unwrap();
    assert_eq!(rome.identifier.value(), "+39066982");
    for text in [
        "+",
        "+0",
        "+44",
        "+44 20 7946 0018 0000 1",
        "+44 2O",
        "+999 12345678",
    ] {
        assert!(
            Identifier::read(IdentifierKind::Msisdn, text).is_err(),
            "{text}"
        );
    }
}
