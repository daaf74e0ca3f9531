//! A bucket that speaks as much of S3 as a hub needs: objects are put, got, listed and deleted, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The bucket, on a free port of this machine.
#[derive(Clone)]
pub struct Bucket {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    /// Requests without a signature of AWS version 4.
    unsigned: usize,
    /// Nothing is stored or given any more.
    is_down: bool,
}

impl Bucket {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bucket = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            state: Arc::default(),
        };
        let serving = bucket.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let bucket = serving.clone();
                tokio::spawn(async move {
                    // Whoever hangs up has had enough.
                    let _ = bucket.serve(stream).await;
                });
            }
        });
        bucket
    }

    /// What a hub must have in its environment to find it.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT", self.url.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "test-1"),
            ("AWS_ACCESS_KEY_ID", "AKIATEST"),
            ("AWS_SECRET_ACCESS_KEY", "only for tests"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// The objects by their paths, bucket and prefix first.
    #[must_use]
    pub fn objects(&self) -> BTreeMap<String, Vec<u8>> {
        self.state.lock().unwrap().objects.clone()
    }

    /// Requests that were not signed.
    #[must_use]
    pub fn unsigned(&self) -> usize {
        self.state.lock().unwrap().unsigned
    }

    /// Whether it answers.
    pub fn set_down(&self, is_down: bool) {
        self.state.lock().unwrap().is_down = is_down;
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let mut request = String::new();
            if stream.read_line(&mut request).await? == 0 {
                return Ok(());
            }
            let (mut length, mut is_signed) = (0, false);
            loop {
                let mut header = String::new();
                stream.read_line(&mut header).await?;
                let header = header.trim().to_ascii_lowercase();
                let Some((name, value)) = header.split_once(':') else {
                    break;
                };
                match name {
                    "content-length" => length = value.trim().parse().unwrap(),
                    "authorization" => is_signed = value.trim().starts_with("aws4-hmac-sha256"),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await?;
            let mut words = request.split_whitespace();
            let (method, path) = (words.next().unwrap(), words.next().unwrap());
            let (status, found) = self.answer(method, path, body, is_signed);
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: \"1\"\r\n\
                 Last-Modified: Tue, 24 Nov 2026 00:00:00 GMT\r\n\r\n",
                found.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&found).await?;
            stream.flush().await?;
        }
    }

    fn answer(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        is_signed: bool,
    ) -> (&'static str, Vec<u8>) {
        let state = &mut *self.state.lock().unwrap();
        state.unsigned += usize::from(!is_signed);
        if state.is_down {
            // No status that a client tries again for half a minute.
            return ("403 Forbidden", Vec::new());
        }
        match (method, path.split_once('?')) {
            ("GET", Some((bucket, query))) => ("200 OK", state.list(bucket, query)),
            ("POST", Some((bucket, "delete"))) => ("200 OK", state.delete(bucket, &body)),
            _ => state.one(method, path, body),
        }
    }
}

impl State {
    /// `ListObjectsV2`, all on one page.
    fn list(&self, bucket: &str, query: &str) -> Vec<u8> {
        let prefix = query.split('&').find_map(|it| it.strip_prefix("prefix="));
        let prefix = prefix.unwrap_or_default().replace("%2F", "/");
        let found = self.objects.iter().filter_map(|(path, object)| {
            let key = path.strip_prefix(bucket)?.strip_prefix('/')?;
            key.starts_with(&prefix).then(|| {
                format!(
                    "<Contents><Key>{key}</Key><Size>{}</Size><ETag>1</ETag>\
                     <LastModified>2026-11-24T00:00:00.000Z</LastModified></Contents>",
                    object.len()
                )
            })
        });
        let found: String = found.collect();
        format!("<ListBucketResult>{found}</ListBucketResult>").into_bytes()
    }

    /// `DeleteObjects`.
    fn delete(&mut self, bucket: &str, body: &[u8]) -> Vec<u8> {
        let body = String::from_utf8_lossy(body);
        let mut deleted = String::new();
        for key in body.split("<Key>").skip(1) {
            let key = key.split("</Key>").next().unwrap();
            self.objects.remove(&format!("{bucket}/{key}"));
            deleted += &format!("<Deleted><Key>{key}</Key></Deleted>");
        }
        format!("<DeleteResult>{deleted}</DeleteResult>").into_bytes()
    }

    fn one(&mut self, method: &str, path: &str, body: Vec<u8>) -> (&'static str, Vec<u8>) {
        match method {
            "PUT" => {
                self.objects.insert(path.to_owned(), body);
                ("200 OK", Vec::new())
            }
            "GET" => match self.objects.get(path) {
                Some(object) => ("200 OK", object.clone()),
                None => ("404 Not Found", Vec::new()),
            },
            _ => ("405 Method Not Allowed", Vec::new()),
        }
    }
}
