//! Samband: proto.
