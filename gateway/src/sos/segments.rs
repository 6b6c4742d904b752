//! The text cut at its labels.

use super::field::Field;
use super::labels;

/// A label with what stands behind it and the lines below, up to the next label.
#[derive(Debug, Default)]
pub(super) struct Segment<'a> {
    /// None for the lines before the first label; an unknown label stands as its key.
    pub(super) label: Option<Result<Field, String>>,
    /// What stands on the label's own line.
    pub(super) value: &'a str,
    /// The lines below. Blank ones count: in the positional variants they are empty fields.
    pub(super) lines: Vec<&'a str>,
}

impl<'a> Segment<'a> {
    /// The known field, if it is one.
    pub(super) fn field(&self) -> Option<Field> {
        self.label.as_ref().and_then(|label| label.as_ref().ok()).copied()
    }

    /// Value and following lines, those that are not blank, joined.
    pub(super) fn joined(&self, with: &str) -> String {
        let lines = std::iter::once(&self.value).chain(&self.lines);
        lines.map(|line| line.trim()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(with)
    }

    /// Takes as value the first line below, if there is none yet and the line is accepted.
    pub(super) fn take_value_below(&mut self, accept: impl Fn(&str) -> bool) {
        if self.value.is_empty()
            && let Some(first) = self.lines.first().map(|line| line.trim())
            && accept(first)
        {
            self.value = first;
            self.lines.remove(0);
        }
    }

    fn in_text(&self) -> bool {
        match &self.label {
            None => true,
            Some(Ok(field)) => field.is_text(),
            Some(Err(_)) => false,
        }
    }
}

/// Cuts the lines of a text at its labels. The first segment is the one without label, maybe empty.
pub(super) fn split<'a>(lines: &[&'a str]) -> Vec<Segment<'a>> {
    let mut segments: Vec<Segment<'a>> = Vec::new();
    let mut current = Segment::default();
    for line in lines {
        let found = labels::find(line, current.in_text());
        let first = found.first().map_or(line.len(), |label| label.start);
        let before = line.get(..first).unwrap_or("").trim();
        if found.is_empty() || !before.is_empty() {
            current.lines.push(before);
        }
        let ends = found.iter().skip(1).map(|next| next.start).chain([line.len()]).collect::<Vec<_>>();
        for (label, end) in found.into_iter().zip(ends) {
            // What divides glued labels is not part of the value.
            let value = line.get(label.value..end).unwrap_or("").trim_end_matches(['|', ';', ' ', '\t']).trim();
            segments.push(current);
            current = Segment { label: Some(label.label), value, lines: Vec::new() };
        }
    }
    segments.push(current);
    segments
}
