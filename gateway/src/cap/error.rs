//! Why a message is refused.

use crate::xml::XmlError;

/// Why a message is refused. Names what is wrong and where, not what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapError {
    /// More than [`super::MESSAGE_BYTES_MAX`].
    #[error("it is longer than {} bytes", super::MESSAGE_BYTES_MAX)]
    TooLong,
    /// As XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Not JSON, or not of the form of the interface.
    #[error("it is no JSON of alerts: {0}")]
    Json(&'static str),
    /// Some other document, or another version.
    #[error("the root is no alert of {}", super::NAMESPACE)]
    NotAlert,
    /// Required by the standard and not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Once at most.
    #[error("{0} comes more than once")]
    Repeated(&'static str),
    /// The order is fixed.
    #[error("{0} comes too late: the order of elements is fixed")]
    Order(&'static str),
    /// No element of CAP, or not here.
    #[error("an element of {0} is none of the standard's")]
    Unknown(&'static str),
    /// The standard has no attributes.
    #[error("{0} has an attribute, and the standard knows none")]
    Attribute(&'static str),
    /// A parent's elements have nothing but white space between them.
    #[error("{0} has text between its elements")]
    Text(&'static str),
    /// The schema has signatures after everything else.
    #[error("an element of alert follows its signature")]
    AfterSignature,
    /// Not one of the standard's values, or not of its form.
    #[error("{0} has a value that the standard does not allow")]
    Value(&'static str),
}
