//! Setting the page with typst.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_pdf::PdfOptions;

use crate::Report;

const TEMPLATE: &str = include_str!("template.typ");

/// Fonts with Latin, Greek, Cyrillic and Arabic letters; see `fonts/README.md`.
const FONTS: [&[u8]; 4] = [
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../fonts/NotoSansArabic-Bold.ttf"),
];

/// A page that can't be set.
#[derive(Debug, thiserror::Error)]
#[error("the report can't be set: {0}")]
pub struct ReportError(String);

/// All that a page may look at: the template, the content, the fonts.
struct Paper {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    data: FileId,
    content: Bytes,
}

impl World for Paper {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data {
            Ok(self.content.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn failed(errors: impl IntoIterator<Item = typst::diag::SourceDiagnostic>) -> ReportError {
    let all: Vec<String> = errors
        .into_iter()
        .map(|error| error.message.to_string())
        .collect();
    ReportError(all.join("; "))
}

fn file(name: &str) -> Result<FileId, ReportError> {
    let path = VirtualPath::new(name).map_err(|error| ReportError(error.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

pub(crate) fn draw(report: &Report) -> Result<Vec<u8>, ReportError> {
    let content = serde_json::to_vec(report).map_err(|error| ReportError(error.to_string()))?;
    let fonts: Vec<Font> = FONTS
        .into_iter()
        .flat_map(|font| Font::iter(Bytes::new(font)))
        .collect();
    let paper = Paper {
        library: LazyHash::new(Library::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
        template: Source::new(file("page.typ")?, TEMPLATE.to_owned()),
        data: file("data.json")?,
        content: Bytes::new(content),
    };
    let document = typst::compile(&paper).output.map_err(failed)?;
    let options = PdfOptions {
        // Which program set the page is nobody's business.
        creator: Smart::Custom(None),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(failed)
}
