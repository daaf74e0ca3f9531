//! The web client, in this binary: which file answers which path, with what headers, and how long a
//! browser may keep it.

mod headers;
mod kinds;
mod negotiation;
mod site;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;

pub(crate) use site::Site;

/// What `client-web/dist` held when this was compiled; nothing if it was not there.
#[derive(rust_embed::Embed)]
#[folder = "../client-web/dist"]
#[allow_missing = true]
struct Dist;

impl Site {
    /// The web client that was compiled in.
    pub(crate) fn embedded() -> Self {
        Self::new(Dist::iter().filter_map(|path| {
            let file = Dist::get(&path)?;
            Some((path.into_owned(), file.data))
        }))
    }
}

/// Whatever no other end point answers.
pub(crate) fn answer(site: &Arc<Site>, request: &Request) -> Response {
    site.answer(request.method(), request.uri().path(), request.headers())
}
