//! The map: what lies underneath, by its parts or its tiles, and symbols of the deployment's own.

use std::{fs::File, io, path::Path, time::UNIX_EPOCH};

use bytes::Bytes;
use hyper::{
    HeaderMap, Response, StatusCode,
    header::{self, HeaderValue},
};
use serde_json::{Value, json};

use super::{
    answer::{Body, etag, guarded, is_known, text, whole},
    pages::Pages,
    range::{self, Content},
    tiles::Tiles,
};
use crate::{
    config::{BaseMap, MapFolder, MapSource},
    limits,
};

/// Where it is asked for.
pub(super) const PREFIX: &str = "/map/";
const BASE: &str = "base.pmtiles";
/// The overview that comes with the program, in `web/dist`.
const OVERVIEW: &str = "map/jamtland.pmtiles";
const OVERVIEW_ATTRIBUTION: &str = "© OpenStreetMap contributors, Natural Earth, GeoNames, SCB";
const BINARY: &str = "application/octet-stream";

/// A deployment's map.
#[derive(Debug, Default)]
pub struct Map {
    folder: Option<MapFolder>,
    tiles: Option<Tiles>,
}

impl Map {
    /// Of a map's folder; none: the overview.
    pub fn new(folder: Option<MapFolder>) -> Self {
        let source = folder.as_ref().and_then(|folder| folder.base.as_ref()).map(|base| &base.source);
        let tiles = match source {
            Some(MapSource::Tiles(server)) => Some(Tiles::new(server.clone())),
            Some(MapSource::File { .. }) | None => None,
        };
        Self { folder, tiles }
    }

    /// Answers what comes after [`PREFIX`]; none: it is no part of the map.
    pub(super) async fn answer(&self, name: &str, asked: &HeaderMap, pages: &Pages) -> Option<Response<Body>> {
        if name == "sources.json" {
            return Some(self.sources(asked, pages).await);
        }
        if name == BASE {
            return self.base_file(asked, pages).await.map(guarded);
        }
        if let Some(symbol) = name.strip_prefix("symbols/") {
            return self.symbol(symbol.strip_suffix(".svg")?, asked).await;
        }
        let tile = name.strip_prefix("tiles/")?;
        Some(guarded(self.tiles.as_ref()?.answer(tile).await))
    }

    fn base(&self) -> Option<&BaseMap> {
        self.folder.as_ref()?.base.as_ref()
    }

    async fn base_file(&self, asked: &HeaderMap, pages: &Pages) -> Option<Response<Body>> {
        match self.base().map(|base| &base.source) {
            Some(MapSource::File { path, .. }) => {
                let opened = open(path).await;
                // Checked at start; it has been taken away since.
                let Ok((file, size, name)) = opened else {
                    return Some(text(StatusCode::SERVICE_UNAVAILABLE, "the map's file cannot be read\n"));
                };
                Some(range::answer(Content::File(file, size), etag(&name)?, BINARY, asked))
            }
            Some(MapSource::Tiles(_)) => None,
            None => {
                let overview = pages.file(OVERVIEW)?;
                Some(range::answer(Content::Memory(overview.content), etag(&overview.hash)?, BINARY, asked))
            }
        }
    }

    /// What the map is made of, so that a console needs to know no deployment.
    async fn sources(&self, asked: &HeaderMap, pages: &Pages) -> Response<Body> {
        let symbols = self.folder.as_ref().map(|folder| folder.symbols.as_slice()).unwrap_or_default();
        let told = json!({ "base": self.told_base(pages).await, "symbols": symbols });
        let told = Bytes::from(told.to_string());
        let named = etag(&super::pages::name_of(&told));
        let mut response = match &named {
            Some(named) if is_known(asked, named) => whole(StatusCode::NOT_MODIFIED, "application/json", Bytes::new()),
            _ => whole(StatusCode::OK, "application/json", told),
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response.headers_mut().extend(named.map(|named| (header::ETAG, named)));
        guarded(response)
    }

    async fn told_base(&self, pages: &Pages) -> Value {
        let file = |raster: bool, overview: bool, attribution: &str, name: &str| {
            let schema = if raster { "raster" } else { "protomaps" };
            let url = format!("{PREFIX}{BASE}");
            json!({ "kind": "pmtiles", "url": url, "schema": schema, "overview": overview, "attribution": attribution,
                "etag": name })
        };
        let Some(base) = self.base() else {
            let overview = pages.file(OVERVIEW);
            return overview.map_or(Value::Null, |map| file(false, true, OVERVIEW_ATTRIBUTION, &map.hash));
        };
        match &base.source {
            MapSource::File { path, raster } => {
                let name = open(path).await.map(|(_, _, name)| name).unwrap_or_default();
                file(*raster, base.overview, &base.attribution, &name)
            }
            MapSource::Tiles(server) => json!({
                "kind": "tiles", "url": format!("{PREFIX}tiles/{{z}}/{{x}}/{{y}}"), "schema": "raster",
                "overview": base.overview, "attribution": base.attribution,
                "min_zoom": server.zoom.0, "max_zoom": server.zoom.1,
            }),
        }
    }

    /// A symbol that was there when the hub started. What is drawn in it runs nothing and fetches nothing.
    async fn symbol(&self, name: &str, asked: &HeaderMap) -> Option<Response<Body>> {
        let folder = self.folder.as_ref()?;
        folder.symbols.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
        let (file, size, named) = open(&folder.symbols_dir.join(format!("{name}.svg"))).await.ok()?;
        if size > limits::SYMBOL_BYTES_MAX {
            return Some(text(StatusCode::NOT_FOUND, "the symbol is too large\n"));
        }
        let mut response = guarded(range::answer(Content::File(file, size), etag(&named)?, "image/svg+xml", asked));
        let policy = HeaderValue::from_static("default-src 'none'");
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        Some(response)
    }
}

/// A file with its size and a name for its content: the size, and when it was written.
async fn open(path: &Path) -> io::Result<(File, u64, String)> {
    let path = path.to_path_buf();
    let opening = move || {
        let file = File::open(path)?;
        let known = file.metadata()?;
        let written = known.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        let name = format!("{:x}-{:x}", known.len(), written.as_nanos());
        Ok((file, known.len(), name))
    };
    tokio::task::spawn_blocking(opening).await.map_err(io::Error::other)?
}
