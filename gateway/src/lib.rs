//! Samband: gateway.
