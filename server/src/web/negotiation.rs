//! What a browser takes, and what it has already.

use axum::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderName};

fn listed(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
}

/// Whether Brotli is among the encodings that it names (RFC 9110 §12.5.3), with a weight above 0.
pub(super) fn takes_brotli(headers: &HeaderMap) -> bool {
    listed(headers, ACCEPT_ENCODING).any(|one| {
        let (coding, parameters) = one.split_once(';').unwrap_or((one, ""));
        let weight = parameters.trim().strip_prefix("q=").unwrap_or("1");
        coding.trim().eq_ignore_ascii_case("br")
            && weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)
    })
}

/// Whether it has the file already (RFC 9110 §13.1.2).
pub(super) fn has(headers: &HeaderMap, tag: &str) -> bool {
    listed(headers, IF_NONE_MATCH).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}
