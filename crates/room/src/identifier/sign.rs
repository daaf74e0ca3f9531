//! How plates say which country they are of.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Two-letter country codes (ISO 3166-1 alpha-2, and XK), as cameras put them before a number.
const CODES: &str = "\
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO \
JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR \
MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO \
RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV \
TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

/// Distinguishing signs of vehicles in international traffic (Vienna Convention on Road Traffic,
/// annex 3) of two and three letters that are no code of the above. Those of one letter are left
/// out: nearly every plate begins with one.
const SIGNS: &str = "\
AFG AND AUS AZN BDS BIH BOL BRN BRU BUR BVI CAM CDN CGO COM DOM EAK EAT EAU EAZ ERI EST ETH FIN FJI FSM GBA GBG GBJ \
GBM GBZ GCA GUY HKJ IND IRL IRQ JA KAN KIR KP KS KSA KWT LAO LAR LB MAL MEX MGL MNE MOC MYA NAM NAU NEP NGR NIC NMK \
PAL PNG RB RC RCA RCB RCH RG RH RI RIM RKS RL RM RMM RN ROK ROU RP RSM RUS RWA SGP SLO SME SRB STP SUD SYR TCH \
UAE USA WAG WAL WAN WD WG WL WV YAR YEM YV";

static COUNTRIES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let all = [CODES, SIGNS].into_iter();
    all.flat_map(str::split_ascii_whitespace).collect()
});

/// Whether the letters are a country's.
pub(crate) fn is_country(letters: &str) -> bool {
    COUNTRIES.contains(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_told_from_other_letters() {
        for sign in ["JO", "HKJ", "AE", "UAE", "CI", "RL"] {
            assert!(is_country(sign), "{sign}");
        }
        for letters in ["", "D", "ÄÖ", "AB", "QQ", "XYZ", "JO ", "jo"] {
            assert!(!is_country(letters), "{letters}");
        }
        assert_eq!(CODES.split_ascii_whitespace().count(), 250);
    }
}
