//! What is released is seen while a release is in force, by whom it is to, and by nobody else: against a model of a few lines.

use proptest::prelude::*;
use samband_disclosure::Policy;
use samband_domain::Timestamp;
use samband_hub::{limits::RECEIPT_GATHER_MS, scenario::Stage as _};
use samband_tests::{
    core_stage::CoreStage,
    deployment::{START, jamtland},
};
use serde_json::{Value, json};

const OWNER: &str = "region-jh/command";
const ANNA: &str = "polis-nord/command#anna";
const BO: &str = "polis-nord/command#bo";
const FIRE: &str = "raddning-jamtland/command";

/// Who looks: the owner, those to whom something can be released, and some to whom nothing is.
const VIEWERS: [&str; 8] = [
    OWNER,
    ANNA,
    BO,
    FIRE,
    "polis-nord/operator",
    "raddning-jamtland/operator",
    "raddning-jamtland/unit:2311010",
    "ostersund/operator",
];

/// Facts that nobody of the others sees without a release.
const MARKINGS: [&str; 2] = ["HEALTH", "PATIENT_IDENTITY"];

#[derive(Debug, Clone)]
enum Act {
    State {
        marking: usize,
    },
    Grant {
        marking: usize,
        to: usize,
        from_start: bool,
        minutes: i64,
    },
    Revoke(usize),
    /// Both clocks.
    Pass(i64),
    /// The wall clock alone, as when somebody sets it.
    Jump(i64),
    /// A session begins anew, with nothing.
    Rejoin(usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..2_usize).prop_map(|marking| Act::State { marking }),
        4 => (0..2_usize, 0..3_usize, any::<bool>(), 1..6_i64)
            .prop_map(|(marking, to, from_start, minutes)| Act::Grant { marking, to, from_start, minutes }),
        2 => (0..4_usize).prop_map(Act::Revoke),
        4 => (5..200_i64).prop_map(|seconds| Act::Pass(seconds * 1_000)),
        1 => prop_oneof![Just(-3_600_000_i64), Just(-30_000), Just(90_000)].prop_map(Act::Jump),
        2 => (0..VIEWERS.len()).prop_map(Act::Rejoin),
    ]
}

/// To the role, or to one person in it.
const RECEIVERS: [(&str, Option<&str>); 3] =
    [("polis-nord", None), ("polis-nord", Some("anna")), ("raddning-jamtland", None)];

struct Release {
    id: Value,
    marking: usize,
    to: usize,
    from_start: bool,
    /// How many values had been stated.
    after: usize,
    wall: i64,
    steady: i64,
    ended: bool,
}

impl Release {
    fn is_to(&self, viewer: &str) -> bool {
        match RECEIVERS[self.to] {
            (organisation, None) => viewer.split('#').next() == Some(&format!("{organisation}/command")),
            (_, Some(person)) => viewer.ends_with(&format!("#{person}")),
        }
    }
}

struct Run {
    stage: CoreStage,
    incident: Value,
    commands: u64,
    wall: i64,
    /// An incident's own time never goes back: the latest moment of anything in it.
    latest: i64,
    steady: i64,
    /// Every value stated, with its marking, in order.
    values: Vec<(usize, String)>,
    releases: Vec<Release>,
    /// What each viewer holds: events since it was last told to forget.
    pictures: Vec<Vec<String>>,
}

impl Run {
    fn new() -> Self {
        let setup = jamtland();
        let mut stage = CoreStage::new(&setup, Policy::new(setup.policy.policy.parts().clone()));
        stage.set_time(START);
        for who in VIEWERS {
            stage.join(who, who, None);
        }
        let pictures = vec![Vec::new(); VIEWERS.len()];
        let (values, releases, incident) = (Vec::new(), Vec::new(), Value::Null);
        let mut run = Self {
            stage,
            incident,
            commands: 0,
            wall: START.0,
            latest: START.0,
            steady: 0,
            values,
            releases,
            pictures,
        };
        let reported = run.submit(json!({ "report_incident": { "types": ["Trafikolycka - singel"] } }));
        run.incident = reported["accepted"]["incidentId"].clone();
        let parties: Vec<_> = ["polis-nord", "raddning-jamtland", "ostersund"]
            // Due in a day: a deadline that passes is an event too, and would move the incident's own time past the model's.
            .map(|organisation| json!({ "organisation": organisation, "due_seconds": 86_400 }))
            .into();
        let alarmed = run.submit(json!({ "raise_alarm": { "parties": parties, "without_talkgroup": true } }));
        assert!(alarmed["accepted"].is_object(), "{alarmed}");
        run
    }

    fn submit(&mut self, mut command: Value) -> Value {
        self.commands += 1;
        self.latest = self.latest.max(self.wall);
        command["commandId"] = json!(format!("00000000-0000-7000-8000-{:012x}", self.commands));
        if !self.incident.is_null() {
            command["incidentId"] = self.incident.clone();
        }
        let outcome = self.stage.submit(OWNER, &command);
        self.stage.settle();
        outcome
    }

    fn play(&mut self, act: &Act) {
        match act {
            Act::State { marking } => self.state(*marking),
            Act::Grant { marking, to, from_start, minutes } => self.grant(*marking, *to, *from_start, *minutes),
            Act::Revoke(which) => self.revoke(*which),
            Act::Pass(milliseconds) => {
                self.wall += milliseconds;
                self.steady += milliseconds;
                self.stage.pass(*milliseconds);
            }
            Act::Jump(milliseconds) => {
                self.wall += milliseconds;
                self.stage.set_time(Timestamp(self.wall));
            }
            Act::Rejoin(viewer) => {
                self.stage.leave(VIEWERS[*viewer]);
                self.stage.join(VIEWERS[*viewer], VIEWERS[*viewer], None);
                self.pictures[*viewer].clear();
            }
        }
        self.stage.settle();
        // By the wall clock the stage looks ahead by the moment for which receipts are gathered.
        let (wall, steady) = (self.wall + RECEIPT_GATHER_MS, self.steady);
        for release in self.releases.iter_mut().filter(|release| !release.ended) {
            release.ended = release.wall <= wall || release.steady <= steady;
            if release.ended {
                // Its end is an event of the incident, at the time the hub saw it.
                self.latest = self.latest.max(wall);
            }
        }
    }

    fn state(&mut self, marking: usize) {
        let text = format!("VARDE{:04}", self.values.len());
        let fact = match marking {
            0 => json!({ "health": { "condition": text } }),
            _ => json!({ "patients": { "patients": [{ "name": text }] } }),
        };
        let stated = self.submit(json!({ "state_fact": fact }));
        assert!(stated["accepted"].is_object(), "{stated}");
        self.values.push((marking, text));
    }

    fn grant(&mut self, marking: usize, to: usize, from_start: bool, minutes: i64) {
        let (organisation, person) = RECEIVERS[to];
        let mut grant = json!({
            "marking": format!("MARKING_{}", MARKINGS[marking]), "to_organisation": organisation, "to_role": "command",
            "ground": "samtycke", "reason": "x", "from_start": from_start, "minutes": minutes,
        });
        if let Some(person) = person {
            grant["to_person"] = json!(person);
        }
        let granted = self.submit(json!({ "grant_release": grant }));
        let id = granted["accepted"]["releaseId"].clone();
        assert!(id.is_string(), "{granted}");
        let (wall, steady) = (self.latest + minutes * 60_000, self.steady + minutes * 60_000);
        let after = self.values.len();
        self.releases.push(Release { id, marking, to, from_start, after, wall, steady, ended: false });
    }

    /// One of those in force.
    fn revoke(&mut self, which: usize) {
        let mut standing = self.releases.iter_mut().filter(|release| !release.ended);
        let Some(release) = standing.nth(which) else { return };
        release.ended = true;
        let id = release.id.clone();
        let revoked = self.submit(json!({ "revoke_release": { "release_id": id, "reason": "x" } }));
        assert!(revoked["accepted"].is_object(), "{revoked}");
    }

    /// A Restart says to forget the incident; then everything that counts comes again.
    fn look(&mut self) {
        for (viewer, picture) in VIEWERS.iter().zip(&mut self.pictures) {
            for frame in self.stage.received(viewer) {
                if frame["restart"].is_object() && frame["restart"]["incidentId"] == self.incident {
                    picture.clear();
                }
                if frame["update"].is_object() {
                    picture.push(frame["update"].to_string());
                }
            }
        }
    }

    /// What the model lets the viewer hold of a value.
    fn may_see(&self, viewer: &str, number: usize) -> bool {
        let opens = |release: &Release| {
            let after = release.from_start || number >= release.after;
            !release.ended && release.marking == self.values[number].0 && release.is_to(viewer) && after
        };
        viewer == OWNER || self.releases.iter().any(opens)
    }

    fn check(&mut self) -> Result<(), String> {
        self.look();
        for (viewer, picture) in VIEWERS.iter().zip(&self.pictures) {
            for (number, (marking, text)) in self.values.iter().enumerate() {
                let held = picture.iter().any(|event| event.contains(text));
                let may = self.may_see(viewer, number);
                if held && !may {
                    return Err(format!("{viewer} holds {text} of {}, and no release is in force", MARKINGS[*marking]));
                }
                let newest = !self.values.iter().skip(number + 1).any(|(later, _)| later == marking);
                if newest && may && !held {
                    return Err(format!("{viewer} lacks {text} of {}, which is released", MARKINGS[*marking]));
                }
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn are_seen_while_in_force_and_by_whom_they_are_to(acts in prop::collection::vec(act(), 1..30)) {
        let mut run = Run::new();
        for act in &acts {
            run.play(act);
            prop_assert_eq!(run.check(), Ok(()));
        }
    }
}

/// The wall clock set back keeps no release open: what is over by the clock that does not jump is over.
#[test]
fn a_clock_set_back_keeps_nothing_open() {
    let mut run = Run::new();
    run.play(&Act::State { marking: 0 });
    run.play(&Act::Grant { marking: 0, to: 0, from_start: true, minutes: 2 });
    run.look();
    let holds = |run: &Run, viewer: usize| run.pictures[viewer].iter().any(|event| event.contains("VARDE0000"));
    assert!(holds(&run, 1) && holds(&run, 2), "it is seen, so there is something to take away");
    run.play(&Act::Jump(-3_600_000));
    run.play(&Act::Pass(119_000));
    run.look();
    assert!(holds(&run, 1), "not over yet");
    run.play(&Act::Pass(1_000));
    run.look();
    assert!(!holds(&run, 1) && !holds(&run, 2));
    assert!(run.releases.iter().all(|release| release.ended));
    assert_eq!(run.check(), Ok(()));
}

/// Nor does one granted after that last longer than was decided: the incident's own time is still ahead then.
#[test]
fn granted_after_the_clock_was_set_back_it_lasts_as_long_as_decided() {
    let mut run = Run::new();
    let grant = Act::Grant { marking: 1, to: 0, from_start: false, minutes: 1 };
    for act in [Act::Jump(-3_600_000), grant, Act::Pass(60_000), Act::State { marking: 1 }] {
        run.play(&act);
        assert_eq!(run.check(), Ok(()), "{act:?}");
    }
}

/// Time that passed without a word in the incident is no time of the incident: what is granted after a jump back ends by the clock there is.
#[test]
fn granted_after_a_silent_minute_and_a_jump_back_it_ends_by_the_clock() {
    let mut run = Run::new();
    let grant = Act::Grant { marking: 0, to: 0, from_start: true, minutes: 1 };
    let state = || Act::State { marking: 0 };
    let acts = [
        Act::Pass(60_000),
        Act::Jump(-30_000),
        state(),
        grant,
        Act::Jump(-30_000),
        state(),
        Act::Jump(90_000),
        state(),
    ];
    for act in acts {
        run.play(&act);
        assert_eq!(run.check(), Ok(()), "{act:?}");
    }
}

/// The control: the model notices a picture that was not told to forget.
#[test]
fn the_model_notices_what_stays() {
    let mut run = Run::new();
    run.play(&Act::State { marking: 1 });
    run.play(&Act::Grant { marking: 1, to: 2, from_start: true, minutes: 1 });
    assert_eq!(run.check(), Ok(()));
    let kept = run.pictures[3].clone();
    run.play(&Act::Revoke(0));
    assert_eq!(run.check(), Ok(()));
    run.pictures[3] = kept;
    assert!(run.check().is_err());
}
