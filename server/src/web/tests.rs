use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use super::Site;

const APP: &str = "app.1f8c09ab.js";
const CORE: &str = "core.0D_-f3aX.wasm";

fn site() -> Site {
    let files: [(&str, &[u8]); 12] = [
        ("index.html", b"<!doctype html>"),
        ("index.html.br", b"<br>"),
        (APP, b"let app"),
        ("app.1f8c09ab.js.br", b"app"),
        ("app.77aa00ff.css", b"body{}"),
        (CORE, b"\0asm"),
        ("sw.js", b"self"),
        ("manifest.webmanifest", b"{}"),
        ("icon-192.png", b"png"),
        ("map/coast.simplified.json", b"[]"),
        ("bundle.json", b"{\"digest\":\"00\"}"),
        ("lonely.js.br", b"without its own"),
    ];
    Site::new(files.map(|(path, bytes)| (path.to_owned(), bytes.into())))
}

fn ask(site: &Site, method: &Method, path: &str, headers: &[(&'static str, &str)]) -> Response {
    let mut asked = HeaderMap::new();
    for (name, value) in headers {
        asked.append(*name, value.parse().unwrap());
    }
    site.answer(method, path, &asked)
}

fn get(path: &str) -> Response {
    ask(&site(), &Method::GET, path, &[])
}

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

async fn body(response: Response) -> Vec<u8> {
    let bytes = axum::body::to_bytes(response.into_body(), 1024).await;
    bytes.unwrap().to_vec()
}

#[tokio::test]
async fn the_page_answers_its_own_paths_and_no_others() {
    for path in ["/", "/index.html", "/rooms", "/room/0123/board", "/v1x"] {
        let response = get(path);
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(
            header(&response, "content-type"),
            "text/html; charset=utf-8"
        );
        assert_eq!(body(response).await, b"<!doctype html>", "{path}");
    }
    for path in [
        "/v1",
        "/v1/nothing",
        "/metrics/x",
        "/missing.js",
        "/app.00000000.js",
        "/room/x.y",
        "/../index.html",
        "//index.html",
        "/.well-known/other",
        "/lonely.js.br",
        "/lonely.js",
        "/index.html.br",
    ] {
        let response = get(path);
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(header(&response, "cache-control"), "no-store", "{path}");
    }
}

#[test]
fn what_has_a_hash_is_kept_and_the_rest_is_asked_for() {
    for path in [APP, "app.77aa00ff.css", CORE] {
        let caching = header(&get(&format!("/{path}")), "cache-control");
        assert_eq!(caching, "public, max-age=31536000, immutable", "{path}");
    }
    for path in [
        "index.html",
        "sw.js",
        "manifest.webmanifest",
        "icon-192.png",
        "map/coast.simplified.json",
        "bundle.json",
    ] {
        let response = get(&format!("/{path}"));
        assert_eq!(header(&response, "cache-control"), "no-cache", "{path}");
        assert!(!header(&response, "etag").is_empty(), "{path}");
    }
}

#[test]
fn a_file_says_what_it_is() {
    for (path, kind) in [
        (APP, "text/javascript; charset=utf-8"),
        ("app.77aa00ff.css", "text/css; charset=utf-8"),
        (CORE, "application/wasm"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("icon-192.png", "image/png"),
        ("map/coast.simplified.json", "application/json"),
    ] {
        assert_eq!(header(&get(&format!("/{path}")), "content-type"), kind);
    }
}

#[tokio::test]
async fn compressed_only_for_those_who_take_it() {
    let site = site();
    let path = format!("/{APP}");
    for accepted in ["br", "gzip, deflate, br", "gzip;q=0.5, BR;q=0.9"] {
        let response = ask(&site, &Method::GET, &path, &[("accept-encoding", accepted)]);
        assert_eq!(header(&response, "content-encoding"), "br", "{accepted}");
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(header(&response, "content-length"), "3");
        assert_eq!(
            header(&response, "content-type"),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(body(response).await, b"app");
    }
    for accepted in ["", "gzip", "br;q=0", "brotli", "*", "br;q=x"] {
        let response = ask(&site, &Method::GET, &path, &[("accept-encoding", accepted)]);
        assert_eq!(header(&response, "content-encoding"), "", "{accepted}");
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert_eq!(body(response).await, b"let app");
    }
    // Nothing compressed lies beside it.
    let taken = [("accept-encoding", "br")];
    let response = ask(&site, &Method::GET, "/sw.js", &taken);
    assert_eq!(header(&response, "content-encoding"), "");
    assert_eq!(body(response).await, b"self");
}

#[tokio::test]
async fn a_file_that_is_there_already_is_not_sent_again() {
    let site = site();
    let tag = header(&get("/"), "etag");
    for known in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"x\", {tag}"),
        "*".to_owned(),
    ] {
        let response = ask(&site, &Method::GET, "/", &[("if-none-match", &known)]);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(header(&response, "etag"), tag);
        assert_eq!(header(&response, "cache-control"), "no-cache");
        assert_eq!(header(&response, "vary"), "accept-encoding");
        assert!(body(response).await.is_empty());
    }
    // The compressed form has another tag: the plain one is not it.
    let asked = [("if-none-match", tag.as_str()), ("accept-encoding", "br")];
    let response = ask(&site, &Method::GET, "/", &asked);
    assert_eq!(response.status(), StatusCode::OK);
    assert_ne!(header(&response, "etag"), tag);
    // Another content has another tag.
    assert_ne!(header(&get("/sw.js"), "etag"), tag);
}

#[tokio::test]
async fn the_bundle_can_be_read_from_anywhere_and_is_never_kept() {
    let response = get("/.well-known/entente-bundle");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(&response, "content-type"), "application/json");
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert_eq!(header(&response, "access-control-allow-origin"), "*");
    assert_eq!(header(&response, "etag"), "");
    assert_eq!(body(response).await, b"{\"digest\":\"00\"}");
    assert_eq!(header(&get("/"), "access-control-allow-origin"), "");
}

#[tokio::test]
async fn head_says_what_get_would_and_nothing_else_is_answered() {
    let site = site();
    for path in ["/", "/sw.js", "/missing.js", "/.well-known/entente-bundle"] {
        let (get, head) = (
            ask(&site, &Method::GET, path, &[]),
            ask(&site, &Method::HEAD, path, &[]),
        );
        assert_eq!(get.status(), head.status(), "{path}");
        assert_eq!(get.headers(), head.headers(), "{path}");
        assert!(head.headers().contains_key("content-length"), "{path}");
        assert!(body(head).await.is_empty(), "{path}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let response = ask(&site, &method, "/", &[]);
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(header(&response, "allow"), "GET, HEAD");
    }
}

#[test]
fn every_answer_has_the_guards() {
    let site = site();
    let known = header(&get("/"), "etag");
    let answers = [
        ask(&site, &Method::GET, "/", &[]),
        ask(&site, &Method::HEAD, "/sw.js", &[]),
        ask(&site, &Method::GET, "/", &[("if-none-match", &known)]),
        ask(&site, &Method::GET, "/missing.js", &[]),
        ask(&site, &Method::POST, "/", &[]),
        ask(&site, &Method::GET, "/.well-known/entente-bundle", &[]),
        ask(&Site::new([]), &Method::GET, "/", &[]),
    ];
    for response in answers {
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                 img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; \
                 worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
                 form-action 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'; trusted-types svelte-trusted-html entente",
            ),
            ("integrity-policy", "blocked-destinations=(script)"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            (
                "permissions-policy",
                "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
            ),
        ] {
            assert_eq!(header(&response, name), value, "{}", response.status());
        }
    }
}

#[tokio::test]
async fn a_build_without_the_client_says_so() {
    let site = Site::new([]);
    let response = ask(&site, &Method::GET, "/", &[]);
    assert_eq!(response.status(), StatusCode::OK);
    let said = String::from_utf8(body(response).await).unwrap();
    assert!(said.contains("This build has no web client."), "{said}");
    for path in ["/rooms", "/index.html", "/.well-known/entente-bundle"] {
        let response = ask(&site, &Method::GET, path, &[]);
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}
