//! The smallest deployment.

use crate::config::{ORGANISATIONS, PLANS, SEATS, STATIONS, STATUSES, TALKGROUPS, UNITS};

/// The smallest deployment that uses every key that a rule needs. What else can be said is in [`super::optional_keys_can_be_said`].
pub(super) const GOOD: [(&str, &str); 7] = [
    (
        ORGANISATIONS,
        r#"namn = "Prov"
[[organisation]]
id = "alfa"
namn = "Alfa"
typ = "räddning"
larmratt = true
kvittens_s = 60
[[organisation]]
id = "beta"
namn = "Beta"
typ = "polis"
larmratt = false
kvittens_s = 30
[[mottagare]]
id = "ingen"
namn = "Ingen"
typ = "allmänhet"
[omrade]
syd = 62.5
vast = 13.0
nord = 63.5
ost = 15.0
"#,
    ),
    (
        UNITS,
        r#"[[enhet]]
id = "101"
organisation = "alfa"
anrop = "Alfa 1"
issi = 101
sort = "bil"
station = "X1"
ort = "Byn"
lat = 63.1
lon = 14.6
[[enhet]]
id = "201"
organisation = "beta"
anrop = "Beta 1"
issi = 201
sort = "vagn"
ort = "Byn"
"#,
    ),
    (
        STATUSES,
        r#"[alfa.U]
text = "Ut"
tillstand = "på väg"
efter = []
kvitterar = true
[alfa.F]
text = "Framme"
tillstand = "framme"
efter = ["U"]
"#,
    ),
    (
        STATIONS,
        r#"[X1]
organisation = "alfa"
enhet = "101"
namn = "Byns station"
kommun = "Byn"
[X2]
organisation = "alfa"
namn = "Grannbyns station"
kommun = "Grannbyn"
"#,
    ),
    (
        PLANS,
        r#"[[plan]]
namn = "brand"
typer = ["Brand"]
kommuner = ["Byn"]
eskalering = ["beta:201", "beta"]
[[plan.part]]
organisation = "alfa"
enhet = "101"
kravd = true
kvittens_s = 20
kommuner = ["Byn"]
[[plan.part]]
organisation = "beta"
kravd = false
[[plan]]
namn = "annat"
typer = []
part = [{ organisation = "alfa", kravd = false }]
[[underratta]]
nar_larmas = "räddning"
underratta = "polis"
grund = "LSO 6 kap. 10 §"
[nodlarm]
narmaste = 2
alltid = ["beta"]
"#,
    ),
    (
        TALKGROUPS,
        r#"region = "prov"
namn = "Provlandet"
paminn_min = 45
varna_vid = 1
[[grupp]]
id = "r-1"
namn = "RAPS-1"
gssi = 1
sort = "raps"
"följer" = ["f-1"]
[[grupp]]
id = "f-1"
namn = "Ins-1"
gssi = 2
sort = "följe"
lyssna = ["beta"]
[ratt.raps]
lyssna = ["alla"]
skriva = ["alla"]
tilldela = ["räddning"]
"#,
    ),
    (
        SEATS,
        r#"[[plats]]
id = "alfa"
benamning = "Alfa"
benamning_en = "Alpha"
sida = "konsol"
vem = "alfa/operator"
om = "Larmar."
om_en = "Alarms."
[[plats]]
id = "bil"
benamning = "Bilen"
benamning_en = "The car"
sida = "terminal"
vem = "alfa/unit:101"
om = "Kör."
om_en = "Drives."
fler = true
"#,
    ),
];
