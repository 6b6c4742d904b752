//! Optional elements at the end of a PDU (TS 100 392-18-1, type 5 elements): identifier, length, content.

use crate::bits::{BitString, Reader, Writer};

/// An optional element, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// 5 bits.
    pub identifier: u8,
    /// Its content.
    pub content: BitString,
}

/// Location message reference.
pub(super) const TRIGGER_DEFINITION: u8 = 19;

impl Element {
    /// Its name (table of type 5 identifiers, one source).
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.identifier {
            0 => "direction_of_travel_and_accuracy",
            1 => "extended_user_defined_data",
            2 => "horizontal_position_and_accuracy",
            3 => "horizontal_velocity_and_accuracy",
            4 => "location_information_destination",
            5 => "location_altitude_and_accuracy",
            6 => "location_message_reference",
            7 => "maximum_information_age",
            8 => "maximum_response_time",
            9 => "default_enable_disable_lifetime",
            11 => "request_priority",
            12 => "result_code",
            13 => "sds_type_1_value",
            14 => "start_time",
            15 => "status_value",
            16 => "stop_time",
            17 => "terminal_or_location_identification",
            19 => "trigger_definition",
            20 => "trigger_removal",
            21 => "vertical_velocity_and_accuracy",
            22 => "temporary_control_parameter_definition",
            23 => "backlog_information_available",
            24 => "backlog_continuation_state",
            31 => "extended_element",
            _ => "reserved",
        }
    }

    /// Appends it. Six bits of length; longer ones count octets in seven more.
    pub(super) fn write(&self, writer: &mut Writer) {
        let length = self.content.len();
        writer.put(self.identifier.into(), 5);
        if length < 64 {
            writer.put(u32::try_from(length).unwrap_or(0), 6);
        } else {
            writer.put(0, 6).put(u32::try_from(length.div_ceil(8)).unwrap_or(127), 7);
        }
        writer.string(&self.content);
    }
}

/// All elements that can be read; the rest is filling, or unknown.
pub(super) fn read(reader: &mut Reader<'_>) -> (Vec<Element>, BitString) {
    let mut elements = Vec::new();
    while reader.left() >= 11 && !reader.only_zeros_left() {
        let mut ahead = reader.clone();
        let Some(element) = one(&mut ahead) else { break };
        *reader = ahead;
        elements.push(element);
    }
    (elements, reader.rest())
}

fn one(reader: &mut Reader<'_>) -> Option<Element> {
    let identifier = reader.take_u8(5).ok()?;
    let length = match reader.take(6).ok()? {
        0 => usize::from(reader.take_u8(7).ok()?) * 8,
        bits => usize::try_from(bits).ok()?,
    };
    let content = reader.string(length).ok()?;
    Some(Element { identifier, content })
}
