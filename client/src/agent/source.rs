//! Where lines come from: standard input, a file, or a TCP connection that is made again when it ends.

use core::str::FromStr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::connection::backoff_ms;
use crate::random_bytes;

/// Longest line in bytes; what is longer is one bad line.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// Lines that wait to be matched. When they are full the source is no longer read.
const LINE_QUEUE: usize = 1_024;

/// Silence on a TCP connection after which it is made anew.
const IDLE: Duration = Duration::from_secs(120);

/// Where lines come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `-`
    Stdin,
    /// A file.
    File(PathBuf),
    /// `tcp://HOST:PORT`
    Tcp(String),
    /// Lines that are there already.
    Lines(Vec<String>),
}

/// A source that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("{source_name}: {error}")]
pub struct SourceError {
    source_name: String,
    error: std::io::Error,
}

/// What comes from a source.
#[derive(Debug)]
pub(super) enum Input {
    Line(String),
    /// A line that is too long, or not UTF-8.
    Unreadable,
    /// The connection has ended; the next try follows.
    Lost(String),
}

impl FromStr for Source {
    type Err = core::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix("tcp://") {
            Some(address) => Self::Tcp(address.trim_end_matches('/').to_owned()),
            None if text == "-" => Self::Stdin,
            None => Self::File(text.into()),
        })
    }
}

impl Source {
    /// Starts reading. The channel closes at the end: of input and file, and with `once` of the
    /// connection.
    pub(super) async fn start(self, once: bool) -> Result<mpsc::Receiver<Input>, SourceError> {
        let (lines, queue) = mpsc::channel(LINE_QUEUE);
        match self {
            Self::Stdin => {
                tokio::spawn(async move { pump(tokio::io::stdin(), &lines, None).await });
            }
            Self::File(path) => {
                let file = tokio::fs::File::open(&path)
                    .await
                    .map_err(|error| SourceError {
                        source_name: path.display().to_string(),
                        error,
                    })?;
                tokio::spawn(async move { pump(file, &lines, None).await });
            }
            Self::Lines(all) => {
                tokio::spawn(async move {
                    for line in all {
                        if lines.send(Input::Line(line)).await.is_err() {
                            break;
                        }
                    }
                });
            }
            Self::Tcp(address) => {
                tokio::spawn(async move { connect_and_pump(address, &lines, once).await });
            }
        }
        Ok(queue)
    }
}

async fn connect_and_pump(address: String, lines: &mpsc::Sender<Input>, once: bool) {
    let mut attempt = 0;
    loop {
        let reason = match TcpStream::connect(&address).await {
            Ok(stream) => {
                attempt = 0;
                match pump(stream, lines, Some(IDLE)).await {
                    Ended::Source(reason) => reason,
                    Ended::Nobody => return,
                }
            }
            Err(error) => error.to_string(),
        };
        if once {
            return;
        }
        if lines.send(Input::Lost(reason)).await.is_err() {
            return;
        }
        // Without randomness the wait is merely less random.
        let random = random_bytes::<8>().map_or(0, u64::from_be_bytes);
        tokio::time::sleep(Duration::from_millis(backoff_ms(attempt, random))).await;
        attempt = attempt.saturating_add(1);
    }
}

/// Why reading ended.
enum Ended {
    Source(String),
    /// Nobody takes the lines any more.
    Nobody,
}

async fn pump(
    from: impl AsyncRead + Unpin,
    lines: &mpsc::Sender<Input>,
    patience: Option<Duration>,
) -> Ended {
    let mut reader = BufReader::new(from);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let mut limited = (&mut reader).take(MAX_LINE_BYTES);
        let read = limited.read_until(b'\n', &mut bytes);
        let read = match patience {
            Some(patience) => tokio::time::timeout(patience, read).await,
            None => Ok(read.await),
        };
        match read {
            Ok(Ok(0)) => return Ended::Source("end".to_owned()),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Ended::Source(error.to_string()),
            Err(_) => return Ended::Source("silence".to_owned()),
        }
        let is_cut = bytes.last() != Some(&b'\n') && bytes.len() as u64 >= MAX_LINE_BYTES;
        if is_cut && skip_line(&mut reader).await.is_err() {
            return Ended::Source("end".to_owned());
        }
        let input = match String::from_utf8(core::mem::take(&mut bytes)) {
            Ok(line) if !is_cut => Input::Line(line),
            _ => Input::Unreadable,
        };
        // The source waits while its lines are not taken.
        if lines.send(input).await.is_err() {
            return Ended::Nobody;
        }
    }
}

/// Reads up to the end of a line that is too long, without keeping it.
async fn skip_line(reader: &mut BufReader<impl AsyncRead + Unpin>) -> std::io::Result<()> {
    loop {
        let buffer = reader.fill_buf().await?;
        if buffer.is_empty() {
            return Ok(());
        }
        match buffer.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                reader.consume(end + 1);
                return Ok(());
            }
            None => {
                let length = buffer.len();
                reader.consume(length);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn all(bytes: Vec<u8>) -> Vec<Input> {
        let (lines, mut queue) = mpsc::channel(LINE_QUEUE);
        pump(&bytes[..], &lines, None).await;
        drop(lines);
        let mut found = Vec::new();
        while let Some(input) = queue.recv().await {
            found.push(input);
        }
        found
    }

    #[tokio::test]
    async fn long_and_strange_lines_are_one_bad_line_each() {
        let mut bytes = b"one\n".to_vec();
        bytes.extend(vec![b'x'; 200_000]);
        bytes.extend(b"\n\xff\xfe\ntwo");
        let found = all(bytes).await;
        let shape: Vec<String> = found
            .iter()
            .map(|input| match input {
                Input::Line(line) => line.trim().to_owned(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(shape, ["one", "Unreadable", "Unreadable", "two"]);
    }
}
