//! A gateway's way into the core: its commands and frames as the contract has them, answers as it gets them.

use prost::Message as _;
use samband_hub::{scenario::Stage as _, wire::json};
use samband_proto::v1::{self as pb, client_frame::Frame, outcome::Result as Answer};

use crate::core_stage::CoreStage;

/// Says a command; the hub's answer, as far as a gateway looks at it.
pub fn submit(stage: &mut CoreStage, name: &str, command: &pb::Command) -> pb::Outcome {
    let said = json::value("samband.v1.Command", &command.encode_to_vec());
    let outcome = stage.submit(name, &said);
    let result = match outcome["refused"]["code"].as_str() {
        Some(code) => {
            let code = pb::RefusalCode::from_str_name(code).map(Into::into);
            Answer::Refused(pb::Refused { code, ..pb::Refused::default() })
        }
        None => {
            let message_id = outcome["accepted"]["messageId"].as_str().map(str::to_owned);
            Answer::Accepted(pb::Accepted { message_id, ..pb::Accepted::default() })
        }
    };
    pb::Outcome { command_id: command.command_id.clone(), result: Some(result), dropped_fields: None }
}

/// Sends a frame that is no command.
pub fn send(stage: &mut CoreStage, name: &str, frame: Frame) {
    let frame = pb::ClientFrame { frame: Some(frame) };
    stage.send(name, &json::value("samband.v1.ClientFrame", &frame.encode_to_vec()));
}
