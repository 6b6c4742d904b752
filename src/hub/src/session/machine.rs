//! The machine: frames go in, effects come out. No socket, no task, no clock.

use std::{
    collections::{BTreeSet, VecDeque},
    str::FromStr as _,
    sync::Arc,
};

use samband_domain::{IncidentId, Involvement, Refusal, Role, Scope, TalkgroupId, Timestamp, directory::Directory};
use samband_proto::v1::{self as pb, GoodbyeCode, client_frame};

use super::resume::{Position, Sealer};
use crate::{
    clock::Moment,
    command::{Admitted, admit, admit::rejected},
    fanout::Following,
    identity::{Authority, Principal},
    limits,
    live::Area,
    wire::{
        CONTRACT,
        frame::Control,
        from_proto::command::Request,
        incoming::{Incoming, Unreadable},
        refusal::{Malformed, Rejection},
        to_proto::timestamp,
    },
};

/// What the driver is to do.
pub enum Effect {
    /// Send this frame, after all that was sent before it.
    Send(Box<Control>),
    /// Register with the fan-out.
    Join {
        /// Who.
        principal: Box<Principal>,
        /// What it asked for.
        following: Following,
        /// Which parts of the map.
        areas: Vec<Area>,
        /// From where it goes on.
        resume: Option<Position>,
    },
    /// Hand to the writer; the answer comes back through [`Session::handle_outcome`].
    Submit(Box<Admitted<Request>>),
    /// Another choice of what is sent, and of which parts of the map.
    Follow(Following, Vec<Area>),
    /// Where a unit is; what is wrong with it comes back through [`Session::handle_location_refused`].
    Location(Box<Principal>, pb::LocationReport),
    /// How the network behind a gateway is.
    Network(Box<Principal>, pb::NetworkState),
    /// Joins talkgroups.
    Affiliate(BTreeSet<TalkgroupId>),
    /// Leaves talkgroups.
    Disaffiliate(BTreeSet<TalkgroupId>),
    /// A device's receipt.
    Receipt(Box<Principal>, pb::ReceiptNotice),
    /// Send what waits in the outbox, then this: it answers how far the outbox is.
    Pong(pb::Pong),
    /// End, after what was sent.
    Close,
}

/// What sessions are opened against.
#[derive(Clone)]
pub struct Context {
    /// Knows tokens.
    pub authority: Arc<Authority>,
    /// Opens resume tokens.
    pub sealer: Sealer,
    /// Who may listen to which talkgroup.
    pub directory: Arc<Directory>,
    /// Policy in force.
    pub policy: [u8; 32],
    /// Its name for people.
    pub policy_name: String,
    /// The listener is reached from this machine only.
    pub loopback: bool,
}

enum State {
    AwaitingHello { until: Timestamp },
    Live { principal: Box<Principal>, in_flight: usize, heard: Timestamp },
    Closed,
}

/// One client's session.
pub struct Session {
    context: Context,
    state: State,
    effects: VecDeque<Effect>,
    link_state_due: Timestamp,
    affiliated: BTreeSet<TalkgroupId>,
    /// When it was last told that it reports too often.
    too_often_told: Option<Timestamp>,
}

impl Session {
    /// A client has connected.
    pub fn new(context: Context, now: Moment) -> Self {
        Self {
            context,
            state: State::AwaitingHello { until: Timestamp(now.steady.0 + limits::HELLO_MS) },
            effects: VecDeque::new(),
            link_state_due: Timestamp(i64::MAX),
            affiliated: BTreeSet::new(),
            too_often_told: None,
        }
    }

    /// Talkgroups it is affiliated to.
    pub fn affiliated(&self) -> &BTreeSet<TalkgroupId> {
        &self.affiliated
    }

    /// The next thing to do.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Milliseconds until [`Session::handle_timeout`] is due at the latest.
    pub fn poll_timeout(&self, now: Moment) -> i64 {
        match &self.state {
            State::AwaitingHello { until } => until.0 - now.steady.0,
            State::Live { principal, heard, .. } => {
                let steady = (heard.0 + limits::SESSION_IDLE_MS).min(self.link_state_due.0) - now.steady.0;
                steady.min(principal.expires_at.0 - now.wall.0)
            }
            State::Closed => i64::MAX,
        }
    }

    /// A frame was read.
    pub fn handle_frame(&mut self, incoming: Incoming<pb::ClientFrame>, now: Moment) {
        if let State::Live { heard, .. } = &mut self.state {
            *heard = now.steady;
        }
        let dropped = incoming.dropped;
        match incoming.content.frame {
            Some(client_frame::Frame::Hello(hello)) => self.hello(&hello, now),
            Some(frame) => self.after_hello(frame, dropped, now),
            // A newer client's frame that this hub does not know: it is told, and the session stays.
            None => self.refuse_unnamed(&Malformed::form("frame", "one this hub knows").into()),
        }
    }

    /// What came could not be read.
    pub fn handle_unreadable(&mut self, unreadable: Unreadable) {
        match unreadable {
            Unreadable::Framing => self.goodbye(GoodbyeCode::ProtocolError, "the frame cannot be read"),
            other => self.refuse_unnamed(&other.into()),
        }
    }

    /// What came was larger than a frame may be.
    pub fn handle_too_large(&mut self) {
        self.goodbye(GoodbyeCode::TooLarge, "the frame is larger than 262144 bytes");
    }

    /// The writer has answered.
    pub fn handle_outcome(&mut self, outcome: pb::Outcome) {
        if let State::Live { in_flight, .. } = &mut self.state {
            *in_flight = in_flight.saturating_sub(1);
        }
        self.send(Control::Outcome(outcome));
    }

    /// The live map has not taken a location. Too many are not answered one by one: that would be as many again.
    pub fn handle_location_refused(&mut self, rejection: &Rejection, now: Moment) {
        if *rejection == Rejection::Rule(Refusal::TooOften) {
            if self.too_often_told.is_some_and(|told| now.steady.0 - told.0 < limits::TOO_OFTEN_TOLD_MS) {
                return;
            }
            self.too_often_told = Some(now.steady);
        }
        self.refuse_unnamed(rejection);
    }

    /// The hub is going down: come back with the resume token.
    pub fn handle_drain(&mut self) {
        self.goodbye(GoodbyeCode::Draining, "the hub is going down for a moment");
    }

    /// The fan-out has ended it.
    pub fn handle_ended(&mut self, code: GoodbyeCode) {
        self.goodbye(code, "what was sent was not taken");
    }

    /// Time has passed. True: LinkState is due.
    pub fn handle_timeout(&mut self, now: Moment) -> bool {
        match &self.state {
            State::AwaitingHello { until } if now.steady >= *until => {
                self.goodbye(GoodbyeCode::Unauthenticated, "no Hello came");
            }
            State::Live { principal, .. } if now.wall >= principal.expires_at => {
                self.goodbye(GoodbyeCode::TokenExpired, "the token has expired");
            }
            State::Live { heard, .. } if now.steady.0 - heard.0 >= limits::SESSION_IDLE_MS => {
                self.goodbye(GoodbyeCode::Idle, "nothing was heard");
            }
            State::Live { .. } if now.steady >= self.link_state_due => {
                self.link_state_due = Timestamp(now.steady.0 + limits::LINK_STATE_MS);
                return true;
            }
            _ => {}
        }
        false
    }

    fn hello(&mut self, hello: &pb::Hello, now: Moment) {
        if !matches!(self.state, State::AwaitingHello { .. }) {
            return self.refuse_unnamed(&Malformed::form("hello", "once, first").into());
        }
        let authority = &self.context.authority;
        let principal = match authority.principal(hello.token(), self.context.loopback, now.wall) {
            Ok(principal) => principal,
            Err(error) => return self.goodbye(error.goodbye(), error.told()),
        };
        let (following, areas) = match hello.follow.as_ref().map(followed) {
            None => (Following { all: true, ..Following::default() }, Vec::new()),
            Some(Ok(followed)) => followed,
            Some(Err(malformed)) => {
                self.refuse_unnamed(&malformed.into());
                return self.goodbye(GoodbyeCode::ProtocolError, "what is to be followed cannot be read");
            }
        };
        let digest = principal.digest();
        let open =
            |token: &bytes::Bytes| self.context.sealer.open(token, digest, self.context.policy, following.digest());
        let resume = hello.resume_token.as_ref().and_then(open);
        let welcome = self.welcome(&principal, resume.is_some(), now.wall);
        self.send(Control::Welcome(welcome));
        let joining = Box::new(principal.clone());
        self.effects.push_back(Effect::Join { principal: joining, following, areas, resume });
        self.state = State::Live { principal: Box::new(principal), in_flight: 0, heard: now.steady };
        self.link_state_due = Timestamp(now.steady.0 + limits::LINK_STATE_MS);
    }

    fn welcome(&self, principal: &Principal, resumed: bool, now: Timestamp) -> pb::Welcome {
        pb::Welcome {
            organisation: Some(principal.who.organisation.to_string()),
            role: Some(principal.who.role.as_str().into()),
            unit_id: principal.who.unit.as_ref().map(ToString::to_string),
            policy_epoch: Some(self.context.policy_name.clone()),
            hub_time: Some(timestamp(now)),
            resumed: Some(resumed),
            token_expires_at: Some(timestamp(principal.expires_at)),
            contract: Some(CONTRACT),
            hub_version: Some(env!("CARGO_PKG_VERSION").into()),
            person: principal.subject.clone(),
        }
    }

    fn after_hello(&mut self, frame: client_frame::Frame, dropped: u32, now: Moment) {
        let State::Live { principal, in_flight, .. } = &mut self.state else {
            return self.goodbye(GoodbyeCode::Unauthenticated, "the first frame is Hello");
        };
        let principal = principal.clone();
        match frame {
            client_frame::Frame::Submit(command) => {
                if *in_flight >= limits::SESSION_COMMANDS_IN_FLIGHT_MAX {
                    let outcome = rejected(command.command_id.as_deref(), &Rejection::Overloaded, dropped);
                    self.send(Control::Outcome(outcome));
                    return;
                }
                *in_flight += 1;
                match admit(&principal, Incoming { content: command, dropped }) {
                    Ok(admitted) => self.effects.push_back(Effect::Submit(Box::new(admitted))),
                    Err(outcome) => self.handle_outcome(outcome),
                }
            }
            client_frame::Frame::Follow(follow) => match followed(&follow) {
                Ok((following, areas)) => self.effects.push_back(Effect::Follow(following, areas)),
                Err(malformed) => self.refuse_unnamed(&malformed.into()),
            },
            client_frame::Frame::Receipt(notice) => self.effects.push_back(Effect::Receipt(principal, notice)),
            client_frame::Frame::Ping(ping) => {
                let pong = pb::Pong { nonce: ping.nonce, hub_time: Some(timestamp(now.wall)) };
                self.effects.push_back(Effect::Pong(pong));
            }
            client_frame::Frame::Affiliate(affiliate) => match self.may_affiliate(&affiliate.talkgroup_ids, &principal)
            {
                Ok(talkgroups) => {
                    self.affiliated.extend(talkgroups.iter().cloned());
                    self.effects.push_back(Effect::Affiliate(talkgroups));
                }
                Err(rejection) => self.refuse_unnamed(&rejection),
            },
            client_frame::Frame::Disaffiliate(disaffiliate) => {
                let ids = disaffiliate.talkgroup_ids.iter();
                let talkgroups: BTreeSet<_> = ids.filter_map(|id| TalkgroupId::new(id).ok()).collect();
                self.affiliated.retain(|talkgroup| !talkgroups.contains(talkgroup));
                self.effects.push_back(Effect::Disaffiliate(talkgroups));
            }
            client_frame::Frame::Network(state) => match principal.who.role {
                Role::Gateway => self.effects.push_back(Effect::Network(principal, state)),
                _ => self.refuse_unnamed(&Refusal::NotPermitted { needed: "a gateway" }.into()),
            },
            client_frame::Frame::Location(report) => self.effects.push_back(Effect::Location(principal, report)),
            client_frame::Frame::Hello(_) => {}
        }
    }

    /// All of them, or none: who believes to listen must not be wrong.
    fn may_affiliate(&self, ids: &[String], principal: &Principal) -> Result<BTreeSet<TalkgroupId>, Rejection> {
        let mut talkgroups = BTreeSet::new();
        for id in ids {
            let talkgroup = TalkgroupId::new(id).map_err(|_| Refusal::UnknownTalkgroup)?;
            let known = self.context.directory.talkgroups.as_ref();
            if !known.is_some_and(|register| register.groups.contains_key(&talkgroup)) {
                return Err(Refusal::UnknownTalkgroup.into());
            }
            let scope = Scope::Talkgroup(talkgroup.clone());
            if self.context.directory.rights(&principal.who.organisation, &scope) == Involvement::None {
                return Err(Refusal::NoRightToTalkgroup { talkgroup }.into());
            }
            talkgroups.insert(talkgroup);
        }
        if self.affiliated.union(&talkgroups).count() > limits::AFFILIATIONS_MAX {
            return Err(Refusal::LimitReached { what: "talkgroups", limit: limits::AFFILIATIONS_MAX }.into());
        }
        Ok(talkgroups)
    }

    fn refuse_unnamed(&mut self, rejection: &Rejection) {
        self.send(Control::Outcome(rejected(None, rejection, 0)));
    }

    fn send(&mut self, control: Control) {
        self.effects.push_back(Effect::Send(Box::new(control)));
    }

    fn goodbye(&mut self, code: GoodbyeCode, message: &'static str) {
        if matches!(self.state, State::Closed) {
            return;
        }
        self.state = State::Closed;
        self.send(Control::Goodbye(code, message));
        self.effects.push_back(Effect::Close);
    }
}

fn followed(follow: &pb::Follow) -> Result<(Following, Vec<Area>), Malformed> {
    if follow.incident_ids.len() > limits::FOLLOW_INCIDENTS_MAX {
        return Err(Malformed::form("follow.incident_ids", "at most 1024"));
    }
    let id = |id: &String| {
        IncidentId::from_str(id).map_err(|_| Malformed::form("follow.incident_ids", "32 hexadecimal digits each"))
    };
    let incidents = follow.incident_ids.iter().map(id).collect::<Result<_, _>>()?;
    let following = Following { all: follow.all_incidents(), incidents, ..Following::default() };
    Ok((following, areas(&follow.areas)?))
}

fn areas(areas: &[pb::Area]) -> Result<Vec<Area>, Malformed> {
    if areas.len() > limits::FOLLOW_AREAS_MAX {
        return Err(Malformed::form("follow.areas", "at most 16"));
    }
    let area = |area: &pb::Area| Area::new(area.south?, area.west?, area.north?, area.east?);
    let form = Malformed::form("follow.areas", "south to north and west to east, degrees");
    let areas: Vec<_> = areas.iter().map(area).collect::<Option<_>>().ok_or(form)?;
    if areas.iter().map(Area::cells).sum::<usize>() > limits::FOLLOW_CELLS_MAX {
        return Err(Malformed::form("follow.areas", "at most 8192 cells of 0.25 degrees together"));
    }
    Ok(areas)
}
