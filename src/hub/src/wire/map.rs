//! Frames of the map. A unit gets into one only as a [`Disclosed`].

use prost::Message as _;
use samband_disclosure::{Disclosed, MapUnit, map::Place};
use samband_domain::{Timestamp, UnitId};
use samband_proto::v1::{self as pb, server_frame};

use super::{
    coarse::grid_cell,
    frame::{Encoding, Frame, encoded},
    to_proto::{event::unit_state, timestamp},
};

/// What goes into a frame.
pub struct MapFrame<'a> {
    /// Which cell.
    pub cell: pb::MapCell,
    /// All of the cell.
    pub key: bool,
    /// Time of the tick.
    pub hub_time: Timestamp,
    /// Units, and whether the receiver is to be told who they are.
    pub units: Vec<(&'a Disclosed<MapUnit>, bool)>,
    /// Units that are no longer there.
    pub removed: &'a [UnitId],
}

/// The frame.
pub fn map(frame: MapFrame<'_>, encoding: Encoding) -> Frame {
    let MapFrame { cell, key, hub_time, units, removed } = frame;
    let frame = pb::MapFrame {
        cell: Some(cell),
        key: key.then_some(true),
        hub_time: Some(timestamp(hub_time)),
        units: units.into_iter().map(|(seen, introduce)| unit(seen.payload(), introduce)).collect(),
        removed_unit_ids: removed.iter().map(ToString::to_string).collect(),
    };
    let bytes = pb::ServerFrame { frame: Some(server_frame::Frame::Map(frame)) }.encode_to_vec();
    encoded(bytes, encoding)
}

fn unit(seen: &MapUnit, introduce: bool) -> pb::MapUnit {
    let identity = &seen.identity;
    let introduced = |text: &str| introduce.then(|| text.to_owned());
    let unit = pb::MapUnit {
        unit_id: Some(identity.unit.to_string()),
        call_sign: introduced(&identity.call_sign),
        organisation: introduced(identity.organisation.as_str()),
        kind: introduced(&identity.kind),
        stale: seen.stale.then_some(true),
        state: seen.state.map(|state| unit_state(state) as i32),
        code: seen.code.as_deref().map(str::to_owned),
        emergency: seen.emergency.then_some(true),
        ..Default::default()
    };
    match seen.place {
        Place::Square(cell) => pb::MapUnit { area: Some(grid_cell(cell)), ..unit },
        Place::Point { latitude_e5, longitude_e5, course_deg, speed_kmh, fix_at } => pb::MapUnit {
            latitude_e5: Some(latitude_e5),
            longitude_e5: Some(longitude_e5),
            course_deg: course_deg.map(u32::from),
            speed_kmh: speed_kmh.map(u32::from),
            fix_at: Some(timestamp(fix_at)),
            ..unit
        },
    }
}
