//! The shape of events as redaction walks them: per message and field number, the marking and what kind of thing it is.

use std::{collections::BTreeMap, sync::OnceLock};

use prost_reflect::{Cardinality, DescriptorPool, Kind, MessageDescriptor};

use crate::{
    check::{BrokenSchema, Options},
    v1::{CoarseForm, Marking},
};

/// Index of a message in [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape(usize);

/// One field of an event message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Field number.
    pub number: u32,
    /// Name in the proto file.
    pub name: String,
    /// Absent inside a value.
    pub marking: Option<Marking>,
    /// Repeated: each element is dropped for itself.
    pub repeated: bool,
    /// The message it holds, if it holds one.
    pub message: Option<Shape>,
    /// It holds text.
    pub text: bool,
    /// Number of the field this one is the coarse sibling of.
    pub coarse_of: Option<u32>,
    /// It has a coarse sibling.
    pub has_coarse: bool,
    /// At the coarse level nothing is left and no mark is made.
    pub blank_when_coarse: bool,
}

/// One message that can be part of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Full name.
    pub name: String,
    /// Kept or dropped whole with the field that holds it.
    pub value: bool,
    /// Names a unit, in field 1.
    pub subject: bool,
    /// Points to an event, in field 1.
    pub reference: bool,
    fields: BTreeMap<u32, Field>,
}

impl Message {
    /// The field with this number; none = unknown, which redaction hides.
    pub fn field(&self, number: u32) -> Option<&Field> {
        self.fields.get(&number)
    }

    /// All fields by number.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.values()
    }
}

/// All messages that can be part of an event.
#[derive(Clone, Debug)]
pub struct Schema {
    messages: Vec<Message>,
    by_name: BTreeMap<String, Shape>,
}

impl Schema {
    /// The schema of the contract this program was built with.
    pub fn of_contract() -> &'static Self {
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        #[expect(clippy::expect_used, reason = "the build script checked the same descriptors")]
        SCHEMA.get_or_init(|| Self::from_pool(crate::pool()).expect("schema checked by the build script"))
    }

    /// Reads the schema from descriptors.
    ///
    /// # Errors
    /// The options or the event message are missing, or a marking has no name.
    pub fn from_pool(pool: &DescriptorPool) -> Result<Self, BrokenSchema> {
        let options = Options::of(pool)?;
        let event = pool
            .get_message_by_name("samband.v1.Event")
            .ok_or_else(|| BrokenSchema("message samband.v1.Event is not defined".into()))?;
        let mut schema = Self { messages: Vec::new(), by_name: BTreeMap::new() };
        schema.add(&event, &options)?;
        Ok(schema)
    }

    /// `samband.v1.Event`.
    pub fn event(&self) -> Shape {
        Shape(0)
    }

    /// A message by its index.
    pub fn message(&self, shape: Shape) -> &Message {
        &self.messages[shape.0]
    }

    /// A message by its full name.
    pub fn by_name(&self, name: &str) -> Option<Shape> {
        self.by_name.get(name).copied()
    }

    /// All messages, `Event` first.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter()
    }

    fn add(&mut self, descriptor: &MessageDescriptor, options: &Options) -> Result<Shape, BrokenSchema> {
        if let Some(known) = self.by_name(descriptor.full_name()) {
            return Ok(known);
        }
        let shape = Shape(self.messages.len());
        self.by_name.insert(descriptor.full_name().into(), shape);
        self.messages.push(Message {
            name: descriptor.full_name().into(),
            value: options.is_value(descriptor),
            subject: options.is_subject(descriptor),
            reference: options.is_reference(descriptor),
            fields: BTreeMap::new(),
        });
        let mut fields = BTreeMap::new();
        for field in descriptor.fields() {
            let message = match field.kind() {
                Kind::Message(inner) => Some(self.add(&inner, options)?),
                _ => None,
            };
            let marking = match options.marking(&field) {
                None => None,
                Some(number) => Some(
                    Marking::try_from(number)
                        .map_err(|_| BrokenSchema(format!("{}: marking {number} has no name", field.full_name())))?,
                ),
            };
            let coarse_of = options.coarse_of(&field).and_then(|name| descriptor.get_field_by_name(&name));
            fields.insert(
                field.number(),
                Field {
                    number: field.number(),
                    name: field.name().into(),
                    marking,
                    repeated: field.cardinality() == Cardinality::Repeated,
                    message,
                    text: matches!(field.kind(), Kind::String),
                    coarse_of: coarse_of.map(|full| full.number()),
                    has_coarse: false,
                    blank_when_coarse: options.coarse_form(&field) == Some(CoarseForm::Blank as i32),
                },
            );
        }
        let with_sibling: Vec<u32> = fields.values().filter_map(|field| field.coarse_of).collect();
        for number in with_sibling {
            if let Some(full) = fields.get_mut(&number) {
                full.has_coarse = true;
            }
        }
        self.messages[shape.0].fields = fields;
        Ok(shape)
    }
}
