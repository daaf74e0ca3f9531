//! Files by path, and the answer to a request.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, ETAG, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{headers, kinds, negotiation};

/// The page.
const INDEX: &str = "index.html";

/// The digests of all files, for whoever checks what a hub serves.
const BUNDLE: &str = "bundle.json";

/// Where they are found.
const BUNDLE_PATH: &str = "/.well-known/entente-bundle";

/// A file beside another one that holds the same, compressed with Brotli.
const BROTLI_SUFFIX: &str = ".br";

/// First parts of paths that are the protocol's: a mistake there is no page of the client.
const NOT_PAGES: [&str; 4] = ["v1", "healthz", "readyz", "metrics"];

/// What never changes may be kept for a year.
const KEEP: &str = "public, max-age=31536000, immutable";

/// May be kept, and is asked for again each time.
const ASK: &str = "no-cache";

const NEVER: &str = "no-store";

/// Said by a hub that was built without the client.
const NO_CLIENT: &str = concat!(
    "Entente hub ",
    env!("CARGO_PKG_VERSION"),
    ". This build has no web client.\n"
);

/// Bytes of a file as they are sent, and their tag.
struct Form {
    bytes: Bytes,
    tag: String,
}

impl Form {
    fn new(bytes: Bytes) -> Self {
        let digest = Sha256::digest(&bytes);
        let half = digest.iter().take(16);
        let hex: String = half.map(|byte| format!("{byte:02x}")).collect();
        Self {
            bytes,
            tag: format!("\"{hex}\""),
        }
    }
}

struct File {
    plain: Form,
    brotli: Option<Form>,
    content_type: &'static str,
    caching: &'static str,
}

/// The files of a web client.
pub(crate) struct Site {
    files: HashMap<String, File>,
}

impl Site {
    /// From files by their path, with `/` between its parts.
    pub(super) fn new(files: impl IntoIterator<Item = (String, Cow<'static, [u8]>)>) -> Self {
        let bytes = |content| match content {
            Cow::Borrowed(content) => Bytes::from_static(content),
            Cow::Owned(content) => Bytes::from(content),
        };
        let mut forms: HashMap<String, Form> = files
            .into_iter()
            .map(|(path, content)| (path, Form::new(bytes(content))))
            .collect();
        let paths: Vec<String> = forms
            .keys()
            .filter(|path| !path.ends_with(BROTLI_SUFFIX))
            .cloned()
            .collect();
        let mut files = HashMap::with_capacity(paths.len());
        for path in paths {
            let brotli = forms.remove(&format!("{path}{BROTLI_SUFFIX}"));
            let Some(plain) = forms.remove(&path) else {
                continue;
            };
            let file = File {
                plain,
                brotli,
                content_type: kinds::content_type(&path),
                caching: if kinds::is_hashed(&path) { KEEP } else { ASK },
            };
            files.insert(path, file);
        }
        Self { files }
    }

    /// The answer to a request that is not the protocol's.
    pub(super) fn answer(&self, method: &Method, path: &str, asked: &HeaderMap) -> Response {
        let mut response = self.found(method, path, asked);
        headers::guard(response.headers_mut());
        if method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    fn found(&self, method: &Method, path: &str, asked: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            let mut response = sentence(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            set(&mut response, ALLOW, "GET, HEAD");
            return response;
        }
        if path == BUNDLE_PATH {
            return self.bundle(asked);
        }
        let name = path.strip_prefix('/').unwrap_or(path);
        let file = match self.files.get(name) {
            None if is_page(name) => self.files.get(INDEX),
            file => file,
        };
        match file {
            Some(file) => file.answer(asked),
            None if name.is_empty() => sentence(StatusCode::OK, NO_CLIENT),
            None => sentence(StatusCode::NOT_FOUND, "not found\n"),
        }
    }

    /// Anybody may read it from any page, and nobody keeps it.
    fn bundle(&self, asked: &HeaderMap) -> Response {
        let Some(file) = self.files.get(BUNDLE) else {
            return sentence(StatusCode::NOT_FOUND, "not found\n");
        };
        let mut response = file.whole(asked);
        set(&mut response, CACHE_CONTROL, NEVER);
        set(&mut response, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        response
    }
}

impl File {
    fn form(&self, asked: &HeaderMap) -> (&Form, Option<&'static str>) {
        match &self.brotli {
            Some(brotli) if negotiation::takes_brotli(asked) => (brotli, Some("br")),
            _ => (&self.plain, None),
        }
    }

    fn answer(&self, asked: &HeaderMap) -> Response {
        let (form, _) = self.form(asked);
        let mut response = if negotiation::has(asked, &form.tag) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.vary(&mut response);
            response
        } else {
            self.whole(asked)
        };
        if let Ok(tag) = HeaderValue::from_str(&form.tag) {
            response.headers_mut().insert(ETAG, tag);
        }
        set(&mut response, CACHE_CONTROL, self.caching);
        response
    }

    fn whole(&self, asked: &HeaderMap) -> Response {
        let (form, encoding) = self.form(asked);
        let mut response = Response::new(Body::from(form.bytes.clone()));
        set(&mut response, CONTENT_TYPE, self.content_type);
        // Said by itself so that HEAD says it too.
        let length = HeaderValue::from(form.bytes.len());
        response.headers_mut().insert(CONTENT_LENGTH, length);
        if let Some(encoding) = encoding {
            set(&mut response, CONTENT_ENCODING, encoding);
        }
        self.vary(&mut response);
        response
    }

    fn vary(&self, response: &mut Response) {
        if self.brotli.is_some() {
            set(response, VARY, "accept-encoding");
        }
    }
}

/// Whether a path that is no file's is one of the client's own: it draws the page for it.
fn is_page(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    !name.contains('.') && !NOT_PAGES.contains(&first)
}

fn sentence(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    set(&mut response, CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut response, CACHE_CONTROL, NEVER);
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(text.len()));
    response
}

fn set(response: &mut Response, name: HeaderName, value: &'static str) {
    response
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
}
