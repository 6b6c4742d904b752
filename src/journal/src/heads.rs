//! How far everything has come: the whole journal and every stream.

use std::collections::HashMap;

use crate::chain::Hash;
use crate::ids::{Position, StreamId, Version};
use crate::sqlite::HeadMark;

/// How far one stream has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct StreamHead {
    /// The stream's number: dense, from 1, in order of creation.
    pub(crate) no: u64,
    pub(crate) version: Version,
    pub(crate) hash: Hash,
}

/// All heads, in memory.
///
/// They are all loaded at open, because a stream that is looked up on demand and not found could just as well be a damaged
/// index: then its next append would start it anew. It costs about 200 bytes per stream; closed incidents move to archive
/// files, so the number of streams in a live file stays small.
pub(crate) struct Heads {
    streams: HashMap<StreamId, StreamHead>,
    /// Stream names by number, so that rows hold a number instead of a name.
    names: Vec<StreamId>,
    pub(crate) mark: HeadMark,
}

impl Heads {
    pub(crate) fn new() -> Self {
        Self { streams: HashMap::new(), names: Vec::new(), mark: HeadMark::ORIGIN }
    }

    pub(crate) fn stream(&self, stream: &StreamId) -> Option<StreamHead> {
        self.streams.get(stream).copied()
    }

    pub(crate) fn version(&self, stream: &StreamId) -> Version {
        self.stream(stream).map_or(Version(0), |head| head.version)
    }

    pub(crate) fn name(&self, no: u64) -> Option<&StreamId> {
        self.names.get(usize::try_from(no).ok()?.checked_sub(1)?)
    }

    pub(crate) fn count(&self) -> u64 {
        self.names.len() as u64
    }

    pub(crate) fn head(&self) -> Position {
        self.mark.position
    }

    /// All streams in order of creation.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&StreamId, StreamHead)> {
        self.names.iter().filter_map(|name| Some((name, self.stream(name)?)))
    }

    /// Notes where a stream is now. New streams come in the order of their numbers; anything else is refused.
    pub(crate) fn set(&mut self, stream: &StreamId, head: StreamHead) -> bool {
        if let Some(known) = self.streams.get_mut(stream) {
            let same = known.no == head.no;
            *known = head;
            return same;
        }
        if head.no != self.count() + 1 {
            return false;
        }
        self.names.push(stream.clone());
        self.streams.insert(stream.clone(), head);
        true
    }
}
