//! The rules every event schema must keep, checked on the descriptors: by the build script on the real one, by tests on broken ones.

use std::collections::BTreeSet;

use prost_reflect::{
    Cardinality, DescriptorPool, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor, Syntax, Value,
};

/// A schema that breaks a rule, with the message and field that does.
#[derive(Debug, PartialEq, Eq)]
pub struct BrokenSchema(pub String);

impl std::fmt::Display for BrokenSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BrokenSchema {}

/// The custom options of `samband/v1/options.proto`.
pub struct Options {
    marking: ExtensionDescriptor,
    coarse_of: ExtensionDescriptor,
    coarse_form: ExtensionDescriptor,
    value: ExtensionDescriptor,
    subject: ExtensionDescriptor,
    reference: ExtensionDescriptor,
}

impl Options {
    /// Finds them in a pool.
    ///
    /// # Errors
    /// One of them is missing.
    pub fn of(pool: &DescriptorPool) -> Result<Self, BrokenSchema> {
        let find = |name: &str| {
            pool.get_extension_by_name(&format!("samband.v1.{name}"))
                .ok_or_else(|| BrokenSchema(format!("option samband.v1.{name} is not defined")))
        };
        Ok(Self {
            marking: find("marking")?,
            coarse_of: find("coarse_of")?,
            coarse_form: find("coarse_form")?,
            value: find("value")?,
            subject: find("subject")?,
            reference: find("reference")?,
        })
    }

    /// The field's marking, as its number.
    pub fn marking(&self, field: &FieldDescriptor) -> Option<i32> {
        self.field_enum(field, &self.marking)
    }

    /// The field's own coarse form, as its number.
    pub fn coarse_form(&self, field: &FieldDescriptor) -> Option<i32> {
        self.field_enum(field, &self.coarse_form)
    }

    /// The field that this one is the coarse sibling of.
    pub fn coarse_of(&self, field: &FieldDescriptor) -> Option<String> {
        let options = field.options();
        options
            .has_extension(&self.coarse_of)
            .then(|| options.get_extension(&self.coarse_of).as_str().map(str::to_owned))?
    }

    /// Kept or dropped whole.
    pub fn is_value(&self, message: &MessageDescriptor) -> bool {
        // Types of Google's have no room for our option, and one way to be.
        message.full_name().starts_with("google.protobuf.") || Self::flag(message, &self.value)
    }

    /// Names a unit.
    pub fn is_subject(&self, message: &MessageDescriptor) -> bool {
        Self::flag(message, &self.subject)
    }

    /// Points to an event.
    pub fn is_reference(&self, message: &MessageDescriptor) -> bool {
        Self::flag(message, &self.reference)
    }

    fn flag(message: &MessageDescriptor, option: &ExtensionDescriptor) -> bool {
        message.options().get_extension(option).as_bool().unwrap_or(false)
    }

    fn field_enum(&self, field: &FieldDescriptor, option: &ExtensionDescriptor) -> Option<i32> {
        let options = field.options();
        match options.has_extension(option).then(|| options.get_extension(option).into_owned()) {
            Some(Value::EnumNumber(number)) if number != 0 => Some(number),
            _ => None,
        }
    }
}

/// Checks every message that can be part of an event.
///
/// # Errors
/// The first rule that is broken, naming message and field.
pub fn events(pool: &DescriptorPool) -> Result<(), BrokenSchema> {
    let options = Options::of(pool)?;
    let event = pool
        .get_message_by_name("samband.v1.Event")
        .ok_or_else(|| BrokenSchema("message samband.v1.Event is not defined".into()))?;
    let mut seen = BTreeSet::new();
    visit(&event, false, &options, &mut seen)?;
    let command = pool.get_message_by_name("samband.v1.Command");
    let mut in_commands = BTreeSet::new();
    command.map_or(Ok(()), |command| no_coarse(&command, &options, &mut in_commands))
}

fn visit(
    message: &MessageDescriptor,
    inside_value: bool,
    options: &Options,
    seen: &mut BTreeSet<(String, bool)>,
) -> Result<(), BrokenSchema> {
    if message.full_name().starts_with("google.protobuf.") || !seen.insert((message.full_name().into(), inside_value)) {
        return Ok(());
    }
    if message.parent_file().syntax() != Syntax::Proto3 {
        return Err(BrokenSchema(format!("{} is not proto3", message.full_name())));
    }
    if inside_value && (options.is_subject(message) || options.is_reference(message)) {
        return Err(BrokenSchema(format!(
            "{} stands inside a value, where redaction does not look",
            message.full_name()
        )));
    }
    let inside_value = inside_value || options.is_value(message);
    for field in message.fields() {
        check_field(&field, inside_value, options)?;
        if let Kind::Message(inner) = field.kind() {
            visit(&inner, inside_value, options, seen)?;
        }
    }
    Ok(())
}

fn check_field(field: &FieldDescriptor, inside_value: bool, options: &Options) -> Result<(), BrokenSchema> {
    let broken = |what: &str| Err(BrokenSchema(format!("{}: {what}", field.full_name())));
    if field.is_map() {
        return broken("maps are forbidden in events, their order is not defined");
    }
    if field.cardinality() != Cardinality::Repeated && !field.supports_presence() {
        return broken("has no explicit presence: write `optional`");
    }
    match (inside_value, options.marking(field)) {
        (true, Some(_)) => return broken("stands inside a value, which takes its holder's marking: remove this one"),
        (false, None) => return broken("has no marking"),
        (false, Some(number)) if number > 63 => return broken("has a marking over 63: the mask has 64 places"),
        _ => {}
    }
    let Some(full_name) = options.coarse_of(field) else { return Ok(()) };
    let Some(full) = field.parent_message().get_field_by_name(&full_name) else {
        return broken("is the coarse sibling of a field that is not there");
    };
    if options.marking(&full) != options.marking(field) {
        return broken("has another marking than the field it is the coarse sibling of");
    }
    Ok(())
}

/// Coarse values are the hub's to write: no command may have a field for one.
fn no_coarse(message: &MessageDescriptor, options: &Options, seen: &mut BTreeSet<String>) -> Result<(), BrokenSchema> {
    if !seen.insert(message.full_name().into()) {
        return Ok(());
    }
    for field in message.fields() {
        if options.coarse_of(&field).is_some() {
            return Err(BrokenSchema(format!("{}: a command has a coarse field", field.full_name())));
        }
        if let Kind::Message(inner) = field.kind() {
            no_coarse(&inner, options, seen)?;
        }
    }
    Ok(())
}
