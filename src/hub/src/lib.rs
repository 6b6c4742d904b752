//! Samband: hub.
