//! Reading a message: the schema, and what the standard asks in prose.

use super::{
    Alert, Area, CapError, CapTime, Circle, Info, MESSAGE_BYTES_MAX, NAMESPACE, Pair, Polygon, Reference, Resource,
    schema::{
        ALERT, AREA, CATEGORY, CERTAINTY, INFO, MSG_TYPE, PAIR, RESOURCE, RESPONSE_TYPE, SCOPE, SEVERITY,
        SIGNATURE_NAMESPACE, STATUS, Table, Times, URGENCY,
    },
};
use crate::{
    xml::{self, Element},
    xsd,
};

/// Reads a message as XML. All message types but `Alert` are about messages "identified in references" (clause 3.2.1, msgType): without
/// references they are about none, and refused.
///
/// # Errors
/// See [`CapError`].
pub fn read(bytes: &[u8]) -> Result<Alert, CapError> {
    let alert = receive(bytes)?;
    if alert.msg_type != "Alert" && alert.references.is_empty() {
        return Err(CapError::Missing("references"));
    }
    Ok(alert)
}

/// Reads a message that is to be acted on: an update that is linked by `incidents` alone is no reason to lose a warning.
///
/// # Errors
/// See [`CapError`].
pub fn receive(bytes: &[u8]) -> Result<Alert, CapError> {
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(CapError::TooLong);
    }
    let root = xml::parse(&xml::text(bytes)?)?;
    if root.name != "alert" || root.namespace.as_deref() != Some(NAMESPACE) {
        return Err(CapError::NotAlert);
    }
    from_element(root)
}

/// Reads the tree of a message. Its type does not decide whether it has references: those who write JSON may link by `incidents`.
///
/// # Errors
/// See [`CapError`].
pub fn from_element(mut root: Element) -> Result<Alert, CapError> {
    let is_signature = |child: &Element| child.namespace.as_deref() == Some(SIGNATURE_NAMESPACE);
    let signed = root.children.iter().rposition(|child| !is_signature(child)).map_or(0, |last| last + 1);
    let signature = signed < root.children.len();
    root.children.truncate(signed);
    if root.children.iter().any(is_signature) {
        return Err(CapError::AfterSignature);
    }
    let of = Parent::checked(&root, "alert", ALERT)?;
    let alert = Alert {
        identifier: name(of.one("identifier")?, "identifier")?,
        sender: name(of.one("sender")?, "sender")?,
        sent: time(&of.one("sent")?, "sent")?,
        status: one_of(of.exact("status")?, STATUS, "status")?,
        msg_type: one_of(of.exact("msgType")?, MSG_TYPE, "msgType")?,
        source: of.optional("source"),
        scope: one_of(of.exact("scope")?, SCOPE, "scope")?,
        restriction: of.optional("restriction"),
        addresses: of.optional("addresses"),
        code: of.several("code"),
        note: of.optional("note"),
        references: of.optional("references").map_or(Ok(Vec::new()), |written| references(&written))?,
        incidents: of.optional("incidents"),
        info: of.elements("info").map(info).collect::<Result<_, _>>()?,
        signature,
    };
    // Clause 3.2.1: each scope has its companion.
    match alert.scope.as_str() {
        "Restricted" if alert.restriction.is_none() => Err(CapError::Missing("restriction")),
        "Private" if alert.addresses.is_none() => Err(CapError::Missing("addresses")),
        _ => Ok(alert),
    }
}

fn info(element: &Element) -> Result<Info, CapError> {
    let of = Parent::checked(element, "info", INFO)?;
    let at = |name: &'static str| of.typed(name).map(|written| time(written, name)).transpose();
    let language = match of.typed("language") {
        Some(tag) if xsd::is_language(tag) => tag,
        Some(_) => return Err(CapError::Value("language")),
        None => "en-US",
    };
    Ok(Info {
        language: language.to_owned(),
        category: all_of(of.several_exact("category"), CATEGORY, "category")?,
        event: of.one("event")?,
        response_type: all_of(of.several_exact("responseType"), RESPONSE_TYPE, "responseType")?,
        urgency: one_of(of.exact("urgency")?, URGENCY, "urgency")?,
        severity: one_of(of.exact("severity")?, SEVERITY, "severity")?,
        certainty: one_of(of.exact("certainty")?, CERTAINTY, "certainty")?,
        audience: of.optional("audience"),
        event_code: of.elements("eventCode").map(|one| pair(one, "eventCode")).collect::<Result<_, _>>()?,
        effective: at("effective")?,
        onset: at("onset")?,
        expires: at("expires")?,
        sender_name: of.optional("senderName"),
        headline: of.optional("headline"),
        description: of.optional("description"),
        instruction: of.optional("instruction"),
        web: of.optional("web"),
        contact: of.optional("contact"),
        parameter: of.elements("parameter").map(|one| pair(one, "parameter")).collect::<Result<_, _>>()?,
        resource: of.elements("resource").map(resource).collect::<Result<_, _>>()?,
        area: of.elements("area").map(area).collect::<Result<_, _>>()?,
    })
}

fn resource(element: &Element) -> Result<Resource, CapError> {
    let of = Parent::checked(element, "resource", RESOURCE)?;
    let size = of.typed("size").map(|written| written.parse().map_err(|_| CapError::Value("size"))).transpose()?;
    Ok(Resource {
        resource_desc: of.one("resourceDesc")?,
        mime_type: of.one("mimeType")?,
        size,
        uri: of.optional("uri"),
        deref_uri: of.optional("derefUri"),
        digest: of.optional("digest"),
    })
}

fn area(element: &Element) -> Result<Area, CapError> {
    let of = Parent::checked(element, "area", AREA)?;
    let polygon = |written: &String| Polygon::parse(written).ok_or(CapError::Value("polygon"));
    let circle = |written: &String| Circle::parse(written).ok_or(CapError::Value("circle"));
    let feet = |name: &'static str| {
        of.typed(name).map(|written| xsd::decimal(written).ok_or(CapError::Value(name))).transpose()
    };
    let read = Area {
        area_desc: of.one("areaDesc")?,
        polygon: of.several("polygon").iter().map(polygon).collect::<Result<_, _>>()?,
        circle: of.several("circle").iter().map(circle).collect::<Result<_, _>>()?,
        geocode: of.elements("geocode").map(|one| pair(one, "geocode")).collect::<Result<_, _>>()?,
        altitude: feet("altitude")?,
        ceiling: feet("ceiling")?,
    };
    // Clause 3.2.4: a ceiling needs a floor.
    if read.ceiling.is_some() && read.altitude.is_none() { Err(CapError::Missing("altitude")) } else { Ok(read) }
}

fn pair(element: &Element, parent: &'static str) -> Result<Pair, CapError> {
    let of = Parent::checked(element, parent, PAIR)?;
    Ok(Pair { value_name: of.one("valueName")?, value: of.one("value")? })
}

/// Elements that hold others; all else holds a text.
const PARENTS: [&str; 6] = ["info", "resource", "area", "eventCode", "parameter", "geocode"];

fn text_only(element: &Element, name: &'static str) -> Result<(), CapError> {
    match (element.children.is_empty(), element.attributes.is_empty()) {
        (false, _) => Err(CapError::Unknown(name)),
        (true, false) => Err(CapError::Attribute(name)),
        (true, true) => Ok(()),
    }
}

/// An element whose children were checked against their table.
struct Parent<'a>(&'a Element);

impl<'a> Parent<'a> {
    fn checked(element: &'a Element, name: &'static str, table: Table) -> Result<Self, CapError> {
        if !element.attributes.is_empty() {
            return Err(CapError::Attribute(name));
        }
        if element.text.contains(|c| !matches!(c, ' ' | '\t' | '\r' | '\n')) {
            return Err(CapError::Text(name));
        }
        let mut reached = 0;
        for child in &element.children {
            let ours = child.namespace.as_deref() == Some(NAMESPACE);
            let at = table.iter().position(|(known, _)| ours && child.name == *known).ok_or(CapError::Unknown(name))?;
            let (known, _) = table[at];
            if !PARENTS.contains(&known) {
                text_only(child, known)?;
            }
            if at < reached {
                return Err(CapError::Order(known));
            }
            reached = at;
        }
        for (known, times) in table {
            match (element.children_named(known).count(), times) {
                (0, Times::One | Times::Several) => return Err(CapError::Missing(known)),
                (2.., Times::One | Times::Optional) => return Err(CapError::Repeated(known)),
                _ => {}
            }
        }
        Ok(Self(element))
    }

    fn elements(&self, name: &'static str) -> impl Iterator<Item = &'a Element> {
        self.0.children_named(name)
    }

    /// The text of an element that is there; of one that is empty nothing can be meant.
    fn one(&self, name: &'static str) -> Result<String, CapError> {
        self.optional(name).ok_or(CapError::Missing(name))
    }

    fn optional(&self, name: &'static str) -> Option<String> {
        self.0.child(name).map(|child| child.text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// As it stands: white space counts in an enumeration of `xs:string`.
    fn exact(&self, name: &'static str) -> Result<String, CapError> {
        let text = self.0.child(name).map(|child| child.text.clone());
        text.filter(|text| !text.trim().is_empty()).ok_or(CapError::Missing(name))
    }

    /// The text of an element that is no `xs:string`: empty, it is wrong and not absent.
    fn typed(&self, name: &'static str) -> Option<&str> {
        self.0.child(name).map(|child| child.text.trim())
    }

    fn several_exact(&self, name: &'static str) -> Vec<String> {
        self.elements(name).map(|child| child.text.clone()).collect()
    }

    fn several(&self, name: &'static str) -> Vec<String> {
        self.elements(name).map(|child| child.text.trim().to_owned()).collect()
    }
}

fn time(written: &str, name: &'static str) -> Result<CapTime, CapError> {
    CapTime::parse(written).ok_or(CapError::Value(name))
}

/// Clause 3.2.1: neither space nor comma nor < nor &, so that references can be told apart.
fn name(written: String, name: &'static str) -> Result<String, CapError> {
    let bad = written.chars().any(|c| c.is_whitespace() || matches!(c, ',' | '<' | '&'));
    if bad { Err(CapError::Value(name)) } else { Ok(written) }
}

fn one_of(written: String, values: &[&str], name: &'static str) -> Result<String, CapError> {
    if values.contains(&written.as_str()) { Ok(written) } else { Err(CapError::Value(name)) }
}

fn all_of(written: Vec<String>, values: &[&str], name: &'static str) -> Result<Vec<String>, CapError> {
    written.into_iter().map(|one| one_of(one, values, name)).collect()
}

/// `sender,identifier,sent`, separated by white space.
fn references(written: &str) -> Result<Vec<Reference>, CapError> {
    let reference = |triple: &str| {
        let mut parts = triple.split(',');
        let mut part = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        let read = Reference { sender: part()?, identifier: part()?, sent: part()? };
        (parts.next().is_none() && CapTime::parse(&read.sent).is_some()).then_some(read)
    };
    written.split_whitespace().map(|triple| reference(triple).ok_or(CapError::Value("references"))).collect()
}
