//! XML from strangers, into a small tree; and back.
//!
//! No DTD, no entities of its own, no more elements and no deeper than a stated bound: what a sender can make this program hold is
//! in the order of what it sent.

mod characters;

use std::fmt::{self, Write as _};

use characters::check_references;
pub use characters::text;
use roxmltree::{Document, Error, Node, ParsingOptions};

/// Nodes that a document has at most: elements, texts, comments.
pub const NODES_MAX: u32 = 20_000;
/// Elements within each other at most.
pub const DEPTH_MAX: usize = 32;

/// Why it is not read. What it says stays out of the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// Declared as UTF-16 or marked so, and not that: it needs a byte order mark.
    #[error("it is not UTF-16 with a byte order mark")]
    NotUtf16,
    /// Declared as something that is not read here.
    #[error("it declares an encoding that is none of UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 and Windows-1252")]
    Encoding,
    /// A document type, which may define entities.
    #[error("a document type (DTD) is refused")]
    Dtd,
    /// An entity that XML itself does not define.
    #[error("an entity that is not one of XML's own is refused (line {line})")]
    Entity {
        /// Counted from one.
        line: u32,
    },
    /// A numeric reference to a surrogate, or beyond Unicode.
    #[error("it refers to a character that does not exist (line {line})")]
    Reference {
        /// Counted from one.
        line: u32,
    },
    /// More nodes than [`NODES_MAX`].
    #[error("it has more than {NODES_MAX} nodes")]
    TooMany,
    /// Deeper than [`DEPTH_MAX`].
    #[error("it has more than {DEPTH_MAX} elements within each other")]
    TooDeep,
    /// Not well formed.
    #[error("it is not well-formed XML (line {line}, column {column})")]
    Syntax {
        /// Counted from one.
        line: u32,
        /// Counted from one.
        column: u32,
    },
}

/// An element. Names are without prefix where the prefix is bound to a namespace.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Namespace, where it has one.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// In the order they came. Those of a namespace are left out: without their prefix two could have one name.
    pub attributes: Vec<(String, String)>,
    /// All text directly within.
    pub text: String,
    /// Elements within.
    pub children: Vec<Element>,
    /// Octets of the parent's text that stand before it.
    pub after: usize,
}

impl fmt::Debug for Element {
    /// Its name and size: what it says is nobody's in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({}, {} children)", self.name, self.children.len())
    }
}

/// Reads a document. A document type is refused where the grammar has one; in a comment or CDATA it is none.
///
/// # Errors
/// See [`XmlError`].
pub fn parse(text: &str) -> Result<Element, XmlError> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..ParsingOptions::default() };
    // A byte order mark is no character of the document.
    let text = text.trim_start_matches('\u{feff}').trim_start();
    check_references(text)?;
    let document = Document::parse_with_options(text, options).map_err(|error| refusal(&error))?;
    element(document.root_element(), DEPTH_MAX)
}

fn refusal(error: &Error) -> XmlError {
    let line = error.pos().row;
    match error {
        Error::DtdDetected => XmlError::Dtd,
        Error::NodesLimitReached | Error::AttributesLimitReached | Error::NamespacesLimitReached => XmlError::TooMany,
        Error::UnknownEntityReference(..) | Error::EntityReferenceLoop(_) => XmlError::Entity { line },
        _ => XmlError::Syntax { line, column: error.pos().col },
    }
}

fn element(node: Node<'_, '_>, depth_left: usize) -> Result<Element, XmlError> {
    let depth_left = depth_left.checked_sub(1).ok_or(XmlError::TooDeep)?;
    let tag = node.tag_name();
    let mut read = Element {
        namespace: tag.namespace().map(str::to_owned),
        name: tag.name().to_owned(),
        attributes: node
            .attributes()
            .filter(|one| one.namespace().is_none())
            .map(|one| (one.name().to_owned(), one.value().to_owned()))
            .collect(),
        ..Element::default()
    };
    for child in node.children() {
        if child.is_element() {
            let child = element(child, depth_left)?;
            read.children.push(Element { after: read.text.len(), ..child });
        } else if child.is_text() {
            read.text.push_str(child.text().unwrap_or_default());
        }
    }
    Ok(read)
}

impl Element {
    /// A new one.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// With an attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.to_owned(), value.into()));
        self
    }

    /// With a text.
    #[must_use]
    pub fn with_text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// With an element within.
    #[must_use]
    pub fn with_child(mut self, child: Self) -> Self {
        self.children.push(Self { after: self.text.len(), ..child });
        self
    }

    /// All text in it, also that of elements within, in its order.
    #[must_use]
    pub fn all_text(&self) -> String {
        let mut all = String::new();
        self.append_text(&mut all);
        all
    }

    fn append_text(&self, all: &mut String) {
        let mut parts = Parts::of(self);
        for child in &self.children {
            all.push_str(parts.before(child));
            child.append_text(all);
        }
        all.push_str(parts.rest);
    }

    /// An attribute's value.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// The first element within of that name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements within of that name.
    pub fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// As XML, without a header.
    #[must_use]
    pub fn to_xml(&self) -> String {
        let mut xml = String::new();
        self.write(&mut xml);
        xml
    }

    fn write(&self, xml: &mut String) {
        xml.push('<');
        xml.push_str(&self.name);
        for (name, value) in &self.attributes {
            // Writing to a string cannot fail.
            let _ = write!(xml, " {name}=\"{}\"", Escaped(value));
        }
        if self.text.is_empty() && self.children.is_empty() {
            xml.push_str("/>");
            return;
        }
        xml.push('>');
        let mut parts = Parts::of(self);
        for child in &self.children {
            let _ = write!(xml, "{}", Escaped(parts.before(child)));
            child.write(xml);
        }
        let _ = write!(xml, "{}</{}>", Escaped(parts.rest), self.name);
    }
}

/// The text of an element in parts, as the elements within divide it.
struct Parts<'a> {
    rest: &'a str,
    taken: usize,
}

impl<'a> Parts<'a> {
    fn of(element: &'a Element) -> Self {
        Self { rest: &element.text, taken: 0 }
    }

    /// Text that stands between the child before and this one.
    fn before(&mut self, child: &Element) -> &'a str {
        // A child that says a place where the text has none stands where the one before it stood.
        let parts = child.after.checked_sub(self.taken).and_then(|octets| self.rest.split_at_checked(octets));
        let Some((before, rest)) = parts else { return "" };
        self.rest = rest;
        self.taken = child.after;
        before
    }
}

/// A text in which nothing is markup. Characters that XML cannot hold at all are left out.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\n' | '\r' | '\t' => write!(f, "&#{};", u32::from(c))?,
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}
