//! Whose a session is, for how long, and what a resume token is worth to whom.

use std::sync::Arc;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ed25519_dalek::SigningKey;
use samband_domain::Timestamp;
use samband_hub::{
    clock::Moment,
    identity::{
        Authority, Principal,
        token::{Claims, TokenError, issue},
    },
    session::{
        Effect, Session,
        machine::Context,
        resume::{Position, RESUME_TOKEN_BYTES, Sealer},
    },
    wire::{frame::Control, incoming},
};
use samband_proto::v1::{GoodbyeCode, Welcome};
use samband_tests::deployment::{START, issuer, jamtland};
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;
const POLICY: [u8; 32] = [3; 32];

/// Takes signed tokens, and demo tokens if `demo`.
fn authority(demo: bool) -> Authority {
    let setup = jamtland();
    Authority::new(Some(issuer().verifying_key()), demo, setup.directory.clone(), setup.nobodies.clone())
}

fn claims(org: &str, role: &str, unit: Option<&str>) -> Claims {
    let exp = (START.0 + HOUR) / 1000;
    Claims { org: org.into(), role: role.into(), unit: unit.map(Into::into), sub: Some("4711".into()), exp }
}

fn signed(claims: &Claims) -> String {
    issue(&issuer(), claims).unwrap()
}

fn context(authority: Authority) -> Context {
    Context {
        directory: jamtland().directory.clone(),
        authority: Arc::new(authority),
        sealer: Sealer::new(&[9; 32]),
        policy: POLICY,
        policy_name: "prov".into(),
        loopback: true,
    }
}

fn at(milliseconds: i64) -> Moment {
    Moment { wall: Timestamp(START.0 + milliseconds), steady: Timestamp(milliseconds) }
}

/// A session that said this Hello, and what it led to.
fn hello(context: Context, hello: Value) -> (Session, Vec<Effect>) {
    let mut session = Session::new(context, at(0));
    let frame = incoming::frame_json(&json!({ "hello": hello }).to_string()).ok().unwrap();
    session.handle_frame(frame, at(0));
    let effects = effects(&mut session);
    (session, effects)
}

fn effects(session: &mut Session) -> Vec<Effect> {
    std::iter::from_fn(|| session.poll_effect()).collect()
}

fn goodbye(effects: &[Effect]) -> Option<GoodbyeCode> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(control) => match &**control {
            Control::Goodbye(code, _) => Some(*code),
            _ => None,
        },
        _ => None,
    })
}

fn welcome(effects: &[Effect]) -> Option<Welcome> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(control) => match &**control {
            Control::Welcome(welcome) => Some(welcome.clone()),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn a_signed_token_is_its_organisations() {
    let token = signed(&claims("raddning-jamtland", "unit", Some("2311010")));
    let (_, effects) = hello(context(authority(false)), json!({ "token": token }));
    let welcome = welcome(&effects).unwrap();
    assert_eq!((welcome.organisation(), welcome.role(), welcome.unit_id()), ("raddning-jamtland", "unit", "2311010"));
    assert_eq!(welcome.token_expires_at.unwrap().seconds, (START.0 + HOUR) / 1000);
    let joined = |effect: &Effect| matches!(effect, Effect::Join { principal, .. } if principal.subject.as_deref() == Some("4711"));
    assert!(effects.iter().any(joined));
    // Receivers that are nobody look, and do nothing else.
    assert!(authority(false).principal(&signed(&claims("oppen-radio", "viewer", None)), false, START).is_ok());
}

/// A token whose content says something else than what was signed.
fn tampered() -> String {
    let token = signed(&claims("vaktbolaget", "operator", None));
    let content = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims("polis-nord", "operator", None)).unwrap());
    let parts: Vec<_> = token.split('.').collect();
    format!("{}.{content}.{}", parts[0], parts[2])
}

#[test]
fn what_is_refused_and_with_what() {
    let expired = Claims { exp: START.0 / 1000, ..claims("polis-nord", "operator", None) };
    let foreign = issue(&SigningKey::from_bytes(&[6; 32]), &claims("polis-nord", "operator", None)).unwrap();
    let cases = [
        (signed(&expired), TokenError::Expired),
        (tampered(), TokenError::Invalid),
        (foreign, TokenError::Invalid),
        (String::new(), TokenError::Invalid),
        (signed(&claims("ingen-sadan", "operator", None)), TokenError::Unregistered),
        (signed(&claims("polis-nord", "unit", Some("2311010"))), TokenError::Unregistered),
        (signed(&claims("raddning-jamtland", "unit", None)), TokenError::Unregistered),
        (signed(&claims("raddning-jamtland", "chef", None)), TokenError::Unregistered),
        (signed(&claims("oppen-radio", "operator", None)), TokenError::Unregistered),
        ("demo:polis-nord/operator".into(), TokenError::DemoNotHere),
    ];
    for (token, error) in cases {
        assert_eq!(authority(false).principal(&token, true, START), Err(error), "{token}");
        let (_, effects) = hello(context(authority(false)), json!({ "token": token }));
        let expected =
            if error == TokenError::Expired { GoodbyeCode::TokenExpired } else { GoodbyeCode::Unauthenticated };
        assert_eq!(goodbye(&effects), Some(expected), "{token}");
        assert!(matches!(effects.last(), Some(Effect::Close)));
        assert!(welcome(&effects).is_none() && !effects.iter().any(|effect| matches!(effect, Effect::Join { .. })));
    }
}

#[test]
fn a_demo_token_is_for_loopback() {
    let demo = |loopback| authority(true).principal("demo:polis-nord/operator", loopback, START);
    assert!(demo(true).is_ok());
    assert_eq!(demo(false), Err(TokenError::DemoNotHere));
}

#[test]
fn a_session_ends_with_its_token() {
    let (mut session, effects_before) =
        hello(context(authority(false)), json!({ "token": signed(&claims("polis-nord", "operator", None)) }));
    assert!(goodbye(&effects_before).is_none());
    // It is heard all the time, so that it is not idle; its clock may be set, the token's end is the hub's time.
    let just_before = Moment { wall: at(HOUR - 1).wall, steady: at(0).steady };
    session.handle_timeout(just_before);
    assert!(goodbye(&effects(&mut session)).is_none());
    assert!(session.poll_timeout(just_before) <= 1, "it looks at the clock in time");
    session.handle_timeout(Moment { wall: at(HOUR).wall, steady: at(0).steady });
    let ended = effects(&mut session);
    assert_eq!(goodbye(&ended), Some(GoodbyeCode::TokenExpired));
    assert!(matches!(ended.last(), Some(Effect::Close)));
}

fn following(hello: &Value) -> (Principal, samband_hub::fanout::Following, Option<Position>) {
    let (_, effects) = self::hello(context(authority(true)), hello.clone());
    let join = effects.into_iter().find_map(|effect| match effect {
        Effect::Join { principal, following, resume, .. } => Some((*principal, following, resume)),
        _ => None,
    });
    join.unwrap()
}

#[test]
fn a_resume_token_is_good_for_the_same_session_only() {
    let incident = "0123456789abcdef0123456789abcdef";
    let plain = json!({ "token": "demo:polis-nord/operator" });
    let (principal, choice, _) = following(&plain);
    let sealer = Sealer::new(&[9; 32]);
    let token = sealer.seal(Position(42), principal.digest(), POLICY, choice.digest());
    let with = |hello: &Value, token: &[u8]| {
        let mut hello = hello.clone();
        hello["resumeToken"] = json!(STANDARD.encode(token));
        let (_, effects) = self::hello(context(authority(true)), hello.clone());
        let resumed = welcome(&effects).unwrap().resumed.unwrap();
        let resume = following(&hello).2;
        assert_eq!(resumed, resume.is_some(), "what is said is what is done");
        resume
    };
    assert_eq!(with(&plain, &token), Some(Position(42)));
    assert_eq!(with(&json!({ "token": "demo:polis-nord/command" }), &token), None, "another principal");
    assert_eq!(with(&json!({ "token": "demo:sos-alarm/operator" }), &token), None, "another organisation");
    let chosen = json!({ "token": "demo:polis-nord/operator", "follow": { "incidentIds": [incident] } });
    assert_eq!(with(&chosen, &token), None, "another choice");
    for place in 0..token.len() {
        let mut tampered = token.clone();
        tampered[place] ^= 1;
        assert_eq!(with(&plain, &tampered), None, "tampered at {place}");
    }
    assert_eq!(with(&plain, &token[1..]), None);
    assert_eq!(with(&plain, b""), None);
    let other_policy = sealer.seal(Position(42), principal.digest(), [4; 32], choice.digest());
    assert_eq!(with(&plain, &other_policy), None, "another policy");
    let other_hub = Sealer::new(&[8; 32]).seal(Position(42), principal.digest(), POLICY, choice.digest());
    assert_eq!(with(&plain, &other_hub), None, "another hub");
    // A page token is no resume token, even with the same content.
    let page = sealer.seal_bytes(b"page", &[0; 72]);
    assert_eq!((page.len(), with(&plain, &page)), (RESUME_TOKEN_BYTES, None));
}

#[test]
fn resume_tokens_have_one_size() {
    let sealer = Sealer::new(&[9; 32]);
    for position in [0, 1, 255, 65_536, u64::MAX] {
        for digest in [[0; 32], [255; 32]] {
            let token = sealer.seal(Position(position), digest, digest, [1; 16]);
            assert_eq!(token.len(), RESUME_TOKEN_BYTES);
            assert_ne!(token, sealer.seal(Position(position), digest, digest, [1; 16]), "two are never alike");
            assert_eq!(sealer.open(&token, digest, digest, [1; 16]), Some(Position(position)));
        }
    }
}
