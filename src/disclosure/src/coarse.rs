//! The closed list of coarse forms. Each is made once, when the event is appended, and stored beside the full value.
