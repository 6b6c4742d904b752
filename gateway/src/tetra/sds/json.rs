//! Short data as JSON, for `decode` and for scripts. Keys are a promise.

use serde_json::{Map, Value, json};

use super::{
    Content, Delivery, ForwardAddress, LocationSystem, Part, Payload, Sds, Service, Status, StatusClass,
    StorageForward, TextMessage, Transfer, Type4, delivery_status_name, pid, status::report_name,
};

type Fields = Map<String, Value>;

impl Sds {
    /// Every field.
    #[must_use]
    pub fn to_json(&self) -> Fields {
        let mut fields = Fields::new();
        match self {
            Self::Status(status) => {
                put(&mut fields, "service", Service::Status.name());
                status_json(*status, &mut fields);
            }
            Self::UserDefined { service, data } => {
                put(&mut fields, "service", service.name());
                put(&mut fields, "user_data", data.to_hex());
            }
            Self::Type4(message) => {
                put(&mut fields, "service", Service::Type4.name());
                type4(message, &mut fields);
            }
        }
        fields
    }
}

fn status_json(status: Status, fields: &mut Fields) {
    put(fields, "status", status.0);
    put(fields, "status_hex", format!("{:04X}", status.0));
    let class = status.class();
    put(fields, "class", class.name());
    if let StatusClass::ShortReport { report, message_reference } = class {
        put(fields, "report_type", report);
        put(fields, "report", report_name(report));
        put(fields, "message_reference", message_reference);
    }
}

fn type4(message: &Type4, fields: &mut Fields) {
    put(fields, "pid", message.pid);
    put(fields, "pid_name", pid::name(message.pid));
    match &message.content {
        Content::Bare(payload) => payload_json(message.pid, payload, fields),
        Content::Transfer(transfer, payload) => {
            put(fields, "pdu", "SDS-TRANSFER");
            transfer_json(transfer, fields);
            payload_json(message.pid, payload, fields);
        }
        Content::Report(report) => {
            put(fields, "pdu", "SDS-REPORT");
            put(fields, "ack_required", report.ack_required);
            delivery(report.delivery_status, report.message_reference, fields);
            storage(report.storage.as_ref(), fields);
        }
        Content::Ack(ack) => {
            put(fields, "pdu", "SDS-ACK");
            delivery(ack.delivery_status, ack.message_reference, fields);
        }
        Content::Application(kind) => {
            put(fields, "pdu", "application");
            put(fields, "message_type", *kind);
        }
    }
    put(fields, "remainder_bits", message.remainder.len());
    put(fields, "remainder", message.remainder.to_hex());
}

fn transfer_json(transfer: &Transfer, fields: &mut Fields) {
    put(fields, "delivery_report_request", transfer.delivery_report.code());
    put(fields, "delivery_report_requested", transfer.delivery_report.name());
    put(fields, "only_standard_report", transfer.only_standard_report);
    put(fields, "message_reference", transfer.message_reference);
    storage(transfer.storage.as_ref(), fields);
}

fn delivery(status: u8, message_reference: u8, fields: &mut Fields) {
    put(fields, "delivery_status", status);
    put(fields, "delivery", Delivery::of(status).name());
    put(fields, "delivery_status_name", delivery_status_name(status));
    put(fields, "message_reference", message_reference);
}

fn storage(storage: Option<&StorageForward>, fields: &mut Fields) {
    put(fields, "storage", storage.is_some());
    if let Some(forward) = storage {
        let address = match &forward.forward_address {
            ForwardAddress::Sna(sna) => json!({ "sna": sna }),
            ForwardAddress::Ssi(ssi) => json!({ "ssi": ssi }),
            ForwardAddress::Tsi { ssi, mcc, mnc } => json!({ "ssi": ssi, "mcc": mcc, "mnc": mnc }),
            ForwardAddress::External(number) => json!({ "external": number }),
            ForwardAddress::None => Value::Null,
        };
        let forward = json!({
            "validity_period": forward.validity_period,
            "validity_seconds": forward.validity_seconds(),
            "forward_address_type": forward.forward_address.kind(),
            "forward_address": address,
        });
        put(fields, "storage_forward", forward);
    }
}

fn payload_json(pid: u8, payload: &Payload, fields: &mut Fields) {
    match payload {
        Payload::Text(message) => text(pid, message, fields),
        Payload::Lip(lip) => put(fields, "lip", lip.to_json()),
        Payload::Location(location) => location_json(location, fields),
        Payload::Part(part) => part_json(part, fields),
        Payload::Unread => {}
    }
}

fn text(pid: u8, message: &TextMessage, fields: &mut Fields) {
    put(fields, "immediate", matches!(pid, pid::IMMEDIATE_TEXT | pid::SIMPLE_IMMEDIATE_TEXT));
    put(fields, "text_coding_scheme", message.coding.0);
    if let Some(at) = message.timestamp {
        let stamp = json!({
            "timeframe": at.timeframe_raw,
            "timeframe_name": at.timeframe().name(),
            "month": at.month,
            "day": at.day,
            "hour": at.hour,
            "minute": at.minute,
            "valid": at.is_valid(),
        });
        put(fields, "timestamp", stamp);
    } else {
        put(fields, "timestamp", Value::Null);
    }
    if let Some(part) = message.part {
        let header = json!({
            "reference": part.reference,
            "long_reference": part.long_reference,
            "total": part.total,
            "sequence": part.sequence,
            "valid": part.is_valid(),
        });
        put(fields, "concatenation", header);
    }
    put(fields, "text", message.text.says.clone());
    put(fields, "text_hex", message.text.raw.to_hex());
}

fn location_json(location: &LocationSystem, fields: &mut Fields) {
    put(fields, "location_coding", location.coding);
    let name = match location.coding {
        0 => "nmea_0183",
        1 => "rtcm_sc_104",
        0x80 => "proprietary",
        _ => "reserved",
    };
    put(fields, "location_coding_name", name);
    put(fields, "nmea", location.nmea());
    put(fields, "data", location.data.to_hex());
}

fn part_json(part: &Part, fields: &mut Fields) {
    let header = json!({
        "control": part.control,
        "extended_reference": part.extended_reference,
        "reference": part.reference,
        "total": part.total,
        "sequence": part.sequence,
        "valid": part.is_valid(),
        "pid": part.pid,
    });
    put(fields, "concatenation", header);
    put(fields, "data", part.data.to_hex());
}

fn put(fields: &mut Fields, key: &str, value: impl Into<Value>) {
    fields.insert(key.to_owned(), value.into());
}
