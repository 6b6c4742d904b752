//! SDS-REPORT (EN 300 392-2 clause 29.4.2.2): what became of a message.

use crate::bits::{BitString, Reader, Writer};

use super::{SdsError, StorageForward};

/// A report on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The reporter wants an SDS-ACK.
    pub ack_required: bool,
    /// Table 29.16.
    pub delivery_status: u8,
    /// Of the message it is about.
    pub message_reference: u8,
    /// When it may be stored on the way.
    pub storage: Option<StorageForward>,
}

impl Report {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        reader.take(4)?;
        let ack_required = reader.flag()?;
        reader.take(2)?;
        let stored = reader.flag()?;
        let delivery_status = reader.take_u8(8)?;
        let message_reference = reader.take_u8(8)?;
        let storage = if stored { Some(StorageForward::read(reader)?) } else { None };
        Ok(Self { ack_required, delivery_status, message_reference, storage })
    }

    /// As a message.
    #[must_use]
    pub fn to_sds(&self, pid: u8) -> BitString {
        let mut writer = Writer::default();
        writer.put(pid.into(), 8).put(1, 4).put(self.ack_required.into(), 1).put(0, 3);
        writer.put(self.delivery_status.into(), 8).put(self.message_reference.into(), 8);
        writer.finish()
    }
}

/// The class of a delivery status: its three highest bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It came through, as far as the status says.
    Success,
    /// Not yet.
    Temporary,
    /// It will not.
    Failed,
    /// About the flow, not about the message.
    FlowControl,
    /// Between the ends.
    EndToEnd,
    /// No meaning given.
    Reserved,
}

impl Delivery {
    /// Of a delivery status.
    #[must_use]
    pub fn of(status: u8) -> Self {
        match status >> 5 {
            0 => Self::Success,
            1 => Self::Temporary,
            2 => Self::Failed,
            3 => Self::FlowControl,
            4 => Self::EndToEnd,
            _ => Self::Reserved,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Temporary => "temporary",
            Self::Failed => "failed",
            Self::FlowControl => "flow_control",
            Self::EndToEnd => "end_to_end",
            Self::Reserved => "reserved",
        }
    }
}

/// Receipt acknowledged by the destination.
pub(super) const RECEIVED: u8 = 0x00;
/// Consumed by the destination.
pub(super) const CONSUMED: u8 = 0x02;

/// What a delivery status says (table 29.16).
#[must_use]
pub fn delivery_status_name(status: u8) -> &'static str {
    match status {
        RECEIVED => "received",
        0x01 => "receipt_report_acknowledged",
        CONSUMED => "consumed",
        0x03 => "consumed_report_acknowledged",
        0x04 => "forwarded_to_external_network",
        0x05 => "sent_to_group",
        0x06 => "concatenation_part_received",
        0x20 => "congestion",
        0x21 => "stored",
        0x22 => "destination_not_reachable_stored",
        0x40 => "network_overload",
        0x41 => "service_permanently_not_available",
        0x42 => "service_temporarily_not_available",
        0x43 => "source_not_authorised",
        0x44 => "destination_not_authorised",
        0x45 => "unknown_destination",
        0x46 => "unknown_forward_address",
        0x47 => "group_address_with_individual_service",
        0x48 => "expired_not_received",
        0x49 => "expired_not_consumed",
        0x4A => "delivery_failed",
        0x4B => "destination_not_registered",
        0x4C => "queue_full",
        0x4D => "message_too_long",
        0x4E => "destination_without_sds_tl",
        0x4F => "host_not_connected",
        0x50 => "protocol_not_supported",
        0x51 => "coding_not_supported",
        0x52 => "memory_full_discarded",
        0x53 => "destination_not_accepting",
        0x54 => "concatenated_too_long",
        0x56..=0x58 => "address_or_routing",
        0x59 => "negative_acknowledgement",
        0x5A => "destination_not_reachable",
        0x60 => "memory_full",
        0x61 => "memory_available",
        0x62 => "start_pending",
        0x63 => "no_pending",
        0x80 => "stop_sending",
        0x81 => "start_sending",
        _ => "reserved",
    }
}
