//! The folder of a map: `karta.toml` says what it is made of. A deployment without one gets the overview that is built in.
//!
//! `base.pmtiles` alone is enough; `symboler/*.svg` are symbols of the deployment's own.

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use hyper::header::HeaderValue;

use super::{
    Finding,
    finding::{Findings, Place},
    organisations::list,
    reader::{At, Section, Source},
};

/// Name of the file.
pub const MAP: &str = "karta.toml";
/// Folder of a deployment that has its map with it.
pub const MAP_FOLDER: &str = "karta";
const BASE: &str = "base.pmtiles";
const SYMBOLS: &str = "symboler";
const KEYS: &str = "bas";
const BASE_KEYS: &str = "sort, fil, oversikt, kalla, url, nyckel_fil, zoom_min, zoom_max";
const SORTS: [&str; 3] = ["pmtiles", "raster-pmtiles", "wmts"];
/// What makes vector tiles by the schema of Protomaps is OpenStreetMap's.
const OPEN_STREET_MAP: &str = "© OpenStreetMap contributors";
const ZOOM_MAX: u32 = 22;
const SYMBOLS_MAX: usize = 512;
const KEY_BYTES_MAX: u64 = 4_096;

/// A map folder, checked.
#[derive(Debug, Clone)]
pub struct MapFolder {
    /// What lies underneath; none: what is built in.
    pub base: Option<BaseMap>,
    /// Names of the symbols in the folder `symboler`, without their end.
    pub symbols: Vec<String>,
    /// Where the symbols are.
    pub symbols_dir: PathBuf,
}

/// What lies underneath.
#[derive(Debug, Clone)]
pub struct BaseMap {
    /// Where it comes from.
    pub source: MapSource,
    /// It has no roads.
    pub overview: bool,
    /// Whose it is, as it has to stand on the map.
    pub attribution: String,
}

/// Where a map comes from.
#[derive(Debug, Clone)]
pub enum MapSource {
    /// A PMTiles file.
    File {
        /// Where it is.
        path: PathBuf,
        /// It holds pictures, not vectors.
        raster: bool,
    },
    /// Another server's picture tiles, fetched by the hub.
    Tiles(TileServer),
}

/// A server of tiles on this machine. (It may itself fetch them from elsewhere, over TLS: the hub speaks none.)
#[derive(Debug, Clone)]
pub struct TileServer {
    /// Host and port.
    pub host: String,
    /// Path and query with {z}, {x} and {y}.
    pub path: String,
    /// What goes into its `authorization`. Never printed.
    pub key: Option<HeaderValue>,
    /// Smallest and largest zoom it has.
    pub zoom: (u32, u32),
}

impl TileServer {
    /// Path and query of one tile.
    pub fn tile(&self, zoom: u32, column: u32, row: u32) -> String {
        let path = self.path.replace("{z}", &zoom.to_string());
        path.replace("{x}", &column.to_string()).replace("{y}", &row.to_string())
    }
}

/// Reads the map of a deployment's folder, where it has one.
///
/// # Errors
/// Everything that is wrong with it, by file and line.
pub fn map_of(deployment: &Path) -> Result<Option<MapFolder>, Vec<Finding>> {
    let folder = deployment.join(MAP_FOLDER);
    if folder.is_dir() { map(&folder).map(Some) } else { Ok(None) }
}

/// Reads a map's folder.
///
/// # Errors
/// Everything that is wrong with it, by file and line.
pub fn map(dir: &Path) -> Result<MapFolder, Vec<Finding>> {
    let mut findings = Findings::default();
    let top = Place { file: MAP, line: 1 };
    if !dir.is_dir() {
        findings.stop(top, format!("mappen {} finns inte", dir.display()));
    }
    let base = match std::fs::read_to_string(dir.join(MAP)) {
        Ok(text) => written(&text, dir, &mut findings),
        Err(error) if error.kind() == ErrorKind::NotFound => found(dir, top, &mut findings),
        Err(error) => {
            findings.stop(top, format!("filen kan inte läsas: {error}"));
            None
        }
    };
    let symbols_dir = dir.join(SYMBOLS);
    let symbols = symbols(&symbols_dir, top, &mut findings);
    findings.outcome().map(|()| MapFolder { base, symbols, symbols_dir })
}

/// Without `karta.toml`: the file of the usual name, as its head says.
fn found(dir: &Path, top: Place, findings: &mut Findings) -> Option<BaseMap> {
    let path = dir.join(BASE);
    if !path.exists() {
        return None;
    }
    let raster = match head(&path) {
        Ok(raster) => raster,
        Err(why) => {
            findings.stop(top, format!("{BASE} {why}"));
            return None;
        }
    };
    let attribution = if raster { String::new() } else { OPEN_STREET_MAP.into() };
    Some(BaseMap { source: MapSource::File { path, raster }, overview: false, attribution })
}

fn written(text: &str, dir: &Path, findings: &mut Findings) -> Option<BaseMap> {
    let mut file = (Source { file: MAP, text }).parse(findings)?;
    let base = file.table("bas", findings).and_then(|section| base(section, dir, findings));
    file.nothing_else(KEYS, findings);
    base
}

fn base(mut section: Section, dir: &Path, findings: &mut Findings) -> Option<BaseMap> {
    let sort: Option<At<String>> = section.required("sort", findings);
    let overview = section.optional("oversikt", findings).is_some_and(|yes: At<bool>| yes.value);
    let attribution: Option<At<String>> = section.required("kalla", findings);
    let sort = sort?;
    let source = match sort.value.as_str() {
        "pmtiles" => file(&mut section, dir, false, findings),
        "raster-pmtiles" => file(&mut section, dir, true, findings),
        "wmts" => tiles(&mut section, dir, findings).map(MapSource::Tiles),
        other => {
            findings.stop(sort.place, format!("okänd sort «{other}»; väntade en av {}", list(SORTS)));
            return None;
        }
    };
    section.nothing_else(BASE_KEYS, findings);
    Some(BaseMap { source: source?, overview, attribution: attribution?.value })
}

fn file(section: &mut Section, dir: &Path, raster: bool, findings: &mut Findings) -> Option<MapSource> {
    let named: Option<At<String>> = section.optional("fil", findings);
    let place = named.as_ref().map_or(section.place, |named| named.place);
    let name = named.map_or_else(|| BASE.to_owned(), |named| named.value);
    // A name and no path: the folder is what was handed over.
    if name.contains(['/', '\\']) || name.starts_with('.') {
        findings.stop(place, format!("«fil» är «{name}»; väntade namnet på en fil i samma mapp"));
        return None;
    }
    let path = dir.join(&name);
    match head(&path) {
        Ok(is_raster) if is_raster == raster => return Some(MapSource::File { path, raster }),
        Ok(true) => findings.stop(place, format!("{name} har bilder, inte vektorer: sort = \"raster-pmtiles\"")),
        Ok(false) => findings.stop(place, format!("{name} har vektorer, inte bilder: sort = \"pmtiles\"")),
        Err(why) => findings.stop(place, format!("{name} {why}")),
    }
    None
}

/// Whether the tiles of a PMTiles file are pictures, by its head (version 3 of the format).
fn head(path: &Path) -> Result<bool, String> {
    const KIND: usize = 99;
    const VECTOR: u8 = 1;
    let mut head = [0; 127];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    match read {
        Ok(()) if head.starts_with(b"PMTiles\x03") => Ok(head[KIND] != VECTOR),
        Ok(()) => Err("är ingen PMTiles-fil av version 3".into()),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err("är ingen PMTiles-fil av version 3".into()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err("finns inte i mappen".into()),
        Err(error) => Err(format!("kan inte läsas: {error}")),
    }
}

fn tiles(section: &mut Section, dir: &Path, findings: &mut Findings) -> Option<TileServer> {
    let url: Option<At<String>> = section.required("url", findings);
    let key: Option<At<String>> = section.optional("nyckel_fil", findings);
    let key = key.map(|file| self::key(&file, dir, findings));
    let mut zoom = |key: &str, otherwise: u32| {
        let Some(At { value, place }) = section.optional::<u32>(key, findings) else { return otherwise };
        if value > ZOOM_MAX {
            findings.stop(place, format!("«{key}» är {value}; väntade 0 till {ZOOM_MAX}"));
        }
        value
    };
    let zoom = (zoom("zoom_min", 0), zoom("zoom_max", 15));
    if zoom.0 > zoom.1 {
        findings.stop(section.place, "«zoom_min» är större än «zoom_max»");
    }
    let url = url?;
    let Some((host, path)) = address(&url.value) else {
        let expected =
            "väntade http:// till den här maskinen, med {z}, {x} och {y}: \"http://127.0.0.1:8081/lm/{z}/{x}/{y}.png\"";
        findings.stop(url.place, format!("«url» är «{}»; {expected}", url.value));
        return None;
    };
    Some(TileServer { host, path, key: key.flatten(), zoom })
}

/// Host with port, and path, of a tile server on this machine.
fn address(url: &str) -> Option<(String, String)> {
    let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
    let (name, port) = match host.rsplit_once(':').filter(|(name, _)| !name.starts_with('[') || name.ends_with(']')) {
        Some((name, port)) => (name, port.parse::<u16>().ok()?),
        None => (host, 80),
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    let here = name == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic());
    let whole = ["{z}", "{x}", "{y}"].iter().all(|part| path.contains(part));
    (here && plain && whole).then(|| (format!("{name}:{port}"), format!("/{path}")))
}

fn key(file: &At<String>, dir: &Path, findings: &mut Findings) -> Option<HeaderValue> {
    let mut text = String::new();
    let opened = File::open(dir.join(&file.value));
    if let Err(error) = opened.and_then(|opened| opened.take(KEY_BYTES_MAX).read_to_string(&mut text)) {
        findings.stop(file.place, format!("{} kan inte läsas: {error}", file.value));
        return None;
    }
    let value = HeaderValue::from_str(text.trim()).ok().filter(|value| !value.is_empty());
    if value.is_none() {
        findings.stop(file.place, format!("{} ska ha en rad: det som ska stå i authorization", file.value));
    }
    value.map(|mut value| {
        value.set_sensitive(true);
        value
    })
}

/// The symbols of a folder, by name.
fn symbols(dir: &Path, top: Place, findings: &mut Findings) -> Vec<String> {
    let Ok(entries) = dir.read_dir() else { return Vec::new() };
    let mut names = Vec::new();
    for name in entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        let Some(stem) = name.strip_suffix(".svg") else { continue };
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if (1..=64).contains(&stem.len()) && stem.bytes().all(plain) {
            names.push(stem.to_owned());
        } else {
            let form = "väntade 1 till 64 av a–z, 0–9, «-» och «_», och .svg";
            findings.stop(top, format!("symbolen «{SYMBOLS}/{name}» kan inte heta så; {form}"));
        }
    }
    if names.len() > SYMBOLS_MAX {
        findings.stop(top, format!("{} symboler i {SYMBOLS}; väntade högst {SYMBOLS_MAX}", names.len()));
    }
    names.sort();
    names
}
