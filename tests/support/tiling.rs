//! Whether fields say of every bit what it is, once.

use std::collections::BTreeMap;

use wireglass::{
    dissect::Anatomy,
    wire::field::{Buffer, Field},
};

/// The leaves of the fields tile each buffer: every bit belongs to exactly one.
pub fn tiles(anatomy: &Anatomy) -> Result<(), String> {
    let mut leaves: BTreeMap<&str, Vec<&Field>> = BTreeMap::new();
    for leaf in anatomy.fields.iter().flat_map(Field::leaves) {
        leaves.entry(leaf.buffer.name()).or_default().push(leaf);
    }
    let buffers = [
        (Buffer::Wire, Some(&*anatomy.wire)),
        (Buffer::Unmasked, anatomy.unmasked.as_deref()),
        (Buffer::Inflated, anatomy.inflated.as_deref()),
        (Buffer::Message, anatomy.message.as_deref()),
    ];
    for (buffer, bytes) in buffers {
        let leaves = leaves.remove(buffer.name()).unwrap_or_default();
        let length = bytes.map_or(0, <[u8]>::len) as u64 * 8;
        follow_each_other(leaves, length).map_err(|error| format!("{}: {error}", buffer.name()))?;
    }
    Ok(())
}

fn follow_each_other(mut leaves: Vec<&Field>, length: u64) -> Result<(), String> {
    leaves.sort_by_key(|leaf| leaf.bits.start);
    let mut at = 0;
    for leaf in leaves {
        if leaf.bits.start != at || leaf.bits.is_empty() {
            return Err(format!("{leaf:?} does not go on from bit {at}"));
        }
        at = leaf.bits.end;
    }
    match at == length {
        true => Ok(()),
        false => Err(format!("{at} of {length} bits")),
    }
}
