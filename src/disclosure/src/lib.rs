//! Samband: disclosure.
