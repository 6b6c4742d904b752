//! Of the refusals that apply, the one with the lowest number of the contract is returned.

use std::collections::BTreeMap;

use samband_domain::{
    AlarmId, EmergencyId, EventId, IncidentId, OrganisationId, Refusal, ReportId, TalkgroupId,
    command::{Command, NewFact, NewParty, PlanChoice, Principal},
    event::{CloseOutcome, FactKind},
    report::{CoreField, Template},
};

use crate::support::{
    World, acknowledge, add, crew, decline, desk, listed, org, party, raise, recall, relay, unit, waive,
};

/// Numbers by name, from the contract itself.
fn contract() -> BTreeMap<String, u32> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../proto/samband/v1/command.proto");
    let text = std::fs::read_to_string(path).unwrap();
    let line = |line: &str| {
        let (name, number) = line.trim().strip_prefix("REFUSAL_CODE_")?.strip_suffix(';')?.split_once(" = ")?;
        Some((name.replace('_', ""), number.parse().ok()?))
    };
    text.lines().filter_map(line).collect()
}

/// Its number in the contract, found by its name.
fn number(refusal: &Refusal) -> u32 {
    let shown = format!("{refusal:?}");
    let name = shown.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_uppercase();
    contract().get(&name).copied().unwrap_or_else(|| panic!("{name} is not in the contract"))
}

fn every_refusal() -> Vec<Refusal> {
    let (incident, alarm) = (IncidentId([0; 16]), AlarmId([0; 16]));
    let (organisation, some) = (org("fire"), party("fire"));
    let mut refusals = vec![
        Refusal::NotPermitted { needed: "" },
        Refusal::NotFound,
        Refusal::AlreadyReported { incident },
        Refusal::IncidentClosed,
        Refusal::IncidentNotClosed,
        Refusal::UnknownOrganisation,
        Refusal::UnknownUnit,
        Refusal::UnknownPlan,
        Refusal::OwnInvolvement,
        Refusal::NotInvolved { organisation },
        Refusal::NotLead,
        Refusal::NotOffered,
        Refusal::NotAParty { party: some.clone() },
        Refusal::AlreadyAParty { party: some.clone() },
        Refusal::AlreadyAcknowledged { party: some.clone() },
        Refusal::AlarmRecalled { alarm },
        Refusal::GateAlreadyOpen { alarm },
        Refusal::NoGate { alarm },
        Refusal::ReasonMissing,
        Refusal::PartyNotVisible { party: some },
        Refusal::StaleVersion { current: 0 },
        Refusal::ReportIncomplete { missing: vec![] },
        Refusal::UnknownStatusCode,
        Refusal::AlreadyClaimed { desk: String::new() },
        Refusal::NotClaimed,
        Refusal::AlreadyLinked,
        Refusal::NotLinked,
        Refusal::NothingStated,
        Refusal::NothingToDo,
        Refusal::LimitReached { what: "", limit: 0 },
        Refusal::StillEngaged { organisations: vec![] },
        Refusal::LeadCannotStandDown,
    ];
    refusals.extend(of_talkgroups_and_what_came_with_them());
    refusals
}

fn of_talkgroups_and_what_came_with_them() -> [Refusal; 14] {
    let talkgroup = TalkgroupId::new("raps-1").unwrap();
    let emergency = EmergencyId([0; 16]);
    [
        Refusal::UnknownTalkgroup,
        Refusal::NoRightToTalkgroup { talkgroup: talkgroup.clone() },
        Refusal::TalkgroupTaken { talkgroup: talkgroup.clone() },
        Refusal::PoolEmpty { fallback: vec![] },
        Refusal::NotLeased { talkgroup },
        Refusal::EmergencyStands { emergency },
        Refusal::EmergencyEnded { emergency },
        Refusal::WrongStage { subject: "", stage: "" },
        Refusal::AdvanceNotice,
        Refusal::ReleaseNotDecided,
        Refusal::GroundExcluded,
        Refusal::ReleaseTooLong { minutes: 0 },
        Refusal::LocationImplausible,
        Refusal::TooOften,
    ]
}

#[test]
fn refusals_are_in_the_order_of_the_contract() {
    let refusals = every_refusal();
    assert!(refusals.is_sorted(), "the order of the variants");
    let numbers: Vec<u32> = refusals.iter().map(number).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    let highest = contract().values().copied().max().unwrap();
    assert_eq!(numbers, (8..=highest).collect::<Vec<_>>(), "the rules return all from 8 on");
}

/// What applies, by number; who asks; what is asked.
type Case = (&'static [u32], Principal, Command);

fn check(world: &mut World, cases: Vec<Case>) {
    for (applicable, who, command) in cases {
        let said = format!("{command:?}");
        let refusal = world.ask(&who, command).expect_err(&said);
        assert_eq!(Some(number(&refusal)), applicable.iter().copied().min(), "{said} gives {refusal:?}");
    }
}

fn report(corrects: Option<ReportId>, by: Option<&str>) -> Command {
    let filled = [CoreField::What].into();
    Command::FileArrivalReport { template: Template::Osh, filled, unit: by.map(unit), corrects }
}

fn confirm(number: u32, heard: Option<&str>) -> Command {
    Command::ConfirmTotalInformation { number, relayed_for: heard.map(party) }
}

/// A party of an organisation that is not there, or that has no such unit.
fn unknown(organisation: &str, name: &str) -> NewParty {
    let mut unknown = listed("fire:f1", true);
    unknown.party.organisation = OrganisationId::new(organisation).unwrap();
    unknown.party.unit = Some(unit(name));
    unknown
}

const NO_ALARM: AlarmId = AlarmId([0xFF; 16]);
const NO_REPORT: ReportId = ReportId([0xFF; 16]);

#[test]
fn when_raising_and_changing_alarms() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!", "police"]);
    world.eyes.unseen.insert((org("amb"), party("police:p1")));
    let (sos, fire, city) = (desk("sos"), desk("fire"), desk("city"));
    let no_reason = |party_name: &str| Command::WaiveParty { alarm, party: party(party_name), reason_given: false };
    let recall_silently = |names: &[&str]| {
        let parties = names.iter().map(|name| party(name)).collect();
        Command::RecallAlarm { alarm, parties, reason_given: false }
    };
    let two_unknown = || vec![unknown("fire", "z9"), unknown("none", "z9")];
    let by_hand = |parties| raise(PlanChoice::ByHand, parties);
    let named = |parties| raise(PlanChoice::Named("none".into()), parties);
    let many = (0..257).map(|one| format!("u{one}")).collect::<Vec<_>>();
    for name in &many {
        let entry =
            samband_domain::directory::Unit { id: unit(name), organisation: org("fire"), call_sign: name.clone() };
        world.directory.units.insert(unit(name), entry);
    }
    let too_many = || many.iter().map(|name| listed(&format!("fire:{name}"), false));
    let unseen = || [listed("amb:a2", true), listed("police:p1", true)];
    check(
        &mut world,
        vec![
            (&[8, 13, 14], city.clone(), by_hand(two_unknown())),
            (&[8, 9, 13, 14], city, add(NO_ALARM, two_unknown(), None)),
            (&[13, 14, 15], sos.clone(), named(two_unknown())),
            (&[14, 15], sos.clone(), named(vec![unknown("fire", "z9")])),
            (&[15, 36], sos.clone(), named(vec![])),
            (&[27, 37], sos.clone(), by_hand(too_many().chain(unseen()).collect())),
            (&[37], sos.clone(), by_hand(too_many().collect())),
            (&[9, 13, 14], sos.clone(), add(NO_ALARM, two_unknown(), None)),
            (&[13, 14, 20], sos.clone(), add(alarm, two_unknown(), Some("city"))),
            (&[18, 20, 21], fire.clone(), add(alarm, vec![listed("amb:a1", true)], Some("city"))),
            (&[20, 21], sos.clone(), add(alarm, vec![listed("amb:a1", true)], Some("city"))),
            (&[20, 36], sos.clone(), add(alarm, vec![], Some("city"))),
            (&[27, 37], sos.clone(), add(alarm, too_many().chain(unseen()).collect(), None)),
            (&[18, 20, 26], fire.clone(), no_reason("city")),
            (&[20, 26], sos.clone(), no_reason("city")),
            (&[26, 36], sos.clone(), no_reason("police")),
            (&[36], sos.clone(), waive(alarm, "police")),
            (&[18, 20, 26], fire, recall_silently(&["city"])),
            (&[20, 26], sos.clone(), recall_silently(&["city"])),
            (&[26], sos, recall_silently(&[])),
        ],
    );
}

#[test]
fn when_the_gate_is_open_or_the_alarm_recalled() {
    let mut world = World::new();
    let (opened, recalled) = (world.alarm(&["fire:f1!", "police"]), world.alarm(&["fire:f1!"]));
    let sos = desk("sos");
    world.does(&crew("fire:f1"), acknowledge(opened));
    world.does(&sos, recall(recalled, &[]));
    let silently = |alarm, name: &str| Command::WaiveParty { alarm, party: party(name), reason_given: false };
    let open = |alarm| Command::OpenGate { alarm, reason_given: false };
    let decline_silently = |alarm| Command::Decline { alarm, relayed_for: None, reason_given: false };
    check(
        &mut world,
        vec![
            (&[24, 26], sos.clone(), open(opened)),
            (&[25, 26], sos.clone(), open(recalled)),
            (&[18, 24], desk("fire"), open(opened)),
            (&[24, 26, 36], sos.clone(), silently(opened, "police")),
            (&[23, 36], sos.clone(), add(recalled, vec![], None)),
            (&[21, 23], sos.clone(), add(recalled, vec![listed("fire:f1", true)], None)),
            (&[23, 26], crew("fire:f1"), decline_silently(recalled)),
            (&[20, 23], crew("fire:f2"), acknowledge(recalled)),
            (&[23, 26], sos, Command::RecallAlarm { alarm: recalled, parties: vec![], reason_given: false }),
        ],
    );
}

#[test]
fn when_answering() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!", "amb:a1!"]);
    let recalled = world.alarm(&["fire:f1!"]);
    let sos = desk("sos");
    world.does(&crew("fire:f1"), acknowledge(alarm));
    world.does(&sos, recall(recalled, &[]));
    world.does(&crew("fire:f1"), acknowledge(recalled));
    world.does(&crew("amb:a1"), decline(alarm));
    let heard = |alarm, party: NewParty| Command::Acknowledge { alarm: Some(alarm), relayed_for: Some(party.party) };
    let declined =
        |alarm, party: NewParty| Command::Decline { alarm, relayed_for: Some(party.party), reason_given: false };
    check(
        &mut world,
        vec![
            (&[8, 9], crew("fire:f1"), relay(NO_ALARM, "fire:f1")),
            (&[9, 13], sos.clone(), heard(NO_ALARM, unknown("none", "z9"))),
            (&[9, 14], sos.clone(), heard(NO_ALARM, unknown("fire", "z9"))),
            (&[13, 20], sos.clone(), heard(alarm, unknown("none", "z9"))),
            (&[14, 20], sos.clone(), heard(alarm, unknown("fire", "z9"))),
            (&[9, 13, 26], sos.clone(), declined(NO_ALARM, unknown("none", "z9"))),
            (&[13, 26], sos.clone(), declined(alarm, unknown("none", "z9"))),
            (&[20, 26], sos, declined(alarm, listed("amb:a1", true))),
            (&[22, 23], crew("fire:f1"), Command::Acknowledge { alarm: None, relayed_for: None }),
            (&[26, 36], crew("amb:a1"), Command::Decline { alarm, relayed_for: None, reason_given: false }),
        ],
    );
}

#[test]
fn when_reporting_confirming_and_at_the_desk() {
    let mut world = World::new();
    let nothing = World::new().ask(&desk("sos"), confirm(9, Some("city"))).unwrap_err();
    assert_eq!(number(&nothing), 9, "no version at all, and not a party");
    world.alarm(&["fire:f1!", "police"]);
    let say = Command::IssueTotalInformation { references: vec![], text_given: true, material: true };
    world.does(&crew("fire:f1"), confirm(1, None));
    world.does(&desk("sos"), say.clone());
    let status = |name: &str| Command::ReportUnitStatus { unit: Some(unit(name)), code: "?".into(), alarm: None };
    let refer = Command::IssueTotalInformation { references: vec![], text_given: false, material: false };
    let offer = |to: &str| Command::OfferLead { to: OrganisationId::new(to).unwrap() };
    let involve =
        |name: &str| Command::InvolveOrganisation { organisation: OrganisationId::new(name).unwrap(), reason: None };
    check(
        &mut world,
        vec![
            (&[8, 9, 29], crew("fire:f1"), report(Some(NO_REPORT), Some("f2"))),
            (&[9, 14, 29], desk("fire"), report(Some(NO_REPORT), Some("a1"))),
            (&[14, 29], desk("fire"), report(None, Some("a1"))),
            (&[8, 30], crew("fire:f1"), status("f2")),
            (&[14, 30], desk("fire"), status("a1")),
            (&[20, 28], desk("city"), confirm(9, None)),
            (&[22, 28], crew("fire:f1"), confirm(1, None)),
            (&[17, 18], desk("city"), say),
            (&[17, 36], desk("city"), refer),
            (&[8, 13], desk("city"), involve("none")),
            (&[8, 16], desk("city"), involve("city")),
            (&[13, 18], desk("fire"), offer("none")),
            (&[18], desk("fire"), offer("city")),
            (&[18, 36], desk("fire"), offer("fire")),
            (&[17, 36], desk("city"), Command::StandDown),
            (&[18, 38], desk("fire"), Command::CloseIncident { outcome: CloseOutcome::Completed }),
            (&[12, 18, 26], desk("fire"), Command::ReopenIncident { reason_given: false }),
        ],
    );
}

#[test]
fn when_the_incident_is_closed() {
    let mut world = World::new();
    let alarm = world.alarm(&["fire:f1!"]);
    world.does(&desk("sos"), Command::CloseIncident { outcome: CloseOutcome::FalseAlarm });
    let withdraw = Command::StateFact(NewFact { withdraw: true, ..NewFact::of(FactKind::Hazard) });
    let wrong_report = report(Some(NO_REPORT), Some("f2"));
    check(
        &mut world,
        vec![
            (&[8, 11], crew("fire:f1"), Command::StandDown),
            (&[8, 11, 16], desk("city"), raise(PlanChoice::ByHand, vec![listed("city:c1", true)])),
            (&[9, 11, 13], desk("sos"), add(NO_ALARM, vec![unknown("none", "z9")], None)),
            (&[9, 11], crew("fire:f1"), decline(NO_ALARM)),
            (&[11, 20], crew("fire:f2"), decline(alarm)),
            (&[11, 13], desk("sos"), raise(PlanChoice::ByHand, vec![unknown("none", "z9")])),
            (&[11, 35], desk("sos"), withdraw),
            (&[11, 30], crew("fire:f1"), Command::ReportUnitStatus { unit: None, code: "?".into(), alarm: None }),
            (&[8, 9, 29], crew("fire:f1"), wrong_report),
            (&[18, 26], desk("fire"), Command::ReopenIncident { reason_given: false }),
        ],
    );
}

#[test]
fn what_is_not_for_an_incident_is_nothing_to_do_there() {
    let mut world = World::new();
    let report = Command::ReportIncident { types: vec![], exercise: false, numbers: vec![], facts: vec![] };
    assert_eq!(world.ask(&desk("sos"), report), Err(Refusal::NothingToDo));
    let references = vec![EventId([0xFF; 16])];
    let unseen = Command::IssueTotalInformation { references, text_given: false, material: false };
    assert!(matches!(world.ask(&crew("fire:f1"), unseen), Err(Refusal::NotPermitted { .. })));
}
