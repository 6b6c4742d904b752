//! What was: timeline and older versions, redacted as of now and entered in the ledger before they leave.

use bytes::Bytes;
use samband_disclosure::{Disclosed, DisclosureClass, EventBytes, Viewer, redact};
use samband_domain::{EventId, Scope, Timestamp};
use samband_proto::internal::{HistoryRead, ledger_record};

use super::{
    classes::class_of,
    core::Fanout,
    entry::class_key,
    feed::{Feed, Held},
};
use crate::{limits, wire::frame};

/// A question about an incident's past.
#[derive(Debug, Clone)]
pub struct HistoryRequest {
    /// Who asks.
    pub viewer: Viewer,
    /// Digest of the principal: a page token is its own.
    pub principal: [u8; 32],
    /// Who that is, for releases to one person.
    pub person: Option<String>,
    /// Of which incident, talkgroup or unit.
    pub scope: Scope,
    /// Only versions of what this event is a version of.
    pub versions_of: Option<EventId>,
    /// Events on the page.
    pub page_size: u32,
    /// From the page before; empty for the first.
    pub page_token: Bytes,
}

/// Why there is no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// Does not exist, or is not for the asker.
    #[error("no such incident or event")]
    NotFound,
    /// The page token is not one this hub gave this principal for this question.
    #[error("the page token is of another question")]
    PageToken,
    /// Too many questions at once.
    #[error("too many questions at once: try again in a moment")]
    Busy,
    /// Nothing is disclosed that the ledger cannot hold.
    #[error("the ledger cannot be written")]
    LedgerDown,
}

impl Fanout {
    /// A page, encoded.
    ///
    /// # Errors
    /// See [`HistoryError`].
    pub fn history(&self, request: &HistoryRequest, now: Timestamp) -> Result<Bytes, HistoryError> {
        let feed = self.feeds.get(&request.scope).ok_or(HistoryError::NotFound)?;
        let released = feed.releases.views(&request.viewer, request.person.as_deref(), self.clocks(now));
        let class = class_of(&self.policy, &request.viewer, feed).with_releases(released);
        let key = versions_key(feed, request, &class)?;
        let purpose = purpose(request);
        let after = match request.page_token.as_ref() {
            [] => 0,
            // Of what is not there for the asker a token says nothing either.
            _ if !feed.events.iter().any(|held| held.seen_by(&class)) => return Err(HistoryError::NotFound),
            token => self.page_start(&purpose, token)?,
        };
        let size = match request.page_size {
            0 => limits::PAGE_EVENTS_DEFAULT,
            asked => asked.min(limits::PAGE_EVENTS_MAX),
        } as usize;
        let wanted = |held: &&std::sync::Arc<Held>| {
            held.event.position > after && key.as_ref().is_none_or(|key| held.is_version_of(key, request.versions_of))
        };
        let mut visible = feed
            .events
            .iter()
            .filter(wanted)
            .filter_map(|held| redact(&held.event, &class).map(|event| (held.event.position, event)));
        let page: Vec<(u64, Disclosed<EventBytes>)> = visible.by_ref().take(size).collect();
        let more = visible.next().is_some();
        if page.is_empty() && after == 0 {
            return Err(HistoryError::NotFound);
        }
        let last = page.last().map_or(after, |(position, _)| *position);
        self.enter_read(request, &class, (after, last), now)?;
        let next = more.then(|| self.sealer.seal_bytes(&purpose, &last.to_be_bytes()));
        let events: Vec<_> = page.into_iter().map(|(_, event)| event).collect();
        Ok(frame::page(&events, next.as_deref()))
    }

    fn page_start(&self, purpose: &[u8], token: &[u8]) -> Result<u64, HistoryError> {
        let content = self.sealer.open_bytes(purpose, token).ok_or(HistoryError::PageToken)?;
        content.try_into().map(u64::from_be_bytes).map_err(|_| HistoryError::PageToken)
    }

    fn enter_read(
        &self,
        request: &HistoryRequest,
        class: &DisclosureClass,
        (from, to): (u64, u64),
        now: Timestamp,
    ) -> Result<(), HistoryError> {
        let read = HistoryRead {
            organisation: Some(request.viewer.organisation.to_string()),
            role: Some(request.viewer.role.as_str().into()),
            incident_id: request.scope.incident().map(|incident| incident.to_string()),
            key: Some(class_key(class)),
            from_position: Some(from + 1),
            to_position: Some(to),
            scope: request.scope.incident().is_none().then(|| request.scope.to_string()),
            searched: None,
        };
        let record = ledger_record::Record::HistoryRead(read);
        self.ledger.record(vec![record], now).map_err(|_| HistoryError::LedgerDown)
    }
}

impl Held {
    fn is_version_of(&self, key: &Option<String>, event: Option<EventId>) -> bool {
        match key {
            Some(key) => self.key.as_ref() == Some(key),
            None => Some(self.id) == event,
        }
    }
}

/// None: the whole timeline. Otherwise what the versions share; an event without a key is its own only version.
fn versions_key(
    feed: &Feed,
    request: &HistoryRequest,
    class: &DisclosureClass,
) -> Result<Option<Option<String>>, HistoryError> {
    let Some(event) = request.versions_of else { return Ok(None) };
    let held = feed.events.iter().find(|held| held.id == event && held.seen_by(class)).ok_or(HistoryError::NotFound)?;
    Ok(Some(held.key.clone()))
}

/// Binds a page token to question and asker.
fn purpose(request: &HistoryRequest) -> Vec<u8> {
    let versions = request.versions_of.map_or([0; 16], |event| event.0);
    [b"page".as_slice(), request.scope.to_string().as_bytes(), &versions, &request.principal].concat()
}
