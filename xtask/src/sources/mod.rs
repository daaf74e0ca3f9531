//! The project's own files, read as far as a check needs it.

mod files;
mod rust_text;
mod test_code;

pub(crate) use files::{SourceFile, collect};
pub(crate) use rust_text::RustText;
