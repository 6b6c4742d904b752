//! Total information, reports and status, as the contract has them.

use samband_domain::event::Event;
use samband_proto::v1::{self as pb, command::Body as Content, event::Body};

use super::event::{Circumstances, unit, unit_state};

pub(super) fn body(event: &Event, content: Option<&Content>, around: &Circumstances<'_>) -> Body {
    let names = around.names;
    let references = |ids: &[samband_domain::EventId]| {
        ids.iter().map(|id| pb::EventRef { event_id: Some(id.to_string()) }).collect()
    };
    match event {
        Event::TotalInformationIssued { number, material, references: ids, gate_of, new_text } => {
            let said = match content {
                Some(Content::IssueTotalInformation(said)) if *new_text => said.shared_text.clone(),
                _ => around.briefing.map(str::to_owned),
            };
            Body::TotalInformationIssued(pb::TotalInformationIssued {
                number: Some(*number),
                material: Some(*material),
                references: references(ids),
                shared_text: said,
                gate_of_alarm_id: gate_of.map(|alarm| alarm.to_string()),
            })
        }
        Event::AddendumIssued { number, references: ids } => {
            Body::AddendumIssued(pb::AddendumIssued { number: Some(*number), references: references(ids) })
        }
        Event::TotalInformationConfirmed { number, party } => {
            Body::TotalInformationConfirmed(pb::TotalInformationConfirmed {
                number: Some(*number),
                organisation: Some(party.organisation.to_string()),
                unit: unit(party, names),
            })
        }
        Event::ArrivalReportPrompted { unit } => {
            Body::ArrivalReportPrompted(pb::ArrivalReportPrompted { unit: Some(names.unit(unit)) })
        }
        Event::UnitStatusReported { unit, code, state, text, out_of_order, relayed } => {
            Body::UnitStatusReported(pb::UnitStatusReported {
                unit: Some(names.unit(unit)),
                code: Some(code.clone()),
                state: Some(unit_state(*state) as i32),
                text: Some(text.clone()),
                out_of_order: out_of_order.then_some(true),
                relayed: relayed.then_some(true),
                at_break_point: None,
            })
        }
        _ => report(event, content, around),
    }
}

fn report(event: &Event, content: Option<&Content>, around: &Circumstances<'_>) -> Body {
    let names = around.names;
    match (event, content) {
        (Event::ArrivalReportFiled { report, unit, corrects }, Some(Content::FileArrivalReport(said))) => {
            Body::ArrivalReportFiled(pb::ArrivalReportFiled {
                report_id: Some(report.to_string()),
                template: said.template,
                unit: unit.as_ref().map(|unit| names.unit(unit)),
                corrects_report_id: corrects.map(|report| report.to_string()),
                major_incident: said.major_incident,
                exact_place: said.exact_place.clone(),
                what: said.what.clone(),
                damage: said.damage.clone(),
                hazards: said.hazards.clone(),
                access: said.access.clone(),
                break_point: said.break_point.clone(),
                casualties: said.casualties,
                resources_on_scene: said.resources_on_scene.clone(),
                resources_needed: said.resources_needed.clone(),
            })
        }
        (Event::SitrepFiled { unit }, Some(Content::FileSitrep(said))) => Body::SitrepFiled(pb::SitrepFiled {
            unit: unit.as_ref().map(|unit| names.unit(unit)),
            situation: said.situation.clone(),
            measures: said.measures.clone(),
            forecast: said.forecast.clone(),
            hazards: said.hazards.clone(),
            casualties: said.casualties,
            resources_needed: said.resources_needed.clone(),
        }),
        _ => Body::SitrepFiled(pb::SitrepFiled::default()),
    }
}
