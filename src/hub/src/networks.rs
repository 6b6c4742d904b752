//! Whether the networks behind gateways can be reached: Rakel, TAK. Presence, not history: it ends with the hub.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use samband_domain::{OrganisationId, Timestamp, directory::Directory};
use samband_proto::v1 as pb;

use crate::{fanout::SessionId, limits, wire::to_proto::timestamp};

struct Network {
    /// The session that tells of it.
    session: SessionId,
    up: bool,
    since: Timestamp,
}

/// What gateways have told, by organisation and name.
#[derive(Default)]
pub struct Networks(Mutex<BTreeMap<(OrganisationId, String), Network>>);

impl Networks {
    /// A gateway tells how its network is. One organisation has a limited number: the name is the gateway's own.
    pub fn told(&self, session: SessionId, gateway: &OrganisationId, state: &pb::NetworkState, now: Timestamp) {
        let name: String = state.name().chars().filter(|c| !c.is_control()).take(limits::NETWORK_NAME_MAX).collect();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_gateway = held.keys().filter(|(organisation, _)| organisation == gateway).count();
        let key = (gateway.clone(), name);
        if key.1.is_empty() || (of_gateway >= limits::NETWORKS_MAX && !held.contains_key(&key)) {
            return;
        }
        let since = held.get(&key).filter(|network| network.up == state.up()).map_or(now, |network| network.since);
        held.insert(key, Network { session, up: state.up(), since });
    }

    /// A session is over: what it told of can no longer be reached, as far as anybody knows.
    pub fn session_ended(&self, session: SessionId, now: Timestamp) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for network in held.values_mut().filter(|network| network.session == session && network.up) {
            network.up = false;
            network.since = now;
        }
    }

    /// Those of an organisation's own gateways, and of gateways that speak for units of it.
    pub fn of(&self, organisation: &OrganisationId, directory: &Directory) -> Vec<pb::NetworkLink> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let concerns = |gateway: &OrganisationId| {
            let spoken_for = |(unit, gateways): (_, &std::collections::BTreeSet<OrganisationId>)| {
                gateways.contains(gateway) && directory.owns(organisation, unit)
            };
            gateway == organisation || directory.gateways.iter().any(spoken_for)
        };
        let link = |((gateway, name), network): (&(OrganisationId, String), &Network)| pb::NetworkLink {
            name: Some(name.clone()),
            organisation: Some(gateway.to_string()),
            up: Some(network.up),
            since: Some(timestamp(network.since)),
        };
        held.iter().filter(|((gateway, _), _)| concerns(gateway)).map(link).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn org(name: &str) -> OrganisationId {
        OrganisationId::new(name).expect("an id")
    }

    fn told(networks: &Networks, session: u64, up: bool, at: i64) {
        let state = pb::NetworkState { name: Some("Rakel".into()), up: Some(up) };
        networks.told(SessionId(session), &org("alfa"), &state, Timestamp(at));
    }

    fn seen(networks: &Networks, by: &str) -> Vec<(bool, i64)> {
        let links = networks.of(&org(by), &Directory::default());
        links.iter().map(|link| (link.up(), link.since.as_ref().map_or(0, |at| at.seconds))).collect()
    }

    #[test]
    fn a_network_is_down_from_when_it_was_told_or_its_session_ended() {
        let networks = Networks::default();
        told(&networks, 1, true, 1_000);
        told(&networks, 1, true, 5_000);
        assert_eq!(seen(&networks, "alfa"), [(true, 1)], "said again, it is up since the first time");
        networks.session_ended(SessionId(2), Timestamp(6_000));
        assert_eq!(seen(&networks, "alfa"), [(true, 1)], "another session's end is nothing to it");
        networks.session_ended(SessionId(1), Timestamp(7_000));
        assert_eq!(seen(&networks, "alfa"), [(false, 7)]);
        told(&networks, 3, true, 9_000);
        assert_eq!(seen(&networks, "alfa"), [(true, 9)]);
        assert_eq!(seen(&networks, "beta"), [], "others' gateways are not theirs");
    }

    #[test]
    fn names_are_limited() {
        let networks = Networks::default();
        for number in 0..100 {
            let state = pb::NetworkState { name: Some(format!("{number}")), up: Some(true) };
            networks.told(SessionId(1), &org("alfa"), &state, Timestamp(0));
        }
        assert_eq!(seen(&networks, "alfa").len(), limits::NETWORKS_MAX);
    }
}
