//! The device in the browser's worker: the command line's code, with the browser's socket, storage,
//! clock and randomness. What goes to the page are views without any key in them ([`view`]); what
//! comes from it are wishes ([`action`]). `client-web/src/core/types.ts` has the same shapes.

pub mod action;
#[cfg(target_arch = "wasm32")]
mod browser;
pub mod check;
pub mod failure;
pub mod notice;
mod order;
pub mod place;
mod promotion;
pub mod view;

#[cfg(target_arch = "wasm32")]
pub use browser::Core;
