//! Wallets, onion services and chemicals.

use data_encoding::BASE32_NOPAD;
use sha3::{Digest as _, Keccak256, Sha3_256};

use super::checks::{self, checked, is_digits};
use super::{Check, Normal};

/// Bitcoin and its kin (Base58Check; Bech32 and Bech32m, BIP 173 and 350), Tron (Base58Check),
/// Ethereum and its kin (EIP-55). An address of another sort is taken as it is.
pub(super) fn wallet(text: &str) -> Option<Normal> {
    let address: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if address.is_empty() || !address.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    if let Some(hex) = address.strip_prefix("0x").or(address.strip_prefix("0X"))
        && hex.len() == 40
        && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return Some(ethereum(hex));
    }
    let lower = address.to_ascii_lowercase();
    if ["bc1", "tb1", "ltc1"]
        .iter()
        .any(|human| lower.starts_with(human))
    {
        let is_right = bech32::segwit::decode(&address).is_ok();
        return Some((lower, passed(is_right)));
    }
    let is_base58check =
        address.starts_with(['1', '3', 'T', 'L', 'D']) && (25..=35).contains(&address.len());
    if is_base58check {
        let is_right = bs58::decode(&address).with_check(None).into_vec().is_ok();
        return Some((address, passed(is_right)));
    }
    Some((address, Check::Absent))
}

fn passed(is_right: bool) -> Check {
    if is_right {
        Check::Passed
    } else {
        Check::Wrong { expected: None }
    }
}

/// EIP-55: capitals are the checksum; an address without any has none.
fn ethereum(hex: &str) -> Normal {
    let lower = hex.to_ascii_lowercase();
    let is_one_case = hex == lower || hex == hex.to_ascii_uppercase();
    let check = if is_one_case {
        Check::Absent
    } else {
        let hash = Keccak256::digest(lower.as_bytes());
        let is_right = hex.bytes().enumerate().all(|(place, byte)| {
            let half = hash.get(place / 2).copied().unwrap_or_default();
            let nibble = if place % 2 == 0 { half >> 4 } else { half & 15 };
            !byte.is_ascii_alphabetic() || byte.is_ascii_uppercase() == (nibble >= 8)
        });
        passed(is_right)
    };
    (format!("0x{lower}"), check)
}

/// Version 3 (Tor rend-spec-v3, section 6): 56 characters of Base32 that hold key, checksum and version.
/// Scheme, subdomain, port and path are not part of it.
pub(super) fn onion_address(text: &str) -> Option<Normal> {
    const LENGTH: usize = 56;
    let lower = text.trim().to_ascii_lowercase();
    let host = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let host = host.split(['/', ':', '?', '#']).next()?;
    let name = host.strip_suffix(".onion")?.rsplit('.').next()?;
    let bytes = BASE32_NOPAD
        .decode(name.to_ascii_uppercase().as_bytes())
        .ok()?;
    if name.len() != LENGTH {
        return None;
    }
    let (key, tail) = bytes.split_at_checked(32)?;
    let (checksum, version) = tail.split_at_checked(2)?;
    let hash = Sha3_256::new()
        .chain_update(b".onion checksum")
        .chain_update(key)
        .chain_update(version)
        .finalize();
    let is_right = version == [3] && hash.starts_with(checksum);
    Some((format!("{name}.onion"), passed(is_right)))
}

/// Two to seven digits, two digits, a check digit, with hyphens.
pub(super) fn cas_number(text: &str) -> Option<Normal> {
    let compact: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| {
            if matches!(c, '‐' | '‑' | '–') {
                '-'
            } else {
                c
            }
        })
        .collect();
    let digits = compact.replace('-', "");
    let is_form = (5..=10).contains(&digits.len()) && is_digits(&digits);
    if !is_form {
        return None;
    }
    let (body, check) = digits.split_at(digits.len() - 1);
    let (first, second) = body.split_at(body.len() - 2);
    let value = format!("{first}-{second}-{check}");
    if compact.contains('-') && compact != value {
        return None;
    }
    Some(checked(value, checks::cas(body)))
}
