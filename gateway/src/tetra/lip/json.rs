//! A location PDU as JSON, for `decode` and for scripts. Keys are a promise; a unit stands in the name.

use serde_json::{Map, Value, json};

use crate::bits::BitString;

use super::{
    Additional, Element, HorizontalVelocity, Lip, LongReport, Position, ShortReport, Time, TimeElapsed, reason,
    shape::{RADIUS_STEP_M, altitude_uncertainty_m, angle_deg, uncertainty_m},
};

type Fields = Map<String, Value>;

impl Lip {
    /// Every field, raw and in units.
    #[must_use]
    pub fn to_json(&self) -> Fields {
        let mut fields = Fields::new();
        match self {
            Self::ShortReport(report) => short(report, &mut fields),
            Self::LongReport(report) => long(report, &mut fields),
            Self::ImmediateReportRequest { report_type, elements, remainder } => {
                put(&mut fields, "kind", "immediate_location_report_request");
                put(&mut fields, "extension", 1);
                put(&mut fields, "report_type_raw", report_type.code());
                put(&mut fields, "report_type", report_type.name());
                put(&mut fields, "elements", elements_json(elements));
                rest(remainder, &mut fields);
            }
            Self::ReportAcknowledgement { result, remainder } => {
                put(&mut fields, "kind", "location_report_acknowledgement");
                put(&mut fields, "extension", 4);
                put(&mut fields, "result_code", *result);
                put(&mut fields, "success", *result == 0);
                rest(remainder, &mut fields);
            }
            Self::Configuration { extension, body } => {
                put(&mut fields, "kind", configuration(*extension));
                put(&mut fields, "extension", *extension);
                rest(body, &mut fields);
            }
        }
        fields
    }
}

fn configuration(extension: u8) -> &'static str {
    match extension {
        5 => "basic_location_parameters",
        6 => "add_modify_trigger",
        7 => "remove_trigger",
        8 => "report_triggers",
        9 => "report_basic_location_parameters",
        10 => "location_reporting_enable_disable",
        11 => "location_reporting_temporary_control",
        _ => "backlog",
    }
}

fn short(report: &ShortReport, fields: &mut Fields) {
    put(fields, "kind", "short_location_report");
    elapsed(report.time_elapsed, fields);
    position(report.position, fields);
    put(fields, "position_error_raw", report.position_error.0);
    put(fields, "position_error_max_m", report.position_error.max_m());
    velocity(report.velocity, fields);
    put(fields, "direction_raw", report.direction.0);
    put(fields, "direction_deg", report.direction.degrees());
    put(fields, "direction_known", report.direction.is_known());
    additional(report.additional, fields);
    put(fields, "no_fix", report.fix().is_none());
    rest(&report.remainder, fields);
}

fn long(report: &LongReport, fields: &mut Fields) {
    put(fields, "kind", "long_location_report");
    put(fields, "extension", 3);
    time(report.time, fields);
    shape(report, fields);
    let said = &report.velocity;
    put(fields, "velocity_type", said.kind);
    if let Some(horizontal) = said.horizontal {
        velocity(horizontal, fields);
    }
    put_some(fields, "velocity_uncertainty_raw", said.horizontal_uncertainty);
    if let Some((down, vertical)) = said.vertical {
        put(fields, "vertical_velocity_down", down);
        put(fields, "vertical_velocity_raw", vertical.0);
        put(fields, "vertical_velocity_kmh", vertical.kmh().map(|kmh| if down { -kmh } else { kmh }));
        put(fields, "vertical_velocity_over_range", vertical.is_over_range());
    }
    put_some(fields, "vertical_velocity_uncertainty_raw", said.vertical_uncertainty);
    if let Some(direction) = said.direction {
        put(fields, "direction_raw", direction);
        put(fields, "direction_deg", angle_deg(direction));
        put(fields, "direction_known", true);
    }
    put_some(fields, "direction_uncertainty_raw", said.direction_uncertainty);
    put(fields, "ack_requested", report.ack_requested);
    additional(report.additional, fields);
    put(fields, "elements", elements_json(&report.elements));
    put(fields, "no_fix", report.fix().is_none());
    rest(&report.remainder, fields);
}

fn time(time: Time, fields: &mut Fields) {
    match time {
        Time::None => put(fields, "time_type", 0),
        Time::Elapsed(age) => {
            put(fields, "time_type", 1);
            elapsed(age, fields);
        }
        Time::OfPosition(at) => {
            put(fields, "time_type", 2);
            let of = json!({ "day": at.day, "hour": at.hour, "minute": at.minute, "second": at.second });
            put(fields, "time_of_position", of);
            put(fields, "time_of_position_valid", at.is_valid());
        }
    }
}

fn shape(report: &LongReport, fields: &mut Fields) {
    let said = &report.shape;
    put(fields, "shape_raw", said.kind);
    put(fields, "shape", said.name());
    if let Some(at) = said.position {
        position(at, fields);
    }
    if let Some(code) = said.horizontal_uncertainty {
        put(fields, "horizontal_uncertainty_raw", code);
        put(fields, "horizontal_uncertainty_m", uncertainty_m(code));
    }
    if let Some((major, minor, angle)) = said.ellipse {
        put(fields, "half_major_axis_raw", major);
        put(fields, "half_major_axis_m", uncertainty_m(major));
        put(fields, "half_minor_axis_raw", minor);
        put(fields, "half_minor_axis_m", uncertainty_m(minor));
        put(fields, "angle_raw", angle);
        put(fields, "angle_deg", angle_deg(angle));
    }
    if let Some(altitude) = said.altitude {
        put(fields, "altitude_type", altitude.kind);
        put(fields, "altitude_raw", altitude.raw);
        put(fields, "altitude_m", altitude.metres());
    }
    if let Some(code) = said.altitude_uncertainty {
        put(fields, "altitude_uncertainty_raw", code);
        put(fields, "altitude_uncertainty_m", altitude_uncertainty_m(code));
    }
    if let Some((inner, outer, start, stop)) = said.arc {
        put(fields, "inner_radius_raw", inner);
        put(fields, "inner_radius_m", u32::from(inner) * RADIUS_STEP_M);
        put(fields, "outer_radius_raw", outer);
        put(fields, "outer_radius_m", u32::from(outer) * RADIUS_STEP_M);
        put(fields, "start_angle_raw", start);
        put(fields, "start_angle_deg", angle_deg(start));
        put(fields, "stop_angle_raw", stop);
        put(fields, "stop_angle_deg", angle_deg(stop));
    }
    put_some(fields, "confidence_level_raw", said.confidence_level);
    if let Some(error) = said.position_error {
        put(fields, "position_error_raw", error.0);
        put(fields, "position_error_max_m", error.max_m());
    }
}

fn elapsed(age: TimeElapsed, fields: &mut Fields) {
    put(fields, "time_elapsed_raw", age.0);
    put(fields, "time_elapsed", age.name());
}

fn position(at: Position, fields: &mut Fields) {
    put(fields, "longitude_raw", at.longitude_raw);
    put(fields, "longitude", at.longitude());
    put(fields, "latitude_raw", at.latitude_raw);
    put(fields, "latitude", at.latitude());
}

fn velocity(horizontal: HorizontalVelocity, fields: &mut Fields) {
    put(fields, "velocity_raw", horizontal.0);
    put(fields, "velocity_kmh", horizontal.kmh());
    put(fields, "velocity_over_range", horizontal.is_over_range());
}

fn additional(additional: Additional, fields: &mut Fields) {
    match additional {
        Additional::Reason(code) => {
            put(fields, "type_of_additional_data", 0);
            put(fields, "reason_for_sending", code);
            put(fields, "reason", reason::name(code).unwrap_or("reserved"));
        }
        Additional::UserDefined(octet) => {
            put(fields, "type_of_additional_data", 1);
            put(fields, "user_defined_data_first_octet", octet);
        }
    }
}

fn elements_json(elements: &[Element]) -> Value {
    let one = |element: &Element| {
        json!({
            "identifier": element.identifier,
            "name": element.name(),
            "bits": element.content.len(),
            "hex": element.content.to_hex(),
        })
    };
    elements.iter().map(one).collect()
}

fn rest(remainder: &BitString, fields: &mut Fields) {
    put(fields, "remainder_bits", remainder.len());
    put(fields, "remainder", remainder.to_hex());
}

fn put(fields: &mut Fields, key: &str, value: impl Into<Value>) {
    fields.insert(key.to_owned(), value.into());
}

fn put_some(fields: &mut Fields, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        put(fields, key, value);
    }
}
