//! Samband: domain.
