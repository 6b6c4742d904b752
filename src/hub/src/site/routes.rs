//! Which file a path means.

/// Path and file of the pages.
const PAGES: [(&str, &str); 4] =
    [("/", "index.html"), ("/console", "console.html"), ("/terminal", "terminal.html"), ("/wall", "wall.html")];

/// The file, by its path in `web/dist`. None: no file can be called that.
pub(super) fn file(path: &str) -> Option<&str> {
    let slashless = path.strip_suffix('/').filter(|rest| rest.len() > 1).unwrap_or(path);
    if let Some((_, file)) = PAGES.iter().find(|(page, _)| *page == slashless) {
        return Some(file);
    }
    let file = path.strip_prefix('/')?;
    file.split('/').all(is_name).then_some(file)
}

/// Whether the file is one of the pages.
pub(super) fn is_page(file: &str) -> bool {
    PAGES.iter().any(|(_, page)| *page == file)
}

/// A plain name. A leading full stop is what hidden files and parent folders have.
fn is_name(part: &str) -> bool {
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::file;

    #[test]
    fn pages_have_short_names() {
        let cases = [
            ("/", "index.html"),
            ("/console", "console.html"),
            ("/console/", "console.html"),
            ("/terminal", "terminal.html"),
            ("/wall", "wall.html"),
            ("/index.html", "index.html"),
            ("/assets/console-Bd3_x.js", "assets/console-Bd3_x.js"),
            ("/sw.js", "sw.js"),
        ];
        for (path, expected) in cases {
            assert_eq!(file(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn nothing_outside_can_be_named() {
        let paths = [
            "",
            "//",
            "/..",
            "/../x",
            "/assets/../../Cargo.toml",
            "/.git/config",
            "/assets/",
            "/assets//x",
            "/%2e%2e/x",
            "/a%2fb",
            "/a\\b",
            "/a b",
            "/å",
            "relative",
        ];
        for path in paths {
            assert_eq!(file(path), None, "{path}");
        }
    }
}
