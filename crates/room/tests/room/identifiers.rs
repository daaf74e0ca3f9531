//! Identifiers of each kind against published examples.

use entente_room::{Check, Identifier, IdentifierError, IdentifierKind};
use proptest::prelude::*;

use Expected::{Absent, NoForm, Passed, Wrong};

enum Expected {
    /// Normal form, and a right check digit.
    Passed(&'static str),
    /// Normal form, no check digit.
    Absent(&'static str),
    /// Normal form, and what the check digit would have to be.
    Wrong(&'static str, Option<&'static str>),
    /// Not of this kind at all.
    NoForm,
}

fn table(kind: IdentifierKind, rows: &[(&str, Expected)]) {
    for (text, expected) in rows {
        let read = Identifier::read(kind, text);
        let (value, check) = match expected {
            Passed(value) => (value, Check::Passed),
            Absent(value) => (value, Check::Absent),
            Wrong(value, digit) => (
                value,
                Check::Wrong {
                    expected: digit.map(str::to_owned),
                },
            ),
            NoForm => {
                assert_eq!(read, Err(IdentifierError::Form(kind)), "{text}");
                continue;
            }
        };
        let read = read.unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read.identifier.value(), *value, "{text}");
        assert_eq!(read.check, check, "{text}");
    }
}

#[test]
fn plates() {
    // Letters and digits as the Saudi Traffic Department pairs them on its plates; Cyrillic letters as
    // GOST R 50577-93 (those that look like Latin ones).
    table(
        IdentifierKind::Plate,
        &[
            ("JO 14-83921", Absent("JO1483921")),
            ("jo14 83921", Absent("JO1483921")),
            ("أ ب ح ١٢٣٤", Absent("ABJ1234")),
            ("ق و ى ٧٦٥٤", Absent("GUV7654")),
            ("۱۲ ب ۳۴۵", Absent("12B345")),
            ("А123ВС 77", Absent("A123BC77")),
            ("14-8??21", Absent("148??21")),
            ("**14*", Absent("*14*")),
            ("粤B·12345", Absent("粤B12345")),
            // Marks that a capital letter does not keep are no part of it.
            ("ῢ12", Absent("Y12")),
            ("ß-1", Absent("SS1")),
            ("*?", NoForm),
            (" - ", NoForm),
        ],
    );
}

#[test]
fn vehicle_identification_numbers() {
    // 49 CFR 565.15 and the examples of ISO 3779's description in Wikipedia, "Vehicle identification
    // number", check-digit calculation: 1M8GDM9AXKP042788, and seventeen ones.
    table(
        IdentifierKind::Vin,
        &[
            ("1M8GDM9AXKP042788", Passed("1M8GDM9AXKP042788")),
            ("1m8gdm9axkpo42788", Passed("1M8GDM9AXKP042788")),
            ("11111111111111111", Passed("11111111111111111")),
            ("1M8GDM9A1KP042788", Wrong("1M8GDM9A1KP042788", Some("X"))),
            // Made in Europe: the digit does not bind.
            ("WVWZZZ1JZXW000001", Absent("WVWZZZ1JZXW000001")),
            ("1M8GDM9AXKP04278", NoForm),
            ("1M8GDM9AXKP0427888", NoForm),
        ],
    );
}

#[test]
fn passports() {
    // ICAO 9303-4, appendix A: the specimen of Utopia.
    let specimen = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let both = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    table(
        IdentifierKind::Passport,
        &[
            (specimen, Passed("UTO/L898902C3")),
            (both, Passed("UTO/L898902C3")),
            (
                "L898902C37UTO7408122F1204159ZE184226B<<<<<10",
                Wrong("UTO/L898902C3", Some("6")),
            ),
            (
                "L898902C36UTO7408122F1204159ZE184226B<<<<<19",
                Wrong("UTO/L898902C3", Some("0")),
            ),
            (
                "L898902C36UTO7408132F1204159ZE184226B<<<<<10",
                Wrong("UTO/L898902C3", Some("3")),
            ),
            // What no state has is left out, and no document has a number of two characters.
            (
                "L898902C36UT07408122F1204159ZE184226B<<<<<10",
                Passed("L898902C3"),
            ),
            ("L8<<<<<<<6UTO7408122F1204159ZE184226B<<<<<10", NoForm),
            // ICAO 9303-5 and 9303-6, appendix A: cards of Utopia; three lines, two lines.
            (
                "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
                Passed("UTO/D23145890"),
            ),
            (
                "I<UTOD231458917<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
                Wrong("UTO/D23145891", Some("8")),
            ),
            // A number of more than nine characters (ICAO 9303-5, appendix B).
            (
                "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
                Passed("UTO/D23145890734"),
            ),
            (
                "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
                Passed("UTO/D23145890"),
            ),
            (
                "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408132F1204159<<<<<<<6",
                Wrong("UTO/D23145890", Some("3")),
            ),
            // ICAO 9303-7, appendices: visas, large and small.
            (
                "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<",
                Passed("UTO/L8988901C"),
            ),
            (
                "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<",
                Passed("UTO/L8988901C"),
            ),
            (
                "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C5XXX4009078F9612109<<<<<<<<",
                Wrong("UTO/L8988901C", Some("4")),
            ),
            ("I<UTOD231458907<<<<<<<<<<<<<<<", NoForm),
            ("n 448 1207", Absent("N4481207")),
            ("jor/N4481207", Absent("JOR/N4481207")),
            ("JO/N4481207", NoForm),
            ("L898902C36UTO7408122F1204159ZE184226B<<<<<1", NoForm),
            ("N1", NoForm),
        ],
    );
}

#[test]
fn telephones() {
    // The IMEI of Wikipedia, "International Mobile Equipment Identity", check-digit computation.
    table(
        IdentifierKind::Imei,
        &[
            ("490154203237518", Passed("490154203237518")),
            ("49-015420-323751-8", Passed("490154203237518")),
            ("490154203237519", Wrong("490154203237519", Some("8"))),
            // IMEISV: the software version is no check digit.
            ("4901542032375101", Absent("490154203237518")),
            ("4901542032375", NoForm),
            ("49015420323751A", NoForm),
        ],
    );
    // Ofcom's numbers for drama, and Google's example of libphonenumber (+41 44 668 18 00).
    table(
        IdentifierKind::Msisdn,
        &[
            ("+41 44 668 18 00", Passed("+41446681800")),
            ("0041446681800", Passed("+41446681800")),
            ("+962 79 000 1122", Passed("+962790001122")),
            ("+٩٦٢ ٧٩ ٠٠٠ ١١٢٢", Passed("+962790001122")),
            ("+41 44 668 18", Wrong("+414466818", None)),
            ("044 668 18 00", NoForm),
            ("+999", NoForm),
        ],
    );
}

#[test]
fn vessels() {
    // IMO 9074729: the example of Wikipedia, "IMO number".
    table(
        IdentifierKind::Imo,
        &[
            ("9074729", Passed("9074729")),
            ("IMO 9074729", Passed("9074729")),
            ("9074728", Wrong("9074728", Some("9"))),
            ("907472", NoForm),
            ("90747290", NoForm),
        ],
    );
    // ITU-R M.585: nine digits.
    table(
        IdentifierKind::Mmsi,
        &[
            ("619000123", Absent("619000123")),
            ("MMSI 619-000-123", Absent("619000123")),
            ("61900012", NoForm),
            ("61900012X", NoForm),
        ],
    );
}

#[test]
fn containers() {
    // CSQU3054383: the example of ISO 6346 in Wikipedia.
    table(
        IdentifierKind::Container,
        &[
            ("CSQU3054383", Passed("CSQU3054383")),
            ("csqu 305438-3", Passed("CSQU3054383")),
            ("CSQU3054384", Wrong("CSQU3054384", Some("3"))),
            ("CSQX3054383", NoForm),
            ("CSQU305438", NoForm),
        ],
    );
}

#[test]
fn flights_and_aircraft() {
    table(
        IdentifierKind::Flight,
        &[
            ("BA 0123", Absent("BA123")),
            ("klm1023", Absent("KLM1023")),
            ("U2 8765", Absent("U28765")),
            ("BA123A", Absent("BA123A")),
            ("123", NoForm),
            ("BA12345", NoForm),
        ],
    );
    table(
        IdentifierKind::TailNumber,
        &[
            ("G-ABCD", Absent("GABCD")),
            ("n 123ab", Absent("N123AB")),
            ("X", NoForm),
        ],
    );
}

#[test]
fn wallets() {
    table(
        IdentifierKind::Wallet,
        &[
            // Bitcoin wiki, "Address": P2PKH, P2SH.
            (
                "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
                Passed("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
            ),
            (
                "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
                Passed("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
            ),
            (
                "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
                Wrong("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", None),
            ),
            // BIP 173 and BIP 350, test vectors.
            (
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                Passed("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
            ),
            (
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                Passed("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
            ),
            (
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
                Wrong("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", None),
            ),
            // EIP-55, test cases.
            (
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                Passed("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
            ),
            (
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
                Wrong("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", None),
            ),
            (
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
                Absent("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
            ),
            // The contract of Tether on Tron, as its issuer publishes it.
            (
                "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
                Passed("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
            ),
            ("0x/..", NoForm),
        ],
    );
}

#[test]
fn onion_addresses() {
    // The examples of Tor's rend-spec-v3, section 6 [ONIONADDRESS].
    table(
        IdentifierKind::OnionAddress,
        &[
            (
                "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion",
                Passed("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion"),
            ),
            (
                "http://www.SP3K262UWY4R2K3YCR5AWLUARYKDPAG6A7Y33JXOP4CS2LU5UZ5SSEQD.onion/x?y",
                Passed("sp3k262uwy4r2k3ycr5awluarykdpag6a7y33jxop4cs2lu5uz5sseqd.onion"),
            ),
            (
                "qg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion",
                Wrong(
                    "qg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion",
                    None,
                ),
            ),
            ("expyuzz4wqqyqhjn.onion", NoForm),
            ("example.com", NoForm),
        ],
    );
}

#[test]
fn chemicals() {
    // CAS, "Check digit verification": 107-07-3. Water 7732-18-5, phenylacetone 103-79-7.
    table(
        IdentifierKind::CasNumber,
        &[
            ("107-07-3", Passed("107-07-3")),
            ("7732-18-5", Passed("7732-18-5")),
            ("103797", Passed("103-79-7")),
            ("103-79-8", Wrong("103-79-8", Some("7"))),
            ("1-03-797", NoForm),
            ("12-3", NoForm),
        ],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A normal form is its own normal form, and nothing from outside breaks anything.
    #[test]
    fn normal_forms_are_stable(kind in 0..13_usize, text in "\\PC{0,60}") {
        let kind = IdentifierKind::ALL[kind];
        if let Ok(identifier) = Identifier::new(kind, &text) {
            let again = Identifier::new(kind, identifier.value()).unwrap();
            prop_assert_eq!(&again, &identifier);
            let told: Identifier = identifier.to_string().parse().unwrap();
            prop_assert_eq!(told, identifier);
        }
    }

    #[test]
    fn likely_texts_are_stable_too(kind in 0..13_usize, text in "[A-Z0-9+/<. -]{1,44}") {
        let kind = IdentifierKind::ALL[kind];
        if let Ok(identifier) = Identifier::new(kind, &text) {
            let again = Identifier::new(kind, identifier.value()).unwrap();
            prop_assert_eq!(again, identifier);
        }
    }
}
