//! Lines that a radio sends.

use super::{HeaderError, SdsHeader};

/// A line, by what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A command was done.
    Ok,
    /// It was not.
    Error,
    /// It was not, and why.
    CmeError(CmeError),
    /// As [`Self::CmeError`], of a message service.
    CmsError(Option<u16>),
    /// `+CMGS`: a message was taken for sending, or what became of it.
    Sent {
        /// Which one.
        instance: u32,
        /// SDS status: whether it went out.
        status: Option<u32>,
        /// The reference that the radio gave it.
        message_reference: Option<u8>,
    },
    /// Short data, whose bits follow on the next line.
    Sds(SdsHeader),
    /// A header that cannot be read: the next line is its data, and lost.
    BadSds(HeaderError),
    /// The answer to the question which messages can be sent: the longest, in bits.
    LongestMessage(usize),
    /// Anything else: the answer to a question, a call, an echo.
    Other,
}

/// `+CME ERROR` (EN 300 392-5 clause 6.17.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("CME error {code:?}: {}", self.name())]
pub struct CmeError {
    /// Absent where the radio gave none that is a number.
    pub code: Option<u16>,
}

impl CmeError {
    /// What it says.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.code {
            Some(0) => "not sent over the air",
            Some(1) => "no reliable link",
            Some(2) => "interface in use",
            Some(3) => "not allowed",
            Some(4) => "not supported",
            Some(25) => "bad characters",
            Some(33) => "wrong parameter type",
            Some(34) => "out of range",
            Some(35) => "syntax",
            Some(44) => "unknown parameter",
            _ => "not known",
        }
    }
}

impl Line {
    /// What it is.
    #[must_use]
    pub fn read(line: &str) -> Self {
        let line = line.trim();
        if line == "OK" {
            return Self::Ok;
        }
        if line == "ERROR" {
            return Self::Error;
        }
        if let Some(code) = line.strip_prefix("+CME ERROR:") {
            return Self::CmeError(CmeError { code: code.trim().parse().ok() });
        }
        if let Some(code) = line.strip_prefix("+CMS ERROR:") {
            return Self::CmsError(code.trim().parse().ok());
        }
        if line.starts_with("+CTSDSR:") {
            return SdsHeader::parse(line).map_or_else(Self::BadSds, Self::Sds);
        }
        line.strip_prefix("+CMGS:").and_then(|fields| sent(fields).or_else(|| longest(fields))).unwrap_or(Self::Other)
    }
}

/// `<instance>[,<SDS status>[,<message reference>]]`; the answer to a question has parentheses and is no number.
fn sent(fields: &str) -> Option<Line> {
    let mut fields = fields.split(',').map(str::trim);
    let instance = fields.next()?.parse().ok()?;
    let status = fields.next().and_then(|field| field.parse().ok());
    let message_reference = fields.next().and_then(|field| field.parse().ok());
    Some(Line::Sent { instance, status, message_reference })
}

/// `(...),(8-1184)`.
fn longest(fields: &str) -> Option<Line> {
    let last = fields.rsplit('(').next()?.trim_end().strip_suffix(')')?;
    last.split('-').next_back()?.trim().parse().ok().filter(|bits| *bits >= 64).map(Line::LongestMessage)
}
