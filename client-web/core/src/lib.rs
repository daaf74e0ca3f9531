//! The device in the browser's worker: the command line's code, with the browser's socket, storage,
//! clock and randomness.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen::prelude::*;

/// The version of this crate.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
