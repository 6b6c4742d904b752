//! What an operator's monitoring reads. Counts only: no organisation, unit, incident or text is in a name or a label.

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, gauge::Gauge},
    registry::Registry,
};

/// The hub's figures.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Sessions open.
    pub sessions: Gauge,
    /// Frames written to sockets.
    pub frames: Counter,
    /// Commands accepted.
    pub accepted: Counter,
    /// Commands refused.
    pub refused: Counter,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("samband");
        let (sessions, frames, accepted, refused) =
            (Gauge::default(), Counter::default(), Counter::default(), Counter::default());
        registry.register("sessions", "Sessions open", sessions.clone());
        registry.register("frames_written", "Frames written to sockets", frames.clone());
        registry.register("commands_accepted", "Commands accepted", accepted.clone());
        registry.register("commands_refused", "Commands refused", refused.clone());
        Self { registry, sessions, frames, accepted, refused }
    }
}

impl Metrics {
    /// In the text format of OpenMetrics.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
