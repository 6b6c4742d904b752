//! permits
