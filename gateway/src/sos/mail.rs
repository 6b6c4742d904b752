//! Mail headers before the alarm, where the text was saved as a mail.

/// Header names, lower case, Swedish and English mail programs.
const HEADERS: &[&str] = &[
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "sent",
    "reply-to",
    "return-path",
    "received",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "importance",
    "från",
    "till",
    "datum",
    "skickat",
    "ämne",
    "kopia",
];

/// A text split into mail headers and body.
#[derive(Default)]
pub(super) struct Mail<'a> {
    /// Name in lower case and value, in order; folded lines are joined.
    pub(super) headers: Vec<(String, String)>,
    /// The lines after the headers.
    pub(super) body: Vec<&'a str>,
}

impl Mail<'_> {
    /// True if the body is in a transfer encoding that is not undone here.
    pub(super) fn is_encoded(&self) -> bool {
        self.headers.iter().any(|(name, value)| {
            let value = value.to_lowercase();
            name == "content-transfer-encoding" && (value.contains("quoted-printable") || value.contains("base64"))
        })
    }
}

/// Splits off the headers. They end at the first blank line or at the first line that is none: the blank line is
/// sometimes lost on the way, and what follows then is the alarm.
pub(super) fn split(text: &str) -> Mail<'_> {
    let mut mail = Mail::default();
    let mut lines = text.lines().peekable();
    while lines.next_if(|line| line.trim().is_empty()).is_some() {}
    while let Some(line) = lines.peek() {
        if let Some((name, value)) = header(line) {
            mail.headers.push((name, value.trim().to_owned()));
        } else if let Some((_, value)) = mail.headers.last_mut()
            && line.starts_with([' ', '\t'])
            && !line.trim().is_empty()
        {
            value.push(' ');
            value.push_str(line.trim());
        } else {
            break;
        }
        lines.next();
    }
    // The blank line between headers and body is no empty field of the alarm.
    while lines.next_if(|line| line.trim().is_empty()).is_some() {}
    mail.body = lines.collect();
    mail
}

/// `Name: value`, known names only and without space before the colon: that is how the alarm's own labels are written.
fn header(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    let folded = name.to_lowercase();
    HEADERS.contains(&folded.as_str()).then_some((folded, value))
}

/// Takes out the blank line that some relays put after every line; in the positional variants it would be an empty field.
pub(super) fn single_spaced(lines: Vec<&str>) -> Vec<&str> {
    let blank = |line: &&str| line.trim().is_empty();
    let doubled =
        lines.len() >= 7 && lines.iter().skip(1).step_by(2).all(blank) && !lines.iter().step_by(2).take(4).any(blank);
    if doubled { lines.into_iter().step_by(2).collect() } else { lines }
}
