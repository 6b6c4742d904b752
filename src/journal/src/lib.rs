//! Samband: journal.
