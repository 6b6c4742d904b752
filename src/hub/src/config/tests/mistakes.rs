//! The smallest deployment, and every way to spoil it.

use crate::config::{ORGANISATIONS, PLANS, STATIONS, STATUSES, UNITS};

/// The smallest deployment that uses every key.
pub(super) const GOOD: [(&str, &str); 5] = [
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
"#,
    ),
];

/// One change of the good deployment (file, what stands there, what stands there instead), and everything that is then told.
pub(super) type Case = (&'static str, &'static str, &'static str, &'static [&'static str]);

pub(super) const IN_ORGANISATIONS: &[Case] = &[
    (ORGANISATIONS, "namn = \"Prov\"\n", "", &["organisationer.toml:1: «namn» saknas i [organisationer.toml]"]),
    (ORGANISATIONS, "namn = \"Alfa\"\n", "", &["organisationer.toml:2: «namn» saknas i [organisation]"]),
    (ORGANISATIONS, "larmratt = true", "larmrätt = true", &["organisationer.toml:6: filen kan inte läsas som TOML: "]),
    (
        ORGANISATIONS,
        "larmratt = true",
        "larmratt = true\nfarg = \"röd\"",
        &[
            "organisationer.toml:7: okänd nyckel «farg» i [organisation]; nycklarna är id, namn, typ, larmratt, kvittens_s",
        ],
    ),
    (
        ORGANISATIONS,
        "larmratt = true",
        "larmratt = 1",
        &["organisationer.toml:6: «larmratt» ska vara true eller false"],
    ),
    (
        ORGANISATIONS,
        "namn = \"Prov\"",
        "namn = \"Prov\"\nfarg = \"röd\"",
        &[
            "organisationer.toml:2: okänd nyckel «farg» i [organisationer.toml]; nycklarna är namn, omrade, organisation, mottagare",
        ],
    ),
    (ORGANISATIONS, "syd = 62.5\n", "", &["organisationer.toml:18: «syd» saknas i [omrade]"]),
    (
        ORGANISATIONS,
        "ost = 15.0",
        "ost = 15",
        &["organisationer.toml:22: «ost» ska vara ett tal i grader, som 63.1767"],
    ),
    (
        ORGANISATIONS,
        "ost = 15.0",
        "ost = 15.0\nhojd = 200.0",
        &["organisationer.toml:23: okänd nyckel «hojd» i [omrade]; nycklarna är syd, vast, nord, ost"],
    ),
    (ORGANISATIONS, "syd = 62.5", "syd = 64.0", &["organisationer.toml:18: [omrade] är ingen rektangel på jorden"]),
    (ORGANISATIONS, "ost = 15.0", "ost = 190.0", &["organisationer.toml:18: [omrade] är ingen rektangel på jorden"]),
    (
        ORGANISATIONS,
        "[omrade]\nsyd = 62.5\nvast = 13.0\nnord = 63.5\nost = 15.0\n",
        "[[omrade]]\nsyd = 62.5\n",
        &["organisationer.toml:18: «omrade» ska vara en tabell: [omrade]"],
    ),
    (
        ORGANISATIONS,
        "id = \"ingen\"",
        "id = \"alfa\"",
        &["organisationer.toml:15: «alfa» står två gånger, först på rad 3"],
    ),
    (ORGANISATIONS, "kvittens_s = 60\n", "", &["organisationer.toml:2: «kvittens_s» saknas i [organisation]"]),
    (
        ORGANISATIONS,
        "kvittens_s = 60",
        "kvittens_s = 4",
        &["organisationer.toml:7: «kvittens_s» är 4; väntade 5 till 86400 sekunder"],
    ),
    (
        ORGANISATIONS,
        "kvittens_s = 60",
        "kvittens_s = 86401",
        &["organisationer.toml:7: «kvittens_s» är 86401; väntade 5 till 86400 sekunder"],
    ),
    (
        ORGANISATIONS,
        "kvittens_s = 60",
        "kvittens_s = -60",
        &["organisationer.toml:7: «kvittens_s» ska vara ett helt tal, 0 eller större"],
    ),
    (
        ORGANISATIONS,
        "id = \"ingen\"",
        "id = \"Ingen\"",
        &["organisationer.toml:15: «Ingen» kan inte vara ett id; väntade 1 till 64 av a–z, 0–9, «-», «_» och «.»"],
    ),
];

pub(super) const IN_UNITS: &[Case] = &[
    (UNITS, "id = \"201\"\n", "", &["enheter.toml:11: «id» saknas i [enhet]", "larmplaner.toml:5: okänd enhet «201»"]),
    (
        UNITS,
        "id = \"201\"",
        "id = \"2 01\"",
        &["enheter.toml:12: «2 01» kan inte vara ett id", "larmplaner.toml:5: okänd enhet «201»"],
    ),
    (
        UNITS,
        "id = \"201\"",
        "id = \"101\"",
        &[
            "enheter.toml:12: enheten «101» hör redan till «alfa» (rad 2); en enhet har exakt en organisation",
            "larmplaner.toml:5: okänd enhet «201»",
        ],
    ),
    (
        UNITS,
        "id = \"201\"\norganisation = \"beta\"",
        "id = \"101\"\norganisation = \"alfa\"",
        &["enheter.toml:12: enheten «101» står två gånger, först på rad 2", "larmplaner.toml:5: okänd enhet «201»"],
    ),
    (
        UNITS,
        "organisation = \"beta\"",
        "organisation = \"gamma\"",
        &["enheter.toml:13: okänd organisation «gamma»; organisationerna är alfa, beta"],
    ),
    (
        UNITS,
        "organisation = \"beta\"",
        "organisation = \"ingen\"",
        &["enheter.toml:13: «ingen» är en mottagare men ingen organisation, och kan varken larmas eller äga något"],
    ),
    (UNITS, "\"Beta 1\"", "\" \"", &["enheter.toml:14: «anrop» ska vara en text inom citattecken som inte är tom"]),
    (UNITS, "issi = 201", "issi = 101", &["enheter.toml:15: issi 101 står två gånger, först på rad 5"]),
    (UNITS, "issi = 201", "issi = 16777216", &["enheter.toml:15: «issi» är 16777216; väntade 1 till 16777215"]),
    (UNITS, "\"X1\"", "\"X9\"", &["enheter.toml:7: okänd station «X9»; stationerna är X1, X2"]),
    (UNITS, "lat = 63.1\n", "", &["enheter.toml:1: «lat» och «lon» hör ihop: båda eller ingen"]),
    (UNITS, "lat = 63.1", "lat = 163.1", &["enheter.toml:9: «lat» är 163.1; väntade -90 till 90 grader"]),
    (
        UNITS,
        "lat = 63.1",
        "lat = \"63\"",
        &["enheter.toml:1: «lat» och «lon»", "enheter.toml:9: «lat» ska vara ett tal"],
    ),
    (UNITS, "[[enhet]]\nid = \"101\"", "[enhet]\nid = \"101\"", &["enheter.toml:11: filen kan inte läsas som TOML: "]),
    (UNITS, "ort = \"Byn\"\nlat", "farg = 1\nort = \"Byn\"\nlat", &["enheter.toml:8: okänd nyckel «farg» i [enhet]"]),
];

pub(super) const IN_STATUSES: &[Case] = &[
    (
        STATUSES,
        "[alfa.F]",
        "[gamma.F]",
        &["statuskoder.toml:6: okänd organisation «gamma»", "statuskoder.toml:9: okänd kod «U» i efter"],
    ),
    (STATUSES, "[\"U\"]", "[\"U\", \"Z\"]", &["statuskoder.toml:9: okänd kod «Z» i efter; koderna hos alfa är F, U"]),
    (
        STATUSES,
        "\"framme\"",
        "\"där\"",
        &[
            "statuskoder.toml:8: okänt tillstånd «där»; väntade en av på väg, framme, lastat, vid mål, hemåt, ledig, ej disponibel",
        ],
    ),
    (STATUSES, "efter = []\n", "", &["statuskoder.toml:1: «efter» saknas i [U]"]),
    (STATUSES, "kvitterar = true", "kvitterat = true", &["statuskoder.toml:5: okänd nyckel «kvitterat» i [U]"]),
    (STATUSES, "[alfa.U]", "alfa = 1\n[beta.U]", &["statuskoder.toml:7: filen kan inte läsas som TOML: "]),
];

pub(super) const IN_STATIONS: &[Case] = &[
    (
        STATIONS,
        "[X2]",
        "[x2]",
        &["stationer.toml:6: «x2» kan inte vara en stationskod; väntade högst 16 stora bokstäver och siffror"],
    ),
    (STATIONS, "\"101\"", "\"201\"", &["stationer.toml:3: enheten «201» hör till «beta», inte «alfa»"]),
    (STATIONS, "namn = \"Byns station\"\n", "", &["stationer.toml:1: «namn» saknas i [X1]"]),
    (STATIONS, "namn = \"Grann", "lat = 1.0\nnamn = \"Grann", &["stationer.toml:8: okänd nyckel «lat» i [X2]"]),
];

pub(super) const IN_PLANS: &[Case] = &[
    (PLANS, "\"annat\"", "\"brand\"", &["larmplaner.toml:15: planen «brand» står två gånger, först på rad 1"]),
    (PLANS, "typer = []\n", "", &["larmplaner.toml:15: «typer» saknas i [plan]"]),
    (PLANS, "[\"Brand\"]", "\"Brand\"", &["larmplaner.toml:3: «typer» ska vara en lista av texter"]),
    (
        PLANS,
        "kommuner = [\"Byn\"]\neskalering",
        "kommuner = [\"Byen\"]\neskalering",
        &["larmplaner.toml:4: okänd kommun «Byen»; kommunerna i stationer.toml är Byn, Grannbyn"],
    ),
    (
        PLANS,
        "part = [{ organisation = \"alfa\", kravd = false }]",
        "part = []",
        &["larmplaner.toml:15: planen «annat» larmar ingen; väntade minst en [[plan.part]]"],
    ),
    (
        PLANS,
        "kravd = false }]",
        "kravd = false, kommuner = [\"Byn\"] }]",
        &["larmplaner.toml:15: planen «annat» larmar ingen i Grannbyn"],
    ),
    (PLANS, "\"beta:201\"", "\"gamma:201\"", &["larmplaner.toml:5: okänd organisation «gamma»"]),
    (PLANS, "\"beta:201\"", "\"beta:202\"", &["larmplaner.toml:5: okänd enhet «202»; enheterna står i enheter.toml"]),
    (PLANS, "\"beta:201\"", "\"alfa:201\"", &["larmplaner.toml:5: enheten «201» hör till «beta», inte «alfa»"]),
    (
        PLANS,
        "organisation = \"beta\"",
        "organisation = \"ingen\"",
        &["larmplaner.toml:13: «ingen» är en mottagare men ingen organisation, och kan varken larmas eller äga något"],
    ),
    (PLANS, "enhet = \"101\"", "enhet = \"102\"", &["larmplaner.toml:8: okänd enhet «102»"]),
    (PLANS, "kravd = true\n", "", &["larmplaner.toml:6: «kravd» saknas i [part]"]),
    (
        PLANS,
        "kvittens_s = 20",
        "kvittens_s = 3",
        &["larmplaner.toml:10: «kvittens_s» är 3; väntade 5 till 86400 sekunder"],
    ),
    (
        PLANS,
        "organisation = \"beta\"\nkravd",
        "organisation = \"alfa\"\nenhet = \"101\"\nkravd",
        &["larmplaner.toml:12: parten «alfa:101» står två gånger i planen"],
    ),
    (
        PLANS,
        "\"polis\"",
        "\"tull\"",
        &["larmplaner.toml:21: okänd typ «tull»; organisationernas typer är polis, räddning"],
    ),
    (PLANS, "\"räddning\"", "\"rädd\"", &["larmplaner.toml:20: okänd typ «rädd»"]),
    (PLANS, "grund = \"LSO 6 kap. 10 §\"\n", "", &["larmplaner.toml:19: «grund» saknas i [underratta]"]),
    (PLANS, "kravd = true", "krävd = true", &["larmplaner.toml:9: filen kan inte läsas som TOML: "]),
    (PLANS, "kravd = true", "kravd = true\nkrav = 1", &["larmplaner.toml:10: okänd nyckel «krav» i [part]"]),
];
