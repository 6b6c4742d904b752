//! The deployment as each organisation may know it: whom one can alarm, what codes, markings and grounds are called.
//!
//! Made once, when the hub starts: the files do not change while it runs. It is made for an organisation and not for a role, but for its
//! gateway, which needs the identities of the units that it speaks for: what a register says is no disclosure of an event.

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::Message as _;
use samband_disclosure::{Policy, files::Loaded, mask::members, release::ReleaseRule};
use samband_domain::{
    OrganisationId, Role, TalkgroupId, UnitId,
    directory::{Organisation, Unit},
    plan::{Plan, PlanParty},
    report::Template,
    talkgroup::Talkgroup,
};
use samband_proto::v1 as pb;
use sha2::{Digest as _, Sha256};

use super::to_proto::{around::level, event::unit_state};
use crate::config::{Deployment, kind_word};

/// Bytes of the digest that are told: enough that two deployments never share it.
const DIGEST_BYTES: usize = 16;

/// What each receiver may know of the deployment, encoded.
#[derive(Debug, Clone, Default)]
pub struct Deployments(BTreeMap<(OrganisationId, bool), Told>);

#[derive(Debug, Clone)]
struct Told {
    digest: String,
    whole: Bytes,
    only_digest: Bytes,
}

impl Deployments {
    /// Of a deployment and its policy.
    pub fn of(deployment: &Deployment, policy: &Loaded) -> Self {
        let told = |caller: &OrganisationId, is_gateway: bool| {
            let view = deployment_for(caller, is_gateway, deployment, policy);
            let digest = view.digest().to_owned();
            let only_digest = pb::Deployment { digest: Some(digest.clone()), ..Default::default() };
            Told { digest, whole: view.encode_to_vec().into(), only_digest: only_digest.encode_to_vec().into() }
        };
        let callers =
            deployment.receivers.iter().flat_map(|one| [false, true].map(|gateway| (one.id.clone(), gateway)));
        let told = |caller: (OrganisationId, bool)| {
            let told = told(&caller.0, caller.1);
            (caller, told)
        };
        Self(callers.map(told).collect())
    }

    /// The encoded `Deployment` for an organisation, or its gateway: only the digest, where that is what it has.
    pub fn told(&self, caller: &OrganisationId, is_gateway: bool, known_digest: &str) -> Option<Bytes> {
        let told = self.0.get(&(caller.clone(), is_gateway))?;
        Some(if told.digest == known_digest { told.only_digest.clone() } else { told.whole.clone() })
    }
}

/// What one receiver may know, with its digest.
pub fn deployment_for(
    caller: &OrganisationId,
    is_gateway: bool,
    deployment: &Deployment,
    policy: &Loaded,
) -> pb::Deployment {
    let view = View { caller, is_gateway, deployment, policy };
    let mut told = if deployment.directory.organisation(caller).is_some() { view.whole() } else { view.for_nobody() };
    let hash = Sha256::digest(told.encode_to_vec());
    told.digest = Some(hash.iter().take(DIGEST_BYTES).map(|byte| format!("{byte:02x}")).collect());
    told
}

struct View<'a> {
    caller: &'a OrganisationId,
    is_gateway: bool,
    deployment: &'a Deployment,
    policy: &'a Loaded,
}

impl View<'_> {
    fn policy(&self) -> &Policy {
        &self.policy.policy
    }

    fn whole(&self) -> pb::Deployment {
        let directory = &self.deployment.directory;
        let entry = directory.organisation(self.caller);
        let plans = if entry.is_some_and(|entry| entry.alarm_right) { directory.plans.as_slice() } else { &[] };
        let own_rules = self.policy().parts().releases.get(self.caller).map_or(&[][..], Vec::as_slice);
        pb::Deployment {
            organisations: self.organisations(true),
            units: directory.units.values().filter(|unit| self.is_listed(unit)).map(|unit| self.unit(unit)).collect(),
            plans: plans.iter().map(|plan| self.plan(plan)).collect(),
            talkgroups: self.talkgroups(),
            grounds: self.grounds(),
            reserve_lines: self.deployment.reserve.clone(),
            municipalities: self.deployment.municipalities.iter().cloned().collect(),
            releases: own_rules.iter().flat_map(releases).collect(),
            ..self.for_nobody()
        }
    }

    /// Who only looks: names, and what markings mean.
    fn for_nobody(&self) -> pb::Deployment {
        let ground = self.deployment.ground.map(|ground| {
            let [south, west, north, east] = ground.degrees();
            pb::Area { south: Some(south), west: Some(west), north: Some(north), east: Some(east) }
        });
        pb::Deployment {
            name: Some(self.deployment.name.clone()),
            ground,
            organisations: self.organisations(false),
            markings: self.markings(),
            ..Default::default()
        }
    }

    fn organisations(&self, partner: bool) -> Vec<pb::OrganisationEntry> {
        let entry = |receiver: &samband_disclosure::policy::Receiver| {
            let named = pb::OrganisationEntry {
                id: Some(receiver.id.to_string()),
                name: self.deployment.names.get(&receiver.id).cloned(),
                kind: Some(receiver.kind.clone()),
                nobody: receiver.nobody.then_some(true),
                ..Default::default()
            };
            match self.deployment.directory.organisation(&receiver.id) {
                Some(organisation) => self.organisation(organisation, partner, named),
                None => named,
            }
        };
        self.deployment.receivers.iter().map(entry).collect()
    }

    /// How it works, and the desk's number, is for those who work together, not for whoever listens.
    fn organisation(&self, entry: &Organisation, partner: bool, named: pb::OrganisationEntry) -> pb::OrganisationEntry {
        let extra = self.deployment.organisations_extra.get(&entry.id);
        let short_name = extra.map(|extra| extra.short_name.clone());
        if !partner {
            return pb::OrganisationEntry { short_name, alarm_right: Some(entry.alarm_right), ..named };
        }
        let others = self.deployment.directory.organisations.values();
        let relays_for = others.filter(|other| other.relayers.contains(&entry.id)).map(|other| other.id.to_string());
        pb::OrganisationEntry {
            short_name,
            alarm_right: Some(entry.alarm_right),
            due_seconds: Some(entry.due_seconds),
            phone: extra.and_then(|extra| extra.phone.clone()),
            status_codes: entry.statuses.0.iter().map(|(code, entry)| status_code(code, entry)).collect(),
            relays_for: relays_for.collect(),
            report_template: extra.map(|extra| template(extra.report) as i32),
            ..named
        }
    }

    /// Its own, and for a gateway those that it speaks for: who looks at a desk needs to know no more of them than others do.
    fn is_its_own(&self, unit: &Unit) -> bool {
        let directory = &self.deployment.directory;
        directory.owns(self.caller, &unit.id) || self.is_gateway && directory.speaks_for(self.caller, &unit.id)
    }

    /// Whether the caller finds it in its register: its own, and those that their owner lists for others.
    fn is_listed(&self, unit: &Unit) -> bool {
        self.is_its_own(unit) || self.deployment.units_extra.get(&unit.id).is_some_and(|extra| extra.listed)
    }

    fn knows(&self, unit: &UnitId) -> bool {
        self.deployment.directory.units.get(unit).is_some_and(|unit| self.is_listed(unit))
    }

    fn unit(&self, unit: &Unit) -> pb::UnitEntry {
        let extra = self.deployment.units_extra.get(&unit.id);
        let home = extra.and_then(|extra| extra.location);
        pb::UnitEntry {
            unit_id: Some(unit.id.to_string()),
            organisation: Some(unit.organisation.to_string()),
            call_sign: Some(unit.call_sign.clone()),
            kind: extra.map(|extra| extra.kind.clone()),
            locality: extra.map(|extra| extra.locality.clone()),
            home: home.map(|(latitude, longitude)| pb::GeoPoint {
                latitude: Some(latitude),
                longitude: Some(longitude),
                accuracy_m: None,
            }),
            issi: extra.and_then(|extra| extra.issi).filter(|_| self.is_its_own(unit)),
        }
    }

    fn plan(&self, plan: &Plan) -> pb::PlanEntry {
        let known = |party: &&PlanParty| party.party.unit.as_ref().is_none_or(|unit| self.knows(unit));
        let party = |party: &PlanParty| pb::PlanPartyEntry {
            organisation: Some(party.party.organisation.to_string()),
            unit_id: party.party.unit.as_ref().map(ToString::to_string),
            required: Some(party.required),
            due_seconds: party.due_seconds,
            municipalities: party.municipalities.clone(),
        };
        pb::PlanEntry {
            name: Some(plan.name.clone()),
            types: plan.types.clone(),
            parties: plan.parties.iter().filter(known).map(party).collect(),
        }
    }

    fn talkgroups(&self) -> Vec<pb::TalkgroupEntry> {
        let Some(register) = &self.deployment.directory.talkgroups else { return Vec::new() };
        let heard = |id: &&TalkgroupId| {
            register.groups.get(*id).is_some_and(|group: &Talkgroup| group.listen.contains(self.caller))
        };
        let entry = |group: &Talkgroup| pb::TalkgroupEntry {
            talkgroup_id: Some(group.id.to_string()),
            name: Some(group.name.clone()),
            gssi: Some(group.gssi),
            kind: Some(kind_word(group.kind).into()),
            companions: group.companions.iter().filter(heard).map(ToString::to_string).collect(),
            may_send: Some(group.send.contains(self.caller)),
            may_lease: Some(group.lease.contains(self.caller)),
            exercise: Some(group.exercise),
        };
        register.order.iter().filter(heard).filter_map(|id| register.groups.get(id)).map(entry).collect()
    }

    fn markings(&self) -> Vec<pb::MarkingEntry> {
        let entry = |(marking, entry): (&pb::Marking, &samband_disclosure::policy::MarkingEntry)| pb::MarkingEntry {
            marking: Some(*marking as i32),
            key: Some(entry.key.clone()),
            text: Some(entry.swedish.clone()),
            law: Some(entry.law.clone()),
        };
        self.policy().parts().markings.iter().map(entry).collect()
    }

    fn grounds(&self) -> Vec<pb::GroundEntry> {
        let rules = &self.policy().parts().grounds;
        let entry = |(name, rule): (&String, &samband_disclosure::release::GroundRule)| {
            let allowed = |kind: &String| rule.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind));
            let receivers = self.deployment.receivers.iter().filter(|receiver| allowed(&receiver.kind));
            pb::GroundEntry {
                name: Some(name.clone()),
                text: self.policy.decisions.grounds.get(name).map(|ground| ground.swedish.clone()),
                markings: members(rule.markings).map(|marking| marking as i32).collect(),
                receivers: receivers.map(|receiver| receiver.id.to_string()).collect(),
            }
        };
        rules.iter().map(entry).collect()
    }
}

fn status_code(code: &str, entry: &samband_domain::status::StatusCode) -> pb::StatusCodeEntry {
    pb::StatusCodeEntry {
        code: Some(code.into()),
        text: Some(entry.text.clone()),
        state: Some(unit_state(entry.state) as i32),
        after: entry.after.clone(),
        acknowledges: Some(entry.acknowledges),
    }
}

/// A rule as the contract has it, an entry for each marking. A receiver that may get it in some roles only is named with them.
fn releases(rule: &ReleaseRule) -> impl Iterator<Item = pb::ReleaseEntry> {
    let mut roles: BTreeMap<&OrganisationId, Vec<Role>> = BTreeMap::new();
    for viewer in &rule.to {
        roles.entry(&viewer.organisation).or_default().push(viewer.role);
    }
    let named = |(organisation, roles): (&OrganisationId, Vec<Role>)| {
        let all = roles.len() == Role::ALL.len();
        let one = move |role: Role| format!("{organisation}/{}", role.as_str());
        if all { vec![organisation.to_string()] } else { roles.into_iter().map(one).collect() }
    };
    let receivers: Vec<String> = roles.into_iter().flat_map(named).collect();
    members(rule.markings).map(move |marking| pb::ReleaseEntry {
        marking: Some(marking as i32),
        receivers: receivers.clone(),
        level: Some(level(rule.highest) as i32),
        roles: rule.by.iter().map(|role| role.as_str().into()).collect(),
        minutes_max: Some(rule.max_minutes),
    })
}

fn template(template: Template) -> pb::ReportTemplate {
    match template {
        Template::Osh => pb::ReportTemplate::Osh,
        Template::Police => pb::ReportTemplate::Police,
        Template::Ps => pb::ReportTemplate::Ps,
        Template::Methane => pb::ReportTemplate::Methane,
    }
}

#[cfg(test)]
mod tests;
