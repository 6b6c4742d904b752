//! What a file is, by the end of its name.

/// Its media type.
pub(super) fn media_type(file: &str) -> &'static str {
    match file.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "txt" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn files_are_what_their_names_say() {
        let cases = [
            ("index.html", "text/html; charset=utf-8"),
            ("assets/console-Bd3.js", "text/javascript; charset=utf-8"),
            ("assets/worker.mjs", "text/javascript; charset=utf-8"),
            ("manifest.webmanifest", "application/manifest+json"),
            ("map/jamtland.pmtiles", "application/octet-stream"),
            ("assets/noto.woff2", "font/woff2"),
            ("map/LICENSES.md", "text/markdown; charset=utf-8"),
            ("without", "application/octet-stream"),
        ];
        for (file, kind) in cases {
            assert_eq!(media_type(file), kind, "{file}");
        }
    }
}
