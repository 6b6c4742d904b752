//! The picture that a gateway has: what is sent anew takes the place of what was held when it is whole.

use samband_gateway::picture::Picture;
use samband_proto::v1::{self as pb, event::Body, restart::Scope, server_frame::Frame};

fn said(incident: &str, owner: &str, body: Body) -> Frame {
    let envelope =
        pb::Envelope { incident_id: Some(incident.into()), owner: Some(owner.into()), ..pb::Envelope::default() };
    Frame::Update(pb::Update {
        event: Some(pb::Event { envelope: Some(envelope), body: Some(body), ..pb::Event::default() }),
    })
}

fn reported(kind: &str) -> Body {
    Body::IncidentReported(pb::IncidentReported { types: vec![kind.into()] })
}

fn restart(scope: Scope) -> Frame {
    Frame::Restart(pb::Restart { scope: Some(scope) })
}

fn titles(picture: &Picture) -> Vec<&str> {
    picture.incidents().map(|incident| incident.title()).collect()
}

#[test]
fn what_is_sent_anew_is_shown_when_it_is_whole() {
    let mut picture = Picture::default();
    for (incident, kind) in [("a", "Brand"), ("b", "Fall"), ("c", "Storm")] {
        picture.take(&said(incident, "sos-alarm", reported(kind)));
    }
    picture.take(&restart(Scope::IncidentId("a".into())));
    picture.take(&restart(Scope::IncidentId("c".into())));
    picture.take(&said("a", "sos-alarm", reported("Brand i byggnad")));
    // The others go on meanwhile.
    picture.take(&said("b", "sos-alarm", reported("Hjärtstopp")));
    assert_eq!(titles(&picture), ["Brand", "Hjärtstopp", "Storm"]);
    assert!(!picture.is_whole("a") && picture.is_whole("b"));
    picture.take(&Frame::Checkpoint(pb::Checkpoint::default()));
    assert_eq!(titles(&picture), ["Brand i byggnad", "Hjärtstopp"], "of the third nothing may be seen any more");
    assert!(picture.is_whole("a"));
}

#[test]
fn a_new_session_takes_the_place_of_the_last_at_its_end_and_begins_anew_when_it_is_lost() {
    let mut picture = Picture::default();
    picture.take(&said("a", "sos-alarm", reported("Brand")));
    picture.begin();
    picture.take(&said("b", "sos-alarm", reported("Fall")));
    // Lost in the middle: what came of it is void.
    picture.begin();
    picture.take(&said("c", "sos-alarm", reported("Storm")));
    assert_eq!(titles(&picture), ["Brand"]);
    picture.take(&Frame::CaughtUp(pb::CaughtUp {}));
    assert_eq!(titles(&picture), ["Storm"]);
    picture.take(&restart(Scope::All(true)));
    assert_eq!(titles(&picture), ["Storm"]);
    picture.take(&Frame::Checkpoint(pb::Checkpoint::default()));
    assert!(titles(&picture).is_empty());
}

#[test]
fn an_incident_as_some_have_stated_it_holds_nothing_of_the_others() {
    let mut picture = Picture::default();
    picture.take(&said("a", "sos-alarm", reported("Brand")));
    for owner in ["sos-alarm", "polis-nord", "region-jh"] {
        let warning = pb::DerivedSafety { instruction: Some(owner.into()), ..pb::DerivedSafety::default() };
        let value = Some(pb::fact_stated::Value::Safety(warning));
        let fact =
            pb::FactStated { value, location_coarse: Some(pb::GridCell::default()), ..pb::FactStated::default() };
        picture.take(&said("a", owner, Body::FactStated(fact)));
        let hazard = pb::HazardReported {
            hazard_id: Some(owner.into()),
            hazard: Some(pb::Hazard { what: Some(owner.into()), ..pb::Hazard::default() }),
            ..pb::HazardReported::default()
        };
        picture.take(&said("a", owner, Body::HazardReported(hazard)));
        let raised = pb::EmergencyRaised {
            emergency_id: Some(owner.into()),
            what: Some(owner.into()),
            location: Some(pb::GeoPoint::default()),
            ..pb::EmergencyRaised::default()
        };
        picture.take(&said("a", owner, Body::EmergencyRaised(raised)));
    }
    let stated = picture.incident("a").unwrap().stated_by(&["sos-alarm", "region-jh"]);
    let warnings: Vec<&str> = stated.safety().map(|warning| warning.instruction()).collect();
    assert_eq!(warnings, ["region-jh", "sos-alarm"]);
    assert_eq!(stated.hazards.keys().collect::<Vec<_>>(), ["region-jh", "sos-alarm"]);
    assert_eq!(stated.squares.len(), 2);
    let distress: Vec<(&str, bool, bool)> = stated
        .standing_emergencies()
        .map(|one| (one.id.as_str(), one.what.is_some(), one.location.is_some()))
        .collect();
    // Where somebody is in need is what whoever is told must know.
    assert_eq!(distress, [("polis-nord", false, true), ("region-jh", true, true), ("sos-alarm", true, true)]);
}
