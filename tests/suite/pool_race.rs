//! Many take talkgroups at the same moment, over sockets: none is taken twice, and nobody is told otherwise than it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Barrier,
};

use samband_hub::scenario::Stage as _;
use samband_tests::{
    deployment::{START, jamtland},
    socket_stage::{SocketStage, Transport},
};
use serde_json::{Value, json};

/// Different organisations, so that none may share what another has.
const LEADS: [&str; 4] =
    ["sos-alarm/operator", "raddning-jamtland/operator", "region-jh/operator", "polis-nord/operator"];
/// Two desks of each.
const CLIENTS: usize = 8;

struct Race {
    stage: SocketStage,
    commands: u64,
}

/// Who it is: two sessions in the same organisation.
fn name(client: usize) -> String {
    format!("desk {client}")
}

impl Race {
    fn new(transport: Transport) -> Self {
        let mut stage = SocketStage::new(&jamtland(), transport);
        stage.set_time(START);
        for client in 0..CLIENTS {
            stage.join(&name(client), LEADS[client % LEADS.len()], None);
        }
        Self { stage, commands: 0 }
    }

    fn command(&mut self, mut body: Value) -> Value {
        self.commands += 1;
        body["commandId"] = json!(format!("00000000-0000-7000-8000-{:012x}", self.commands));
        body
    }

    /// Incidents of a client, of an exercise (its pool is small) or not.
    fn incident(&mut self, client: usize, exercise: bool) -> String {
        let report = json!({ "report_incident": { "types": ["Brand ute"], "exercise": exercise } });
        let command = self.command(report);
        let reported = self.stage.submit(&name(client), &command);
        reported["accepted"]["incidentId"].as_str().unwrap_or_else(|| panic!("{reported}")).to_owned()
    }

    /// Everybody sends before anybody reads an answer; answers come by client and command.
    fn at_once(&mut self, commands: Vec<(usize, Value)>) -> Vec<(usize, Value, Value)> {
        let commands: Vec<_> = commands.into_iter().map(|(client, body)| (client, self.command(body))).collect();
        // One thread a client: their sockets are written at the same time, and not in an order of the test's.
        let barrier = Barrier::new(CLIENTS);
        std::thread::scope(|scope| {
            for client in 0..CLIENTS {
                let sender = self.stage.sender(&name(client)).unwrap();
                let (barrier, commands) = (&barrier, &commands);
                scope.spawn(move || {
                    barrier.wait();
                    for (_, command) in commands.iter().filter(|(of, _)| *of == client) {
                        sender.blocking_send(json!({ "submit": command })).unwrap();
                    }
                });
            }
        });
        let answer = |(client, command): (usize, Value)| {
            let id = command["commandId"].clone();
            let outcome = self.stage.wait_for(&name(client), |frame| frame["outcome"]["commandId"] == id);
            (client, command, outcome["outcome"].clone())
        };
        commands.into_iter().map(answer).collect()
    }
}

fn code(outcome: &Value) -> &str {
    outcome["refused"]["code"].as_str().unwrap_or("")
}

/// Which groups are leased, folded from what everybody who may see the pool has been sent.
fn leased(frames: &[Value]) -> BTreeSet<String> {
    let mut leased = BTreeSet::new();
    for frame in frames {
        let change = &frame["update"]["event"]["poolLeaseChanged"];
        let Some(group) = change["talkgroup"]["talkgroupId"].as_str() else { continue };
        match change["leased"].as_bool().unwrap_or(false) {
            true => assert!(leased.insert(group.to_owned()), "{group} is taken twice"),
            false => assert!(leased.remove(group), "{group} was not taken"),
        }
    }
    leased
}

/// What a session that comes last is told of the pool: who was there from the beginning must have been told the same.
fn pool(race: &mut Race) -> BTreeSet<String> {
    race.stage.settle();
    race.stage.join("late", LEADS[0], None);
    race.stage.settle();
    let late = leased(&race.stage.received("late"));
    let there = leased(&race.stage.received(&name(1)));
    assert_eq!(late, there, "who was there, and who came late");
    late
}

/// Eight clients with one incident each race for the next free of four groups.
fn race_for_the_next(transport: Transport) {
    let mut race = Race::new(transport);
    let total = jamtland().directory.talkgroups.as_ref().unwrap().raps(true).count();
    let incidents: Vec<_> = (0..CLIENTS).map(|client| (client, race.incident(client, true))).collect();
    let lease = |(client, id): &(usize, String)| (*client, json!({ "incidentId": id, "lease_talkgroup": {} }));
    let answers = race.at_once(incidents.iter().map(lease).collect());
    let mut holders: BTreeMap<String, usize> = BTreeMap::new();
    for (client, _, outcome) in &answers {
        match outcome["accepted"]["talkgroupId"].as_str() {
            Some(group) => assert_eq!(holders.insert(group.into(), *client), None, "{group} twice"),
            None => assert_eq!(code(outcome), "REFUSAL_CODE_POOL_EMPTY", "{outcome}"),
        }
    }
    assert!(total < CLIENTS, "else nobody is refused");
    assert_eq!(holders.len(), total, "as many as there are are taken, and no more");
    assert_eq!(pool(&mut race), holders.keys().cloned().collect());
}

/// Each group of the pool is asked for by two clients under different commands: one gets it, the other hears that it is taken.
fn race_for_the_same(transport: Transport) {
    let mut race = Race::new(transport);
    let mut commands = Vec::new();
    let mut asked: BTreeMap<String, u32> = BTreeMap::new();
    for number in 0..40 {
        // The second time by a client of another organisation, which may not share it.
        let client = (number + number / 20) % CLIENTS;
        let id = race.incident(client, false);
        let group = format!("raps-{}", number % 20 + 1);
        *asked.entry(group.clone()).or_default() += 1;
        commands.push((client, json!({ "incidentId": id, "lease_talkgroup": { "talkgroup_id": group } })));
    }
    assert!(asked.len() == 20 && asked.values().all(|times| *times == 2));
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut refused = 0;
    for (_, command, outcome) in race.at_once(commands) {
        let incident = command["incidentId"].as_str().unwrap().to_owned();
        match outcome["accepted"]["talkgroupId"].as_str() {
            Some(group) => {
                assert_eq!(group, command["lease_talkgroup"]["talkgroup_id"]);
                assert_eq!(taken.insert(group.into(), incident), None, "{group} twice");
            }
            None => {
                refused += 1;
                assert_eq!(code(&outcome), "REFUSAL_CODE_TALKGROUP_TAKEN", "{outcome}");
            }
        }
    }
    let incidents: BTreeSet<_> = taken.values().collect();
    assert_eq!(incidents.len(), taken.len(), "nobody got two");
    assert_eq!((taken.len(), refused), (20, 20));
    assert_eq!(pool(&mut race), taken.keys().cloned().collect());
}

#[test]
fn as_many_as_there_are_over_grpc() {
    race_for_the_next(Transport::Grpc);
}

#[test]
fn as_many_as_there_are_over_websockets() {
    race_for_the_next(Transport::WebSocketJson);
}

#[test]
fn one_of_two_over_grpc() {
    race_for_the_same(Transport::Grpc);
}

#[test]
fn one_of_two_over_websockets() {
    race_for_the_same(Transport::WebSocketProto);
}
