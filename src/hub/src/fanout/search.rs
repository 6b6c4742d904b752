//! Search and the handover list. The fan-out says what there is and under which classes; the reading is done beside it, so that nobody's
//! alarm waits for a question about the past.

use std::sync::Arc;

use bytes::Bytes;
use samband_disclosure::{Disclosed, DisclosureClass, EventBytes, Viewer, redact, texts::texts};
use samband_domain::{Scope, Timestamp};
use samband_proto::internal::{HistoryRead, ledger_record};

use super::{classes::class_of, core::Fanout, entry::class_key, feed::Held, handover, history::HistoryError};
use crate::{ledger::Ledger, limits, session::resume::Sealer, wire::frame};

/// Who asks.
#[derive(Clone)]
pub struct Asker {
    /// As whom.
    pub viewer: Viewer,
    /// The person, for releases to one.
    pub person: Option<String>,
    /// Digest of the principal: a page token is its own.
    pub principal: [u8; 32],
}

/// What is asked of everything that is stored.
#[derive(Clone)]
pub enum Question {
    /// Events whose visible text holds all of these words, lower case.
    Search {
        /// The words.
        words: Vec<String>,
        /// In this scope only.
        scope: Option<Scope>,
        /// Not before.
        from: Option<Timestamp>,
        /// Not after.
        until: Option<Timestamp>,
        /// Events on the page; 0: the usual number.
        page_size: u32,
        /// From the page before; empty for the first.
        page_token: Bytes,
    },
    /// What whoever takes over must know.
    Handover,
}

struct Seen {
    scope: Scope,
    class: Arc<DisclosureClass>,
    events: Vec<Arc<Held>>,
    closed: bool,
}

/// A question with all that it takes to answer it, without the fan-out.
pub struct Reading {
    asker: Asker,
    question: Question,
    seen: Vec<Seen>,
    ledger: Arc<Ledger>,
    sealer: Sealer,
    now: Timestamp,
}

impl Fanout {
    /// What the question is about, as it stands now and under the classes of now.
    pub fn reading(&self, asker: Asker, question: Question, now: Timestamp) -> Reading {
        let wanted = |scope: &&Scope| match &question {
            Question::Search { scope: Some(only), .. } => only == *scope,
            Question::Search { .. } => true,
            Question::Handover => scope.incident().is_some(),
        };
        let seen = self.feeds.iter().filter(|(scope, _)| wanted(scope)).map(|(scope, feed)| {
            let released = feed.releases.views(&asker.viewer, asker.person.as_deref(), self.clocks(now));
            let class = class_of(&self.policy, &asker.viewer, feed).with_releases(released);
            // An emergency that whoever closed the incident did not see is not over with it.
            let closed = feed.closed_at.is_some() && !feed.shows_distress(&class);
            Seen { scope: scope.clone(), class: Arc::new(class), events: feed.events.clone(), closed }
        });
        let seen = seen.collect();
        Reading { asker, question, seen, ledger: self.ledger.clone(), sealer: self.sealer.clone(), now }
    }
}

impl Reading {
    /// The answer, encoded; entered in the ledger before it leaves.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn answer(&self) -> Result<Bytes, HistoryError> {
        match &self.question {
            Question::Search { .. } => self.search(),
            Question::Handover => self.handover(),
        }
    }

    fn search(&self) -> Result<Bytes, HistoryError> {
        let Question::Search { words, from, until, page_size, page_token, .. } = &self.question else {
            return Err(HistoryError::NotFound);
        };
        let purpose = self.purpose(words);
        let before = match page_token.as_ref() {
            [] => u64::MAX,
            token => self.page_start(&purpose, token)?,
        };
        let in_time = |held: &Held| {
            from.is_none_or(|from| held.at_ms >= from.0) && until.is_none_or(|until| held.at_ms <= until.0)
        };
        let size = match *page_size {
            0 => limits::PAGE_EVENTS_DEFAULT,
            asked => asked.min(limits::PAGE_EVENTS_MAX),
        } as usize;
        let mut candidates: Vec<(usize, &Arc<Held>)> = Vec::new();
        for (at, seen) in self.seen.iter().enumerate() {
            let wanted = seen.events.iter().filter(|held| held.event.position < before && in_time(held));
            candidates.extend(wanted.map(|held| (at, held)));
        }
        candidates.sort_unstable_by_key(|(_, held)| std::cmp::Reverse(held.event.position));
        let mut hits = candidates.into_iter().filter_map(|(at, held)| {
            let event = redact(&held.event, &self.seen[at].class)?;
            let text = texts(&event).to_lowercase();
            words.iter().all(|word| text.contains(word)).then_some((at, held.event.position, event))
        });
        let page: Vec<(usize, u64, Disclosed<EventBytes>)> = hits.by_ref().take(size).collect();
        let more = hits.next().is_some();
        let last = page.last().map_or(before, |(_, position, _)| *position);
        self.enter(page.iter().map(|(at, position, _)| (*at, *position)))?;
        let next = more.then(|| self.sealer.seal_bytes(&purpose, &last.to_be_bytes()));
        let events: Vec<_> = page.into_iter().map(|(_, _, event)| event).collect();
        Ok(frame::page(&events, next.as_deref()))
    }

    fn handover(&self) -> Result<Bytes, HistoryError> {
        let mut read = Vec::new();
        let mut items = Vec::new();
        for (at, seen) in self.seen.iter().enumerate().filter(|(_, seen)| !seen.closed) {
            let visible = |held: &Arc<Held>| {
                let event = redact(&held.event, &seen.class)?;
                Some((held.event.position, event))
            };
            let events: Vec<_> = seen.events.iter().filter_map(visible).collect();
            read.extend(events.iter().map(|(position, _)| (at, *position)));
            let events = events.iter().map(|(_, event)| event);
            items.extend(handover::outstanding(&self.asker.viewer.organisation, &seen.scope, events, self.now));
        }
        self.enter(read.into_iter())?;
        items.sort_by_key(|item| (item.kind.unwrap_or(0), item.at.map_or(i64::MAX, |at| at.seconds)));
        Ok(handover::list(items))
    }

    fn page_start(&self, purpose: &[u8], token: &[u8]) -> Result<u64, HistoryError> {
        let content = self.sealer.open_bytes(purpose, token).ok_or(HistoryError::PageToken)?;
        content.try_into().map(u64::from_be_bytes).map_err(|_| HistoryError::PageToken)
    }

    /// Binds a page token to question and asker.
    fn purpose(&self, words: &[String]) -> Vec<u8> {
        let words = words.join("\n");
        [b"search".as_slice(), words.as_bytes(), b"\n", &self.asker.principal].concat()
    }

    /// By scope, from the first to the last event that was read.
    fn enter(&self, read: impl Iterator<Item = (usize, u64)>) -> Result<(), HistoryError> {
        let mut spans: std::collections::BTreeMap<usize, (u64, u64)> = std::collections::BTreeMap::new();
        for (at, position) in read {
            let span = spans.entry(at).or_insert((position, position));
            *span = (span.0.min(position), span.1.max(position));
        }
        let record = |(at, (from, to)): (usize, (u64, u64))| {
            let Seen { scope, class, .. } = &self.seen[at];
            ledger_record::Record::HistoryRead(HistoryRead {
                organisation: Some(self.asker.viewer.organisation.to_string()),
                role: Some(self.asker.viewer.role.as_str().into()),
                incident_id: scope.incident().map(|incident| incident.to_string()),
                key: Some(class_key(class)),
                from_position: Some(from),
                to_position: Some(to),
                scope: scope.incident().is_none().then(|| scope.to_string()),
                searched: Some(true),
            })
        };
        let records = spans.into_iter().map(record).collect();
        self.ledger.record(records, self.now).map_err(|_| HistoryError::LedgerDown)
    }
}
