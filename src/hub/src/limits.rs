//! Every limit of the hub, in one place. What exceeds one is refused or bounded with a reason, never silently cut.

/// Largest frame a client may send, bytes.
pub const FRAME_BYTES_MAX: usize = 256 * 1024;
/// Largest command, bytes.
pub const COMMAND_BYTES_MAX: usize = 128 * 1024;
/// Names of desks, codes and systems, bytes.
pub const NAME_BYTES_MAX: usize = 256;
/// Levels of an incident's type.
pub const INCIDENT_TYPES_MAX: usize = 8;
/// Facts, and numbers, that come with a report.
pub const FACTS_IN_REPORT_MAX: usize = 64;
/// Text on a talkgroup, bytes.
pub const MESSAGE_BYTES_MAX: usize = 4_096;
/// People in one unit. More is a mistake.
pub const CREW_MAX: u32 = 100;
/// Capabilities a unit tells of.
pub const CAPABILITIES_MAX: usize = 32;
/// Organisations or units that one command names.
pub const NAMED_MAX: usize = 256;
/// Talkgroups one session may be affiliated to.
pub const AFFILIATIONS_MAX: usize = 64;
/// Texts on a talkgroup are outstanding for so long, milliseconds; older ones are history.
pub const MESSAGES_KEPT_MS: i64 = 12 * 3_600_000;
/// References in a version of the total information.
pub const REFERENCES_MAX: usize = 512;
/// Seconds a party may be given to acknowledge.
pub const DUE_SECONDS_MIN: u32 = 5;
/// See [`DUE_SECONDS_MIN`].
pub const DUE_SECONDS_MAX: u32 = 86_400;
/// Commands waiting for the writer. What does not fit is refused as overloaded.
pub const WRITER_QUEUE_MAX: usize = 1_024;
/// Commands of one session that have no outcome yet.
pub const SESSION_COMMANDS_IN_FLIGHT_MAX: usize = 64;
/// Frames waiting for one session's socket. A session whose outbox is full is lagged and served from the journal.
pub const SESSION_OUTBOX_FRAMES_MAX: usize = 1_024;
/// Part of the outbox that catching up leaves free for what is live.
pub const SESSION_CATCH_UP_FRAMES_MAX: usize = SESSION_OUTBOX_FRAMES_MAX / 2;
/// A lagged session that takes nothing for so long is closed, milliseconds.
pub const SLOW_CONSUMER_MS: i64 = 30_000;
/// A session that says nothing for so long is closed, milliseconds. Clients ping.
pub const SESSION_IDLE_MS: i64 = 120_000;
/// Hello must come within so long, milliseconds.
pub const HELLO_MS: i64 = 10_000;
/// A Checkpoint comes at least every so many Updates.
pub const CHECKPOINT_EVERY_UPDATES: u32 = 64;
/// LinkState comes every so often, milliseconds.
pub const LINK_STATE_MS: i64 = 5_000;
/// Connections for people that have not become a session, at once. More wait with the system.
pub const HTTP_CONNECTIONS_MAX: usize = 4_096;
/// The head of a request must come within so long, and a connection with nothing to do is closed after it, milliseconds.
pub const HTTP_HEADER_MS: u64 = 30_000;
/// Of these, from one address (for IPv6 one network), unless it is this machine's own, where a proxy stands for everybody.
pub const HTTP_CONNECTIONS_PER_PEER_MAX: usize = 1_024;
/// An answer of which nothing is taken for so long is given up, milliseconds.
pub const HTTP_WRITE_MS: u64 = 20_000;
/// The body of a request must come within so long, milliseconds.
pub const HTTP_BODY_MS: u64 = 10_000;
/// Bytes of a file that are sent for one Range, and that are read at a time.
pub const RANGE_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// See [`RANGE_BYTES_MAX`].
pub const FILE_CHUNK_BYTES: u64 = 64 * 1024;
/// Largest symbol for the map, bytes.
pub const SYMBOL_BYTES_MAX: u64 = 256 * 1024;
/// Tiles that are fetched from a tile server at the same time; how long one may take, milliseconds; and how large it may be, bytes.
pub const TILES_AT_ONCE: usize = 32;
/// See [`TILES_AT_ONCE`].
pub const TILE_MS: u64 = 10_000;
/// See [`TILES_AT_ONCE`].
pub const TILE_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Sessions at once.
pub const SESSIONS_MAX: usize = 20_000;
/// Incidents one Follow may name.
pub const FOLLOW_INCIDENTS_MAX: usize = 1_024;
/// Device receipts are gathered per incident and owner for so long, milliseconds.
pub const RECEIPT_GATHER_MS: i64 = 250;
/// Receipts gathered into one event.
pub const RECEIPTS_GATHERED_MAX: usize = 512;
/// A page of history.
pub const PAGE_EVENTS_MAX: u32 = 500;
/// A page of history when the caller says nothing.
pub const PAGE_EVENTS_DEFAULT: u32 = 100;
/// Words in one search, and letters that each has at least.
pub const SEARCH_WORDS_MAX: usize = 8;
/// See [`SEARCH_WORDS_MAX`].
pub const SEARCH_LETTERS_MIN: usize = 2;
/// Searches and handover lists that are read at the same time.
pub const READINGS_MAX: usize = 4;
/// Requests waiting for the fan-out.
pub const FANOUT_QUEUE_MAX: usize = 4_096;
/// Records the fan-out takes from the journal at a time.
pub const FOLLOW_CHUNK: usize = 256;
/// A closed incident stays in what late entry sends for so long, milliseconds.
pub const CLOSED_KEPT_MS: i64 = 24 * 3_600_000;
/// Delivered-up-to marks go to the ledger this often, milliseconds.
pub const LEDGER_MARKS_MS: i64 = 1_000;
/// Accepted commands remembered, so that repeating one is harmless.
pub const COMMANDS_REMEMBERED_MAX: usize = 200_000;
/// Ledger entries kept while the ledger cannot be written.
pub const LEDGER_SPOOL_MAX: usize = 100_000;
/// Rectangles of the map one Follow may name.
pub const FOLLOW_AREAS_MAX: usize = 16;
/// Cells of the map they may have together. All of Sweden has 3 500.
pub const FOLLOW_CELLS_MAX: usize = 8_192;
/// Map frames come this often, milliseconds.
pub const MAP_TICK_MS: i64 = 1_000;
/// What a session is behind with on the map is offered to it this often, milliseconds.
pub const MAP_SERVE_MS: i64 = 100;
/// A unit that rests tells its class that it does this often, milliseconds.
pub const MAP_FIX_AGAIN_MS: i64 = 10_000;
/// A unit that has said nothing for so long is marked stale, milliseconds.
pub const LOCATION_STALE_MS: i64 = 120_000;
/// A unit that has said nothing for so long is not on the map, milliseconds.
pub const LOCATION_GONE_MS: i64 = 30 * 60_000;
/// A fix may be taken so long after the hub's now, milliseconds: clocks differ. One that is later is of the hub's now.
pub const LOCATION_AHEAD_MS: i64 = 30_000;
/// Locations of one unit in a second; so many at once.
pub const LOCATIONS_PER_SECOND: i64 = 5;
/// A sender that reports too often is told so this often, milliseconds.
pub const TOO_OFTEN_TOLD_MS: i64 = 1_000;
/// Requests waiting for the live map. Locations do not wait there: the newest of a unit replaces the one before.
pub const LIVE_QUEUE_MAX: usize = 4_096;
/// Locations of a unit on an incident are recorded at most this often, milliseconds,
pub const TRACK_EVERY_MS: i64 = 30_000;
/// or when it has moved so far, metres,
pub const TRACK_MOVED_M: f64 = 250.0;
/// and not while it has moved less than this, metres: a receiver that stands still wanders by a little.
pub const TRACK_STILL_M: f64 = 10.0;
/// A location is preferred to a unit's station for so long, milliseconds.
pub const NEARBY_FIX_MS: i64 = 10 * 60_000;

const _: () = assert!(LOCATION_STALE_MS < LOCATION_GONE_MS);
const _: () = assert!(SESSION_CATCH_UP_FRAMES_MAX < SESSION_OUTBOX_FRAMES_MAX);
const _: () = assert!(COMMAND_BYTES_MAX < FRAME_BYTES_MAX);

/// Networks that an organisation's gateways may tell of.
pub const NETWORKS_MAX: usize = 16;
/// Letters of a network's name.
pub const NETWORK_NAME_MAX: usize = 40;
