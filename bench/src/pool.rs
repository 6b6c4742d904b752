//! Alarms that race for the last talkgroups: clients with an incident each raise their alarm at the same time.

use std::collections::BTreeMap;

use samband_hub::transport::stubs::hub::hub_client::HubClient;
use samband_proto::v1::{self as pb, command::Body as Order, event::Body, server_frame::Frame};
use tokio::sync::Barrier;

use std::sync::Arc;

use crate::{
    Done,
    fanout::{Error, accepted, serve, submit},
    table::{Stopwatch, say},
    watch::{Watch, body},
};

const SEAT: &str = "sos-alarm/operator";

pub(crate) fn run() -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    say("\n## Lease race: alarms at the same time, 20 groups\n");
    say("| clients | leased | none left | all answered, ms | the same without a lease, ms | with / without |");
    say("|---|--:|--:|--:|--:|--:|");
    for clients in [8, 64, 256] {
        let with = runtime.block_on(race(clients, false))?;
        let without = runtime.block_on(race(clients, true))?;
        let ratio = with.took / without.took;
        let Race { leased, none, took } = with;
        say(&format!("| {clients} | {leased} | {none} | {took:.1} | {:.1} | {ratio:.2} |", without.took));
    }
    Ok(())
}

struct Race {
    leased: usize,
    none: usize,
    took: f64,
}

async fn race(clients: u64, without: bool) -> Result<Race, Error> {
    let hub = serve()?;
    let begin = Arc::new(Barrier::new(usize::try_from(clients)? + 1));
    let mut alarms = Vec::new();
    for number in 0..clients {
        let mut client = HubClient::connect(format!("http://{}", hub.devices)).await?;
        let report = pb::ReportIncident { types: vec!["Storm".into()], ..Default::default() };
        let incident = accepted(submit(&mut client, SEAT, number, None, Order::ReportIncident(report)).await?)?;
        let begin = begin.clone();
        alarms.push(tokio::spawn(async move {
            let party = pb::AlarmParty { organisation: Some("raddning-jamtland".into()), ..Default::default() };
            let alarm = pb::RaiseAlarm { parties: vec![party], without_talkgroup: Some(without), ..Default::default() };
            begin.wait().await;
            accepted(submit(&mut client, SEAT, 10_000 + number, Some(&incident), Order::RaiseAlarm(alarm)).await?)
        }));
    }
    begin.wait().await;
    let watch = Stopwatch::start();
    for alarm in alarms {
        alarm.await??;
    }
    let took = watch.elapsed().as_secs_f64() * 1e3;
    let (leased, none) = outcome(&hub.people).await?;
    Ok(Race { leased, none, took })
}

/// How many alarms have a group of their own and how many none; an error if two have the same.
async fn outcome(people: &str) -> Result<(usize, usize), Error> {
    let mut session = Watch::join(people, SEAT).await?;
    let (mut leased, mut none) = (BTreeMap::<String, usize>::new(), 0);
    loop {
        let (frame, _) = session.next().await?;
        match body(&frame) {
            Some(Body::TalkgroupLeased(lease)) => {
                let group = lease.talkgroup.as_ref().and_then(|group| group.talkgroup_id.clone());
                *leased.entry(group.unwrap_or_default()).or_default() += 1;
            }
            Some(Body::NoTalkgroupFree(_)) => none += 1,
            _ if matches!(frame, Frame::CaughtUp(_)) => break,
            _ => {}
        }
    }
    match leased.iter().find(|(_, alarms)| **alarms > 1) {
        Some((group, alarms)) => Err(format!("{group} was leased to {alarms} incidents").into()),
        None => Ok((leased.len(), none)),
    }
}
