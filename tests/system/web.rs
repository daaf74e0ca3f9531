//! The web client, asked of a real hub as a browser would. A hub that was built without it says so;
//! whatever it was built with must be what its bundle says.

use data_encoding::BASE64;
use entente_tests::HubProcess;
use serde_json::Value;
use sha2::{Digest as _, Sha384};
use ureq::http::{Method, Request, Response};

/// Bytes of the largest file that is looked at.
const LARGEST: u64 = 64 << 20;

struct Browser {
    agent: ureq::Agent,
    hub: String,
}

impl Browser {
    fn new(hub: &HubProcess) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(core::time::Duration::from_secs(20)));
        Self {
            agent: config.build().into(),
            hub: format!("http://{}", hub.address),
        }
    }

    fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response<Vec<u8>> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.hub));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.agent.run(request.body(()).unwrap()).unwrap();
        let (head, mut body) = response.into_parts();
        let body = body.with_config().limit(LARGEST).read_to_vec().unwrap();
        Response::from_parts(head, body)
    }

    fn get(&self, path: &str) -> Response<Vec<u8>> {
        self.ask(Method::GET, path, &[])
    }
}

fn header<'a>(response: &'a Response<Vec<u8>>, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().unwrap())
}

fn is_guarded(response: &Response<Vec<u8>>) -> bool {
    let policy = header(response, "content-security-policy");
    policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';")
        && policy.contains("require-trusted-types-for 'script'")
        && header(response, "cross-origin-opener-policy") == "same-origin"
        && header(response, "cross-origin-embedder-policy") == "require-corp"
        && header(response, "x-content-type-options") == "nosniff"
        && header(response, "referrer-policy") == "no-referrer"
}

#[test]
fn a_hub_serves_the_client_that_it_was_built_with() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(folder.path(), &[]);
    let browser = Browser::new(&hub);
    let page = browser.get("/");
    assert_eq!(page.status(), 200);
    assert!(is_guarded(&page), "{:?}", page.headers());
    let bundle = browser.get("/.well-known/entente-bundle");
    if header(&page, "content-type").starts_with("text/plain") {
        let said = String::from_utf8_lossy(page.body());
        assert!(said.contains("no web client"), "{said}");
        assert_eq!(bundle.status(), 404);
        assert_eq!(browser.get("/rooms").status(), 404);
        return;
    }
    assert_eq!(browser.get("/rooms").body(), page.body());
    assert_eq!(bundle.status(), 200);
    assert_eq!(header(&bundle, "cache-control"), "no-store");
    assert_eq!(header(&bundle, "access-control-allow-origin"), "*");
    let bundle: Value = serde_json::from_slice(bundle.body()).unwrap();
    let files = bundle["files"].as_object().unwrap();
    assert!(files.contains_key("index.html"), "{:?}", files.keys());
    for (path, digest) in files {
        let file = browser.get(&format!("/{path}"));
        let found = format!("sha384-{}", BASE64.encode(&Sha384::digest(file.body())));
        assert_eq!(file.status(), 200, "{path}");
        assert_eq!(digest, &found, "{path}");
        assert_eq!(header(&file, "content-encoding"), "", "{path}");
        assert!(is_guarded(&file), "{path}");
        let again = [("if-none-match", header(&file, "etag"))];
        let again = browser.ask(Method::GET, &format!("/{path}"), &again);
        assert_eq!(again.status(), 304, "{path}");
    }
}

#[test]
fn what_is_no_page_is_refused_and_the_protocol_keeps_its_paths() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(folder.path(), &[]);
    let browser = Browser::new(&hub);
    for path in ["/missing.js", "/v1/nothing", "/.well-known/other"] {
        let missing = browser.get(path);
        assert_eq!(missing.status(), 404, "{path}");
        assert!(is_guarded(&missing), "{path}");
    }
    let head = browser.ask(Method::HEAD, "/", &[]);
    assert_eq!(head.status(), 200);
    assert!(head.body().is_empty());
    let length = browser.get("/").body().len();
    assert_eq!(header(&head, "content-length"), length.to_string());
    let delete = browser.ask(Method::DELETE, "/", &[]);
    assert_eq!(delete.status(), 405);
    assert_eq!(header(&delete, "allow"), "GET, HEAD");
    assert_eq!(browser.get("/healthz").body(), b"ok\n");
    assert_eq!(browser.get("/v1/desk").status(), 405);
}

#[test]
fn a_page_of_another_origin_may_enrol_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start(folder.path(), &[]);
    let browser = Browser::new(&hub);
    let origin = ("origin", "https://entente.example");
    let ticket = format!("/v1/enrolments/{}/{}", "0".repeat(64), "0".repeat(32));
    for path in ["/v1/enrolments", &ticket] {
        let asked = [
            origin,
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
        ];
        let preflight = browser.ask(Method::OPTIONS, path, &asked);
        assert_eq!(preflight.status(), 204, "{path}");
        assert_eq!(header(&preflight, "access-control-allow-origin"), "*");
        assert_eq!(
            header(&preflight, "access-control-allow-methods"),
            "GET, POST"
        );
        assert_eq!(
            header(&preflight, "access-control-allow-headers"),
            "content-type"
        );
        assert_eq!(header(&preflight, "access-control-allow-credentials"), "");
    }
    let unknown = browser.ask(Method::GET, &ticket, &[origin]);
    assert_eq!(unknown.status(), 404);
    assert_eq!(header(&unknown, "access-control-allow-origin"), "*");
    for path in ["/v1/desk", "/v1/revocations", "/metrics"] {
        let preflight = browser.ask(Method::OPTIONS, path, &[origin]);
        assert_eq!(header(&preflight, "access-control-allow-origin"), "");
        assert_eq!(preflight.status(), 405, "{path}");
    }
}
