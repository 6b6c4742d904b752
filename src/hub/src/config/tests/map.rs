//! A map's folder: what it is made of, and every way to spoil it.

use std::fs;

use super::*;

/// A PMTiles file of version 3 with tiles of this kind; nothing but its head.
fn pmtiles(kind: u8) -> Vec<u8> {
    let mut head = vec![0; 127];
    head[..8].copy_from_slice(b"PMTiles\x03");
    head[99] = kind;
    head
}

const VECTOR: u8 = 1;
const PICTURES: u8 = 2;

fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).expect("a file");
    write("base.pmtiles", &pmtiles(VECTOR));
    write("bilder.pmtiles", &pmtiles(PICTURES));
    write("nyckel", b"Basic bGFudDptYXQ=\n");
    write("tom", b"\n");
    if !text.is_empty() {
        write(MAP, text.as_bytes());
    }
    folder
}

fn told(text: &str) -> Vec<String> {
    map(folder(text).path()).expect_err("refused").iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_of_the_usual_name_is_enough() {
    let folder = folder("");
    let base = map(folder.path()).expect("a map").base.expect("something underneath");
    assert!(matches!(base.source, MapSource::File { raster: false, .. }) && !base.overview);
    assert_eq!(base.attribution, "© OpenStreetMap contributors");
    fs::write(folder.path().join("base.pmtiles"), pmtiles(PICTURES)).expect("a file");
    let base = map(folder.path()).expect("a map").base.expect("something underneath");
    assert!(matches!(base.source, MapSource::File { raster: true, .. }));
    fs::remove_file(folder.path().join("base.pmtiles")).expect("a file");
    assert!(map(folder.path()).expect("a map").base.is_none(), "the overview lies underneath");
}

#[test]
fn what_is_written_goes_before_what_is_found() {
    let text =
        "[bas]\nsort = \"raster-pmtiles\"\nfil = \"bilder.pmtiles\"\noversikt = true\nkalla = \"© Lantmäteriet\"";
    let base = map(folder(text).path()).expect("a map").base.expect("something underneath");
    assert_eq!((base.overview, base.attribution.as_str()), (true, "© Lantmäteriet"));
    let text = "[bas]\nsort = \"wmts\"\nkalla = \"© Lantmäteriet\"\nnyckel_fil = \"nyckel\"\nzoom_max = 12\n\
                url = \"http://127.0.0.1:8081/lm/{z}/{x}/{y}.png?lager=topo\"";
    let folder = map(folder(text).path()).expect("a map");
    assert!(!format!("{folder:?}").contains("bGFudDptYXQ"), "the key is not printed");
    let Some(BaseMap { source: MapSource::Tiles(server), .. }) = folder.base else { panic!("a tile server") };
    assert_eq!((server.host.as_str(), server.zoom), ("127.0.0.1:8081", (0, 12)));
    assert_eq!(server.tile(9, 276, 130), "/lm/9/276/130.png?lager=topo");
    assert_eq!(server.key.expect("a key"), "Basic bGFudDptYXQ=");
}

#[test]
fn mistakes_are_told() {
    const URL: &str = "url = \"http://localhost/{z}/{x}/{y}\"";
    let cases: [(&str, &str); 17] = [
        ("[bas]\nkalla = \"k\"", "karta.toml:1: «sort» saknas i [bas]"),
        ("[bas]\nsort = \"pmtiles\"", "karta.toml:1: «kalla» saknas i [bas]"),
        ("[bas]\nsort = \"mbtiles\"\nkalla = \"k\"", "karta.toml:2: okänd sort «mbtiles»; väntade en av pmtiles,"),
        ("[bas]\nsort = \"pmtiles\"\nkalla = \"k\"\nfarg = 1", "karta.toml:4: okänd nyckel «farg» i [bas]"),
        ("[karta]\n", "karta.toml:1: okänd nyckel «karta» i [karta.toml]; nycklarna är bas"),
        ("[bas\n", "karta.toml:1: filen kan inte läsas som TOML: "),
        (
            "[bas]\nsort = \"pmtiles\"\nkalla = \"k\"\nfil = \"x.pmtiles\"",
            "karta.toml:4: x.pmtiles finns inte i mappen",
        ),
        ("[bas]\nsort = \"pmtiles\"\nkalla = \"k\"\nfil = \"tom\"", "karta.toml:4: tom är ingen PMTiles-fil"),
        (
            "[bas]\nsort = \"pmtiles\"\nkalla = \"k\"\nfil = \"../x\"",
            "karta.toml:4: «fil» är «../x»; väntade namnet på",
        ),
        (
            "[bas]\nsort = \"pmtiles\"\nkalla = \"k\"\nfil = \"bilder.pmtiles\"",
            "karta.toml:4: bilder.pmtiles har bilder",
        ),
        ("[bas]\nsort = \"raster-pmtiles\"\nkalla = \"k\"", "karta.toml:1: base.pmtiles har vektorer, inte bilder"),
        ("[bas]\nsort = \"wmts\"\nkalla = \"k\"", "karta.toml:1: «url» saknas i [bas]"),
        (
            "[bas]\nsort = \"wmts\"\nkalla = \"k\"\nurl = \"https://lm.example/{z}/{x}/{y}\"",
            "karta.toml:4: «url» är «https",
        ),
        (
            "[bas]\nsort = \"wmts\"\nkalla = \"k\"\nurl = \"http://10.0.0.1/{z}/{x}/{y}\"",
            "karta.toml:4: «url» är «http",
        ),
        ("[bas]\nsort = \"wmts\"\nkalla = \"k\"\nurl = \"http://localhost/{z}/{x}\"", "karta.toml:4: «url» är «http"),
        ("URL\nnyckel_fil = \"tom\"", "karta.toml:5: tom ska ha en rad"),
        ("URL\nzoom_max = 30", "karta.toml:5: «zoom_max» är 30; väntade 0 till 22"),
    ];
    for (text, expected) in cases {
        let text = text.replace("URL", &format!("[bas]\nsort = \"wmts\"\nkalla = \"k\"\n{URL}"));
        let told = told(&text);
        assert!(told.len() == 1 && told[0].starts_with(expected), "{text}\ntells\n{}", told.join("\n"));
    }
    let gone = map(Path::new("/does/not/exist")).expect_err("refused");
    assert!(gone[0].to_string().starts_with("karta.toml:1: mappen /does/not/exist finns inte"), "{}", gone[0]);
}

#[test]
fn symbols_have_plain_names() {
    let folder = folder("");
    let symbols = folder.path().join("symboler");
    fs::create_dir(&symbols).expect("a folder");
    for name in ["vatten.svg", "bryt_punkt-2.svg", "README.md"] {
        fs::write(symbols.join(name), "<svg/>").expect("a file");
    }
    assert_eq!(map(folder.path()).expect("a map").symbols, ["bryt_punkt-2", "vatten"]);
    fs::write(symbols.join("Brandpost Å.svg"), "<svg/>").expect("a file");
    let found = map(folder.path()).expect_err("refused");
    assert!(found[0].to_string().starts_with("karta.toml:1: symbolen «symboler/Brandpost Å.svg» kan inte heta så"));
}
