//! A second evaluator, written from the notation's rules and nothing else: it reads the files line by line, and asks for the lines
//! by name in order of precedence. It shares no code with the compiler; over the whole domain the two have to agree.

use std::collections::BTreeMap;

use proptest::prelude::*;
use samband_disclosure::{
    Viewer,
    files::{Loaded, load_texts},
    mask::all_markings,
};
use samband_domain::{Involvement, Level, Role};

use crate::deployment::{example, receivers, shown, texts};

const SITUATIONS: [&str; 4] = ["ingen", "nära", "larmad", "leder"];

/// A file as its lines say it: marking key -> line key -> level word, and the recipients.
#[derive(Default)]
struct Naive {
    recipients: Vec<String>,
    lines: BTreeMap<String, BTreeMap<String, String>>,
}

fn quoted(line: &str) -> Vec<String> {
    line.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn read(text: &str) -> Naive {
    let mut naive = Naive::default();
    let mut markings: Vec<String> = Vec::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        if line.starts_with("mottagare") {
            naive.recipients = quoted(line);
        } else if line.starts_with("slag") {
            markings = quoted(line);
        } else if line.starts_with('"') {
            let words = quoted(line);
            // One space before @, none elsewhere; "ingen" is what is meant when nothing is said.
            let mut key = words[0].replace(" @", "@").replace('@', " @");
            if !key.contains('@') {
                key.push_str(" @ingen");
            }
            for marking in &markings {
                naive.lines.entry(marking.clone()).or_default().insert(key.clone(), words[1].clone());
            }
        }
    }
    naive
}

/// What `organisation` of type `kind`, in `role`, gets of `owner`'s marking in the situation with this number.
fn level(naive: &Naive, marking: &str, owner: &str, organisation: &str, kind: &str, role: &str, at: usize) -> String {
    let own = owner == organisation;
    let mut precedence = vec![format!("{organisation}/{role}"), organisation.to_owned()];
    if !own && naive.recipients.iter().any(|recipient| recipient == organisation) {
        precedence.extend([format!("{kind}/{role}"), kind.to_owned(), format!("alla/{role}"), "alla".to_owned()]);
    }
    let none = BTreeMap::new();
    let lines = naive.lines.get(marking).unwrap_or(&none);
    for who in precedence {
        for situation in SITUATIONS[..=at].iter().rev() {
            if let Some(level) = lines.get(&format!("{who} @{situation}")) {
                return level.clone();
            }
        }
    }
    if own { "full".to_owned() } else { "dold".to_owned() }
}

/// Marking number -> key, read line by line from slag.toml.
fn keys(text: &str) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    let mut key = String::new();
    for line in text.lines().map(str::trim) {
        if let Some(heading) = line.strip_prefix('[') {
            key = heading.trim_end_matches(']').to_owned();
        } else if line.starts_with("proto") {
            keys.insert(quoted(line)[0].clone(), key.clone());
        }
    }
    keys
}

fn compare(loaded: &Loaded, files: &BTreeMap<String, String>) -> usize {
    let keys = keys(&files["slag.toml"]);
    let mut compared = 0;
    for owner in loaded.policy.parts().owners.keys() {
        let naive = read(&files[&format!("{owner}.toml")]);
        for receiver in receivers() {
            for role in Role::ALL {
                let viewer = Viewer { organisation: receiver.id.clone(), role };
                for (at, involvement) in Involvement::ALL.into_iter().enumerate() {
                    let mask = loaded.policy.mask(owner, &viewer, involvement);
                    for marking in all_markings() {
                        let key = &keys[marking.as_str_name().trim_start_matches("MARKING_")];
                        let id = receiver.id.as_str();
                        let by = |role| level(&naive, key, owner.as_str(), id, &receiver.kind, role, at);
                        let rank =
                            |level: &String| ["dold", "maskerad", "grov", "full"].iter().position(|one| one == level);
                        let mut told = by(role.swedish());
                        // What a port passes on goes to crews.
                        if role == Role::Gateway && rank(&by("enhet")) < rank(&told) {
                            told = by("enhet");
                        }
                        let compiled = mask.get(marking).swedish();
                        assert_eq!(told, compiled, "{key} of {owner} for {viewer:?} in {involvement:?}");
                        compared += 1;
                    }
                }
            }
        }
    }
    compared
}

#[test]
fn both_evaluators_agree_on_the_example() {
    assert_eq!(compare(&example(), &texts()), 7 * 10 * 5 * 4 * 44);
}

fn random_line() -> impl Strategy<Value = (String, &'static str)> {
    let who = prop::sample::select(vec![
        "alla",
        "polis",
        "räddning",
        "ambulans",
        "polis-nord",
        "raddning-jamtland",
        "region-jh",
        "utland",
        "kommun",
    ]);
    let role = prop::option::weighted(0.4, prop::sample::select(Role::ALL.map(Role::swedish).to_vec()));
    let at = prop::option::weighted(0.8, prop::sample::select(SITUATIONS.to_vec()));
    let level = prop::sample::select(Level::ALL.map(Level::swedish).to_vec());
    (who, role, at, level).prop_map(|(who, role, at, level)| {
        let role = role.map(|role| format!("/{role}")).unwrap_or_default();
        let at = at.map(|at| format!(" @{at}")).unwrap_or_default();
        (format!("{who}{role}{at}"), level)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn both_evaluators_agree_on_random_decisions(
        lines in prop::collection::btree_map("[a-z]", prop::collection::vec(random_line(), 0..14), 3),
        listed in prop::sample::subsequence(vec!["polis-nord", "raddning-jamtland", "sos-alarm", "ostersund"], 2..=4),
    ) {
        let mut files = texts();
        // Nothing required, so that any decision may be loaded.
        files.insert("krav.toml".to_owned(), String::new());
        // Organisations with a line of their own have to be listed.
        let listed: Vec<&str> = listed.into_iter().chain(["polis-nord", "raddning-jamtland"]).collect();
        let listed: std::collections::BTreeSet<_> = listed.into_iter().map(|id| format!("\"{id}\"")).collect();
        let recipients: Vec<_> = listed.into_iter().collect();
        let mut text = format!(
            "[beslut]\nagare = \"region-jh\"\nversion = \"1\"\nbeslutad_av = \"NN\"\nfraga = \"RAPSLed\"\nmottagare = [{}]\n\
             [ingen]\nslag = [\"finns\"]\n\"oppen-radio\" = \"dold\"\n\"allmanheten\" = \"dold\"\n\"utland\" = \"dold\"\n",
            recipients.join(", ")
        );
        for ((name, lines), markings) in lines.into_iter().zip(["\"adress\"", "\"halsa\", \"ringare\"", "\"kvittens\""]) {
            text += &format!("[del-{name}]\nslag = [{markings}]\n");
            let mut said = std::collections::BTreeSet::new();
            for (key, level) in lines {
                if said.insert(key.replace(" @ingen", "")) {
                    text += &format!("\"{key}\" = \"{level}\"\n");
                }
            }
        }
        files.insert("region-jh.toml".to_owned(), text.clone());
        match load_texts(&files, &receivers()) {
            Ok(loaded) => _ = compare(&loaded, &files),
            Err(findings) => prop_assert!(false, "{}\n{text}", shown(&findings)),
        }
    }
}
