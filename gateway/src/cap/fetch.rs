//! Fetching warnings: a question now and then, and a line that says when there is something new.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    time::Duration,
};

use super::MESSAGE_BYTES_MAX;

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server was not reached, or answered with an error.
    #[error("{0}")]
    Http(String),
    /// More than is read.
    #[error("the answer is longer than {MESSAGE_BYTES_MAX} bytes")]
    TooLong,
}

/// A client that follows no redirection to another place and gives up in time.
fn client(timeout: Option<Duration>) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        .timeout_global(timeout)
        .max_redirects(0)
        .user_agent(concat!("samband-gateway/", env!("CARGO_PKG_VERSION")))
        .build();
    ureq::Agent::new_with_config(config)
}

/// How long to wait before a line that the server has closed is opened again: twice as long as the last time, anew from a second
/// once it has held for a minute. A server that answers and closes at once is not asked in a loop.
#[must_use]
pub fn pause(last: Duration, held: Duration) -> Duration {
    let (least, most) = (Duration::from_secs(1), Duration::from_secs(60));
    if held >= most { least } else { (last * 2).clamp(least, most) }
}

/// What stands at an address.
///
/// # Errors
/// See [`FetchError`].
pub fn get(url: &str) -> Result<Vec<u8>, FetchError> {
    let mut answer =
        client(Some(Duration::from_secs(60))).get(url).call().map_err(|error| FetchError::Http(error.to_string()))?;
    let mut bytes = Vec::new();
    let most = MESSAGE_BYTES_MAX as u64 + 1;
    let read = answer.body_mut().as_reader().take(most).read_to_end(&mut bytes);
    read.map_err(|error| FetchError::Http(error.to_string()))?;
    if bytes.len() > MESSAGE_BYTES_MAX { Err(FetchError::TooLong) } else { Ok(bytes) }
}

/// Listens to server-sent events until the server closes; each says that there is something new.
///
/// # Errors
/// See [`FetchError`].
pub fn listen(url: &str, mut new: impl FnMut()) -> Result<(), FetchError> {
    let request = client(None).get(url).header("accept", "text/event-stream");
    let answer = request.call().map_err(|error| FetchError::Http(error.to_string()))?;
    let mut lines = BufReader::new(answer.into_body().into_reader());
    loop {
        let mut line = Vec::new();
        // A line without an end is no line of this protocol.
        let count = lines.by_ref().take(64 * 1024).read_until(b'\n', &mut line);
        match count.map_err(|error| FetchError::Http(error.to_string()))? {
            0 => return Ok(()),
            _ if line.starts_with(b"data:") => new(),
            _ => {}
        }
    }
}
