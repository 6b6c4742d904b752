//! Samband: tests.
