//! What the tests share.

use samband_gateway::sos::{TextAlarm, decode};
use serde_json::{Value, json};

/// Decodes and compares those fields of the JSON that `expected` names; `extra` is compared with the kept labels.
#[track_caller]
pub(crate) fn check(name: &str, bytes: &[u8], expected: &Value) -> TextAlarm {
    let alarm = decode(bytes);
    let mut got = serde_json::to_value(&alarm).unwrap();
    got["extra"] = json!(alarm.extra);
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&got[key], value, "{name}: {key} in {got:#}");
    }
    alarm
}

/// `text` in Windows-1252, of which only Latin-1 is needed here.
pub(crate) fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}
