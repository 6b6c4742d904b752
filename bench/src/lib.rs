//! Samband: bench.
