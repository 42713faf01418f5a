//! The tree of a record's fields.

use serde::Serialize;
use serde_json::Value;

use crate::{
    dissect::Anatomy,
    wire::{field::Field, layer::Layer},
};

#[derive(Debug, Serialize)]
struct FieldView<'a> {
    name: &'a str,
    bits: [u64; 2],
    buffer: &'static str,
    value: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    meaning: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    section: Option<&'static str>,
    /// None where it is the one of the field above.
    #[serde(skip_serializing_if = "Option::is_none")]
    layer: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    children: Vec<Value>,
}

/// Every field of a record.
pub fn fields(anatomy: &Anatomy) -> Vec<Value> {
    below(&anatomy.fields, None, anatomy)
}

/// Fields that stand in one of a layer, or in none.
fn below(fields: &[Field], layer: Option<Layer>, anatomy: &Anatomy) -> Vec<Value> {
    let fields = fields.iter();
    fields.map(|field| show(field, layer, anatomy)).collect()
}

fn show(field: &Field, above: Option<Layer>, anatomy: &Anatomy) -> Value {
    let layer = field.layer.or(above);
    let view = FieldView {
        name: &field.name,
        bits: [field.bits.start, field.bits.end],
        buffer: field.buffer.name(),
        value: &field.value(anatomy.buffer(field.buffer)),
        meaning: &field.meaning,
        section: field.section,
        layer: layer.filter(|_| layer != above).map(Layer::name),
        children: below(&field.children, layer, anatomy),
    };
    serde_json::to_value(view).unwrap_or_default()
}
