//! Scenarios: tables a dispatcher can read. Who does what when, what each organisation sees, what is refused.
//!
//! ```text
//! title  All acknowledge, the gate opens
//! who    sos  = sos-alarm/operator
//! who    fire = raddning-jamtland/unit:2311010
//!
//! at 0s   sos   report_incident I1 types="Brand i byggnad" address.street="Rådhusgatan 44"
//! at 1s   sos   raise_alarm I1 as=A1 party=raddning-jamtland:2311010!~30
//! sees    fire  alarm_raised I1
//! at 9s   fire  acknowledge I1
//! sees    sos   gate_opened I1
//! at 9s   fire  acknowledge I1                                   -> already_acknowledged
//! never   fire  "070-1740605"
//! ```
//!
//! A command is named as in the contract and its fields are paths into it. `party=organisation[:unit][!][~seconds]` adds a party (`!`:
//! required), `for=` says for whom something is relayed, `number=system/centre/day/number` gives an external number, `as=` names what
//! comes of a command, `@NAME` uses it, `pressed=` is the sender's own time, `id=` a command id to be used again. `->` says what it is
//! refused with and which facts the refusal carries (`-> still_engaged organisation=region-jh`), or what the acceptance says
//! (`-> ok notices=addendum`). `tick` only lets time pass; `join`, `leave` and `resume` are sessions; `restart` starts the hub again.
//! `affiliate` and `disaffiliate` name talkgroups; a command about a talkgroup or a unit names no incident, and an emergency with a new
//! name opens the incident of that name. A field that is a moment is so long after the beginning (`valid_until=2h`).
//!
//! `sees` is about what came since the last `at`, and the paths go into the event; `!path` says that nothing stands there.
//! `withheld=MARKING` is a mark on the event, `sees WHO withheld` an event of which only marks are left. `sees WHO nothing` says that
//! nothing came, `sees WHO map UNIT exact|area|gone` how its map shows a unit after `location` and `look`, `sees WHO refused CODE` a
//! refusal of what is no command, `sees WHO listeners TALKGROUP organisation/role organisation:unit ...` who listens, `sees WHO no KIND` that nothing like it did, `sees WHO count N KIND` how often. `never` is about all that was ever
//! received, answers to commands included; `never WHO @NAME` about an identifier. Sessions keep what they receive as clients do: an event that comes twice is a failure.

mod body;
mod check;
mod parse;
mod received;
mod run;

pub use parse::{Expected, Line, Problem, Scenario, Step, Words, parse};
pub use run::{Failure, Runner, Stage};
