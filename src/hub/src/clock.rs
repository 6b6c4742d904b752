//! The only place that reads the clock.

use std::sync::atomic::{AtomicI64, Ordering};

use samband_domain::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Milliseconds since some fixed moment, never jumping: how long something has lasted is read from this.
    fn monotonic(&self) -> Timestamp;

    /// Both.
    fn moment(&self) -> Moment {
        Moment { wall: self.now(), steady: self.monotonic() }
    }
}

/// What time it is, and how much has passed: a clock that is set must not end sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The hub's time.
    pub wall: Timestamp,
    /// Never jumps.
    pub steady: Timestamp,
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock {
    started: std::time::Instant,
}

impl Default for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place the lint points to")]
    fn default() -> Self {
        Self { started: std::time::Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place the lint points to")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn monotonic(&self) -> Timestamp {
        Timestamp(i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that is set by hand, for scenarios: both transports run them in no time.
#[derive(Debug)]
pub struct ManualClock {
    wall: AtomicI64,
    steady: AtomicI64,
}

impl ManualClock {
    /// Starts at this moment.
    pub fn at(start: Timestamp) -> Self {
        Self { wall: AtomicI64::new(start.0), steady: AtomicI64::new(0) }
    }

    /// Sets it.
    pub fn set(&self, now: Timestamp) {
        self.wall.store(now.0, Ordering::SeqCst);
    }

    /// Lets milliseconds pass for sessions: what they wait for comes.
    pub fn pass(&self, milliseconds: i64) {
        self.steady.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.wall.load(Ordering::SeqCst))
    }

    /// Setting it lets nothing last: sessions of a scenario do not fall asleep when it skips an hour.
    fn monotonic(&self) -> Timestamp {
        Timestamp(self.steady.load(Ordering::SeqCst))
    }
}
