//! From text to steps.

use std::collections::BTreeMap;

/// A scenario.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// What it shows.
    pub title: String,
    /// Who is who: name to `organisation/role[:unit]`.
    pub who: BTreeMap<String, String>,
    /// What happens, in order.
    pub steps: Vec<Line>,
}

/// A step and where it stands.
#[derive(Debug, Clone)]
pub struct Line {
    /// Line in the file, from 1.
    pub number: usize,
    /// What it says.
    pub step: Step,
}

/// `key=value` pairs and bare words after a verb, in order.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// Words without `=`.
    pub bare: Vec<String>,
    /// Pairs.
    pub pairs: Vec<(String, String)>,
}

impl Words {
    /// The same pairs with other bare words.
    pub(super) fn with_bare(&self, bare: &[String]) -> Self {
        Self { bare: bare.to_vec(), pairs: self.pairs.clone() }
    }
}

/// How a command is to be answered.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    /// Refused with this code, in lower case without prefix; none: accepted.
    pub refused: Option<String>,
    /// Facts of the refusal, or fields of the acceptance.
    pub words: Words,
}

/// What a line says.
#[derive(Debug, Clone)]
pub enum Step {
    /// At this second somebody does something.
    At {
        /// Milliseconds from the beginning.
        at_ms: i64,
        /// Name of who; empty for `tick` and `restart`.
        who: String,
        /// What.
        verb: String,
        /// With what.
        words: Words,
        /// What it leads to.
        expected: Expected,
    },
    /// Somebody has received, since the last `at`, an event like this (or `nothing`, or `restart`).
    Sees {
        /// Name of who.
        who: String,
        /// Kind of event.
        what: String,
        /// Like what.
        words: Words,
    },
    /// Somebody has never received this text.
    Never {
        /// Name of who.
        who: String,
        /// The text.
        text: String,
    },
}

/// A line that cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Problem {
    /// Line in the file, from 1.
    pub line: usize,
    /// What was expected.
    pub what: String,
}

/// Reads a scenario.
///
/// # Errors
/// The first line that cannot be read.
pub fn parse(text: &str) -> Result<Scenario, Problem> {
    let mut scenario = Scenario { title: String::new(), who: BTreeMap::new(), steps: Vec::new() };
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let problem = |what: &str| Problem { line: number, what: what.into() };
        let tokens = tokens(line).ok_or_else(|| problem("a quotation mark is not closed"))?;
        let Some((first, rest)) = tokens.split_first() else { continue };
        let step = match first.as_str() {
            "title" => {
                scenario.title = rest.join(" ");
                continue;
            }
            "who" => {
                let [name, equals, principal] = rest else {
                    return Err(problem("who NAME = organisation/role[:unit]"));
                };
                if equals != "=" {
                    return Err(problem("who NAME = organisation/role[:unit]"));
                }
                scenario.who.insert(name.clone(), principal.clone());
                continue;
            }
            "at" => at(rest).ok_or_else(|| problem("at TIME WHO VERB ... [-> refusal]"))?,
            "sees" => {
                let [who, what, rest @ ..] = rest else { return Err(problem("sees WHO WHAT ...")) };
                Step::Sees { who: who.clone(), what: what.clone(), words: words(rest) }
            }
            "never" => {
                let [who, text] = rest else { return Err(problem("never WHO \"text\"")) };
                Step::Never { who: who.clone(), text: unquoted(text) }
            }
            _ => return Err(problem("title, who, at, sees or never")),
        };
        if let Step::At { who, .. } | Step::Sees { who, .. } | Step::Never { who, .. } = &step
            && !who.is_empty()
            && !scenario.who.contains_key(who)
        {
            return Err(problem(&format!("{who} is not introduced with who")));
        }
        scenario.steps.push(Line { number, step });
    }
    Ok(scenario)
}

fn at(rest: &[String]) -> Option<Step> {
    let (time, rest) = rest.split_first()?;
    let at_ms = milliseconds(time)?;
    if let [verb] = rest
        && ["tick", "restart"].contains(&verb.as_str())
    {
        return Some(Step::At {
            at_ms,
            who: String::new(),
            verb: verb.clone(),
            words: Words::default(),
            expected: Expected::default(),
        });
    }
    let [who, verb, rest @ ..] = rest else { return None };
    let (rest, expected) = match rest.iter().position(|word| word == "->") {
        None => (rest, Expected::default()),
        Some(arrow) => (&rest[..arrow], expected(rest.get(arrow + 1..)?)?),
    };
    Some(Step::At { at_ms, who: who.clone(), verb: verb.clone(), words: words(rest), expected })
}

/// `-> refusal [fact=value ...]` or `-> ok [field=value ...]`.
fn expected(tokens: &[String]) -> Option<Expected> {
    let (code, rest) = tokens.split_first()?;
    let words = words(rest);
    words.bare.is_empty().then(|| Expected { refused: Some(code.clone()).filter(|code| code != "ok"), words })
}

/// `90s`, `2m`, `1500ms`, `1h`.
pub(super) fn milliseconds(time: &str) -> Option<i64> {
    let split = time.find(|letter: char| !letter.is_ascii_digit())?;
    let (count, unit) = time.split_at(split);
    let count: i64 = count.parse().ok()?;
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return None,
    };
    count.checked_mul(factor)
}

fn words(tokens: &[String]) -> Words {
    let mut words = Words::default();
    for token in tokens {
        let quoted_first = token.starts_with('"');
        match token.split_once('=') {
            Some((key, value)) if !quoted_first => words.pairs.push((key.into(), value.into())),
            _ => words.bare.push(token.clone()),
        }
    }
    words
}

pub(super) fn unquoted(value: &str) -> String {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value).into()
}

/// Words, where a quoted part may hold spaces. `#` begins a remark.
fn tokens(line: &str) -> Option<Vec<String>> {
    let (mut tokens, mut token, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => {
                quoted = !quoted;
                token.push(letter);
            }
            '#' if !quoted && token.is_empty() => break,
            letter if letter.is_whitespace() && !quoted => {
                if !token.is_empty() {
                    tokens.push(std::mem::take(&mut token));
                }
            }
            letter => token.push(letter),
        }
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    (!quoted).then_some(tokens)
}
