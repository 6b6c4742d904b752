//! A small model of the alarm, written from the design (4.4.3, 4.4.4, 4.6) and not from the code: names are texts, time is seconds,
//! a step says whether the hub has to accept it.

mod alarms;
mod answers;

use std::collections::{BTreeMap, BTreeSet};

/// `fire` (its desk) or `fire:f1` (a crew): who acts and who is alarmed.
pub(crate) type Name = &'static str;

/// Everything that is tried. Alarms are counted in the order they were raised; one that is not there is tried too.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Raise { by: Name, plan: bool, external: bool, parties: Vec<(Name, bool)> },
    Add { by: Name, alarm: usize, parties: Vec<(Name, bool)>, replaces: Option<Name> },
    Acknowledge { by: Name, alarm: Option<usize>, heard: Option<Name>, pressed_ago: Option<i64> },
    Decline { by: Name, alarm: usize, heard: Option<Name>, reason: bool },
    Waive { by: Name, alarm: usize, party: Name, reason: bool },
    Recall { by: Name, alarm: usize, parties: Vec<Name>, reason: bool },
    OpenGate { by: Name, alarm: usize, reason: bool },
    Status { by: Name, unit: Option<Name>, code: Name },
    StandDown { by: Name },
    Offer { by: Name, to: Name },
    Accept { by: Name },
    Involve { by: Name, organisation: Name },
    Issue { by: Name, text: bool, material: bool },
    Confirm { by: Name, number: u32, heard: Option<Name> },
    Close { by: Name, completed: bool },
    Reopen { by: Name, reason: bool },
    Wait { seconds: i64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Nothing,
    /// By somebody whose word does not count.
    Heard,
    Yes,
    No,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    In,
    Waived,
    Replaced,
    Down,
    Recalled,
    RecallTaken,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) required: bool,
    pub(crate) late: bool,
    pub(crate) said: Said,
    pub(crate) place: Place,
    pub(crate) since: i64,
    pub(crate) due: Option<i64>,
    pub(crate) overdue: bool,
    pub(crate) recalled: Option<i64>,
}

impl Listed {
    fn gate_waits(&self) -> bool {
        self.required && !self.late && matches!(self.place, Place::In | Place::Waived)
    }

    fn open_question(&self) -> bool {
        matches!(self.said, Said::Nothing | Said::Heard) && matches!(self.place, Place::In | Place::Waived)
    }

    fn recalled(&self) -> bool {
        matches!(self.place, Place::Recalled | Place::RecallTaken)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Alarm {
    owner: Name,
    plan: bool,
    pub(crate) opened: bool,
    pub(crate) parties: BTreeMap<Name, Listed>,
}

impl Alarm {
    /// Not open yet, and somebody to wait for.
    pub(crate) fn shut(&self) -> bool {
        !self.opened && self.parties.values().any(Listed::gate_waits)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) now: i64,
    pub(crate) lead: Name,
    offered: Option<Name>,
    /// 0 none, 1 near, 2 alarmed; the lead is above.
    ranks: BTreeMap<Name, u8>,
    down: BTreeSet<Name>,
    pub(crate) closed: bool,
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) version: u32,
    /// The newest version that asks for an answer.
    asks: u32,
    holds: BTreeMap<Name, u32>,
}

pub(crate) fn organisation(name: Name) -> Name {
    name.split(':').next().unwrap()
}

fn crew(name: Name) -> bool {
    name.contains(':')
}

fn alarm_right(name: Name) -> bool {
    organisation(name) != "city"
}

fn due_seconds(name: Name) -> i64 {
    match organisation(name) {
        "sos" => 30,
        "fire" => 90,
        "city" => 300,
        _ => 60,
    }
}

/// Whose word counts for whom.
fn counts(by: Name, party: Name, heard: bool) -> bool {
    !heard || organisation(by) == organisation(party) || (by == "sos" && organisation(party) != "amb")
}

impl Model {
    pub(crate) fn new(now: i64) -> Self {
        Self {
            now,
            lead: "sos",
            offered: None,
            ranks: BTreeMap::new(),
            down: BTreeSet::new(),
            closed: false,
            alarms: Vec::new(),
            version: 0,
            asks: 0,
            holds: BTreeMap::new(),
        }
    }

    pub(crate) fn rank(&self, name: Name) -> u8 {
        let name = organisation(name);
        if name == self.lead { 3 } else { self.ranks.get(name).copied().unwrap_or(0) }
    }

    /// Whether the hub has to accept the step; if so, it is done.
    pub(crate) fn step(&mut self, step: &Step) -> bool {
        let accepted = match step {
            Step::Wait { seconds } => return self.wait(*seconds),
            Step::Acknowledge { by, alarm, heard, pressed_ago } => {
                let pressed = pressed_ago.map(|ago| self.now - ago);
                self.acknowledge(by, *alarm, *heard, pressed)
            }
            Step::Reopen { by, reason } => self.closed && *by == self.lead && *reason,
            _ if self.closed => return false,
            Step::Raise { by, plan, external, parties } => self.raise(by, *plan, *external, parties),
            Step::Add { by, alarm, parties, replaces } => self.add(by, *alarm, parties, *replaces),
            Step::Decline { by, alarm, heard, reason } => self.decline(by, *alarm, *heard, *reason),
            Step::Waive { by, alarm, party, reason } => self.waive(by, *alarm, party, *reason),
            Step::Recall { by, alarm, parties, reason } => self.recall(by, *alarm, parties, *reason),
            Step::OpenGate { by, alarm, reason } => self.open(by, *alarm, *reason),
            Step::Status { by, unit, code } => self.status(by, *unit, code),
            Step::Issue { by, text, material } => self.issue(by, *text, *material),
            Step::Confirm { by, number, heard } => self.confirm(by, *number, *heard),
            _ => self.desk_step(step),
        };
        if let (true, Step::Reopen { .. } | Step::Close { .. }) = (accepted, step) {
            self.closed = !self.closed;
        }
        if accepted {
            self.open_gates();
        }
        accepted
    }

    fn desk_step(&mut self, step: &Step) -> bool {
        match *step {
            Step::StandDown { by } if !crew(by) && self.rank(by) > 0 && by != self.lead => {
                let all = self.alarms.iter_mut().flat_map(|alarm| &mut alarm.parties);
                for (_, listed) in all.filter(|(name, listed)| organisation(name) == by && !listed.recalled()) {
                    listed.place = Place::Down;
                }
                self.down.insert(by)
            }
            Step::Offer { by, to } if by == self.lead && to != by && self.rank(to) > 0 => {
                self.offered = Some(to);
                true
            }
            Step::Accept { by } if self.offered == Some(by) => {
                self.ranks.insert(self.lead, 2);
                (self.lead, self.offered) = (by, None);
                self.down.remove(by);
                true
            }
            Step::Involve { by, organisation } if !crew(by) && alarm_right(by) && organisation != by => {
                self.involve(organisation, 1, false)
            }
            Step::Close { by, completed } if by == self.lead => {
                let engaged = |name: &Name| *name != by && self.rank(name) >= 2 && !self.down.contains(name);
                !completed || !["sos", "fire", "amb", "police", "city"].iter().any(engaged)
            }
            _ => false,
        }
    }

    /// Only others raise an involvement; who is drawn in anew has not stood down. A rule draws nobody back.
    fn involve(&mut self, name: Name, to: u8, by_rule: bool) -> bool {
        let raised = self.rank(name) < to;
        if raised {
            self.ranks.insert(name, to);
        }
        let back = (raised || !by_rule) && self.down.remove(name);
        raised || back
    }

    fn alarmed(&mut self, names: &BTreeSet<Name>) {
        for name in names {
            self.involve(name, 2, false);
        }
        if names.contains("fire") && !names.contains("police") {
            self.involve("police", 1, true);
        }
    }

    fn issue(&mut self, by: Name, text: bool, material: bool) -> bool {
        let compiles = by == self.lead || self.alarms.iter().any(|alarm| alarm.owner == by);
        let issued = !crew(by) && self.rank(by) >= 2 && compiles && text;
        self.version += u32::from(issued);
        if issued && material {
            self.asks = self.version;
        }
        issued
    }
}
