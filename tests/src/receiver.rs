//! A system outside that is posted to: it keeps what it gets, and can refuse.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// All of it that stands before the body: the first line and the headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
    /// What it was answered with.
    pub status: u16,
}

impl Posted {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self
            .head
            .lines()
            .skip(1)
            .filter_map(|it| it.split_once(':'));
        let found = headers.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }
}

/// The receiver, on a free port of this machine.
#[derive(Clone)]
pub struct Receiver {
    /// `http://…/hook`
    pub url: String,
    state: Arc<Mutex<State>>,
    came: Arc<Notify>,
}

#[derive(Default)]
struct State {
    posted: Vec<Posted>,
    /// Statuses of the next answers; 200 when there are none.
    answers: VecDeque<u16>,
}

impl Receiver {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
            state: Arc::default(),
            came: Arc::default(),
        };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = serving.clone();
                tokio::spawn(async move {
                    // Whoever hangs up has had enough.
                    let _ = receiver.serve(stream).await;
                });
            }
        });
        receiver
    }

    /// How it answers what comes next.
    pub fn answer_with(&self, statuses: impl IntoIterator<Item = u16>) {
        self.state.lock().unwrap().answers = statuses.into_iter().collect();
    }

    /// Everything that came so far.
    #[must_use]
    pub fn posted(&self) -> Vec<Posted> {
        self.state.lock().unwrap().posted.clone()
    }

    /// Everything, once so many have come.
    pub async fn until(&self, count: usize) -> Vec<Posted> {
        loop {
            let came = self.came.notified();
            let posted = self.posted();
            if posted.len() >= count {
                return posted;
            }
            came.await;
        }
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let mut head = String::new();
            let mut length = 0;
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).await? == 0 {
                    return Ok(());
                }
                if line.trim().is_empty() {
                    break;
                }
                let lower = line.to_ascii_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                head += &line;
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await?;
            let status = {
                let state = &mut *self.state.lock().unwrap();
                let status = state.answers.pop_front().unwrap_or(200);
                state.posted.push(Posted { head, body, status });
                status
            };
            self.came.notify_waiters();
            let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await?;
        }
    }
}
