//! Every way to spoil the smallest deployment.

use crate::config::{ORGANISATIONS, PLANS, SEATS, STATIONS, STATUSES, TALKGROUPS, UNITS};

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
            "organisationer.toml:7: okänd nyckel «farg» i [organisation]; nycklarna är id, namn, kort, typ, larmratt, kvittens_s, telefon, rapport",
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
            "organisationer.toml:2: okänd nyckel «farg» i [organisationer.toml]; nycklarna är namn, omrade, reserv, organisation, mottagare",
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
        "kvittens_s = 60",
        "kvittens_s = 60\nkort = \"RÄDDNINGSTJÄNSTEN\"",
        &["organisationer.toml:8: «kort» är «RÄDDNINGSTJÄNSTEN»; väntade högst 12 tecken"],
    ),
    (
        ORGANISATIONS,
        "kvittens_s = 60",
        "kvittens_s = 60\nrapport = \"OSH\"",
        &["organisationer.toml:8: okänd rapport «OSH»; väntade en av osh, polis, vindruta, methane"],
    ),
    (
        ORGANISATIONS,
        "kvittens_s = 60",
        "kvittens_s = 60\ntelefon = 112",
        &["organisationer.toml:8: «telefon» ska vara en text"],
    ),
    (
        ORGANISATIONS,
        "namn = \"Prov\"",
        "namn = \"Prov\"\nreserv = \"Ring\"",
        &["organisationer.toml:2: «reserv» ska vara en lista av texter"],
    ),
    (
        ORGANISATIONS,
        "namn = \"Prov\"",
        "namn = \"Prov\"\nreserv = [\"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\", \"10\", \"11\", \"12\",\n\"13\"]",
        &["organisationer.toml:3: «reserv» har 13 rader; väntade högst 12"],
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
    (
        UNITS,
        "ort = \"Byn\"\nlat",
        "ort = \"Byn\"\ni_andras_register = \"nej\"\nlat",
        &["enheter.toml:9: «i_andras_register» ska vara true eller false"],
    ),
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
    (PLANS, "narmaste = 2\n", "", &["larmplaner.toml:23: «narmaste» saknas i [nodlarm]"]),
    (PLANS, "narmaste = 2", "narmaste = 99", &["larmplaner.toml:24: «narmaste» är 99; väntade 0 till "]),
    (PLANS, "alltid = [\"beta\"]", "alltid = [\"gamma\"]", &["larmplaner.toml:25: okänd organisation «gamma»"]),
    (PLANS, "alltid = [\"beta\"]", "alltit = [\"beta\"]", &["larmplaner.toml:25: okänd nyckel «alltit» i [nodlarm]"]),
    (PLANS, "kravd = true", "krävd = true", &["larmplaner.toml:9: filen kan inte läsas som TOML: "]),
    (PLANS, "kravd = true", "kravd = true\nkrav = 1", &["larmplaner.toml:10: okänd nyckel «krav» i [part]"]),
];

pub(super) const IN_TALKGROUPS: &[Case] = &[
    (TALKGROUPS, "region = \"prov\"\n", "", &["talgrupper.toml:1: «region» saknas i [talgrupper.toml]"]),
    (TALKGROUPS, "\"prov\"", "\"Prov\"", &["talgrupper.toml:1: «Prov» kan inte vara ett id"]),
    (
        TALKGROUPS,
        "paminn_min = 45",
        "paminn_min = 0",
        &["talgrupper.toml:3: «paminn_min» är 0; väntade 1 till 1440 minuter"],
    ),
    (TALKGROUPS, "varna_vid = 1\n", "", &["talgrupper.toml:1: «varna_vid» saknas i [talgrupper.toml]"]),
    (
        TALKGROUPS,
        "varna_vid = 1",
        "varna_vid = 1\nfarg = 1",
        &["talgrupper.toml:5: okänd nyckel «farg» i [talgrupper.toml]"],
    ),
    (TALKGROUPS, "gssi = 2", "gssi = 1", &["talgrupper.toml:14: gssi 1 står två gånger, först på rad 8"]),
    (
        TALKGROUPS,
        "gssi = 2",
        "gssi = 16777216",
        &[
            "talgrupper.toml:10: «f-1» i följer finns inte",
            "talgrupper.toml:14: «gssi» är 16777216; väntade 1 till 16777215",
        ],
    ),
    (TALKGROUPS, "gssi = 1", "gssi = 0", &["talgrupper.toml:8: «gssi» är 0; väntade 1 till 16777215"]),
    (TALKGROUPS, "\"Ins-1\"", "\"raps-1\"", &["talgrupper.toml:13: namnet «raps-1» står två gånger, först på rad 7"]),
    (TALKGROUPS, "id = \"r-1\"", "id = \"f-1\"", &["talgrupper.toml:11: talgruppen «f-1» står två gånger"]),
    (TALKGROUPS, "[\"f-1\"]", "[\"f-2\"]", &["talgrupper.toml:10: «f-2» i följer finns inte"]),
    (TALKGROUPS, "[\"f-1\"]", "[\"r-1\"]", &["talgrupper.toml:10: «r-1» i följer är varken följe eller ledning"]),
    (
        TALKGROUPS,
        "sort = \"följe\"",
        "sort = \"följe\"\novning = true",
        &["talgrupper.toml:10: «f-1» i följer är för övning och gruppen inte, eller tvärtom"],
    ),
    (
        TALKGROUPS,
        "sort = \"raps\"",
        "sort = \"rap\"",
        &["talgrupper.toml:9: okänd sort «rap»; väntade en av raps, följe, ledning, egen, reserv"],
    ),
    (TALKGROUPS, "[ratt.raps]", "[ratt.rap]", &["talgrupper.toml:17: okänd sort «rap»"]),
    (TALKGROUPS, "lyssna = [\"beta\"]", "lyssna = [\"tull\"]", &["talgrupper.toml:16: okänd organisation «tull»"]),
    (TALKGROUPS, "lyssna = [\"beta\"]", "lysna = [\"beta\"]", &["talgrupper.toml:16: okänd nyckel «lysna» i [grupp]"]),
    (TALKGROUPS, "tilldela = ", "tilldelar = ", &["talgrupper.toml:20: okänd nyckel «tilldelar» i [raps]"]),
    (
        TALKGROUPS,
        "[[grupp]]\nid = \"r-1\"",
        "[grupp]\nid = \"r-1\"",
        &["talgrupper.toml:11: filen kan inte läsas som TOML: "],
    ),
];

pub(super) const IN_SEATS: &[Case] = &[
    (SEATS, "om = \"Larmar.\"\n", "", &["platser.toml:1: «om» saknas i [plats]"]),
    (
        SEATS,
        "\"konsol\"",
        "\"console\"",
        &["platser.toml:5: okänd sida «console»; väntade en av konsol, terminal, kartvägg"],
    ),
    (SEATS, "id = \"bil\"", "id = \"alfa\"", &["platser.toml:9: platsen «alfa» står två gånger, först på rad 1"]),
    (SEATS, "\"alfa/operator\"", "\"gamma/operator\"", &["platser.toml:6: okänd organisation «gamma»"]),
    (SEATS, "\"alfa/operator\"", "\"alfa\"", &["platser.toml:6: «vem» är «alfa»; väntade organisation/roll"]),
    (SEATS, "\"alfa/operator\"", "\"alfa/chef\"", &["platser.toml:6: «vem» är «alfa/chef»; väntade organisation/roll"]),
    (SEATS, "\"alfa/operator\"", "\"alfa/unit\"", &["platser.toml:6: «vem» är «alfa/unit»; väntade organisation/roll"]),
    (SEATS, "unit:101", "unit:102", &["platser.toml:14: okänd enhet «102»; enheterna står i enheter.toml"]),
    (SEATS, "unit:101", "unit:201", &["platser.toml:14: enheten «201» hör till «beta», inte «alfa»"]),
    (SEATS, "fler = true", "farg = true", &["platser.toml:17: okänd nyckel «farg» i [plats]"]),
];
