//! One cell of a sign-off page: the levels of a receiver in every role and situation, as few words as say it exactly.

use samband_domain::{Involvement, Level, Role};

/// Levels by situation.
pub(crate) type Steps = [Level; Involvement::ALL.len()];

/// `full @larmad; grov @nära; läsare: –`: what most roles get, then the roles that get something else.
pub(crate) fn text(steps_of: impl Fn(Role) -> Steps) -> String {
    let roles = Role::ALL.map(|role| (role, steps_of(role)));
    let count = |steps: &Steps| roles.iter().filter(|(_, other)| other == steps).count();
    let mut common = roles[0].1;
    for (_, steps) in &roles {
        if count(steps) > count(&common) {
            common = *steps;
        }
    }
    let mut parts = if is_hidden(&common) { Vec::new() } else { vec![steps_text(&common)] };
    let mut told = vec![common];
    for (_, steps) in &roles {
        if told.contains(steps) {
            continue;
        }
        told.push(*steps);
        let same = roles.iter().filter(|(_, other)| other == steps);
        let names: Vec<&str> = same.map(|(role, _)| role.swedish()).collect();
        parts.push(format!("{}: {}", names.join(", "), steps_text(steps)));
    }
    if parts.is_empty() { "–".to_owned() } else { parts.join("; ") }
}

fn is_hidden(steps: &Steps) -> bool {
    steps.iter().all(|level| *level == Level::Hidden)
}

/// The situations where the level changes, from the closest down.
fn steps_text(steps: &Steps) -> String {
    let mut before = Level::Hidden;
    let mut changes = Vec::new();
    for (involvement, level) in Involvement::ALL.into_iter().zip(steps) {
        if *level != before {
            let at = match involvement {
                Involvement::None => String::new(),
                other => format!(" @{}", other.swedish()),
            };
            changes.push(format!("{}{at}", level.swedish()));
        }
        before = *level;
    }
    changes.reverse();
    if changes.is_empty() { "–".to_owned() } else { changes.join("; ") }
}
