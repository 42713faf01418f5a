//! Friendly names for sessions: the same for the same session, and nothing of the cookie in them.

use super::record::Owner;

const COLOURS: [&str; 32] = [
    "amber", "azure", "beige", "bronze", "cherry", "cobalt", "copper", "coral", "cream", "crimson",
    "cyan", "ebony", "emerald", "gold", "hazel", "indigo", "ivory", "jade", "lemon", "lilac",
    "lime", "magenta", "maroon", "mint", "ochre", "olive", "pearl", "plum", "ruby", "silver",
    "teal", "violet",
];

const ANIMALS: [&str; 32] = [
    "badger", "bat", "bear", "beaver", "bee", "crane", "deer", "dolphin", "dove", "falcon",
    "finch", "fox", "gecko", "hare", "hedgehog", "heron", "ibis", "koala", "lark", "lynx", "mole",
    "moth", "newt", "otter", "owl", "panda", "raven", "robin", "seal", "swan", "tortoise", "wren",
];

/// The name of a session.
pub fn name(owner: Owner) -> String {
    let bits = owner.0.get();
    let colour = COLOURS[(bits >> 8) as usize % COLOURS.len()];
    let animal = ANIMALS[(bits >> 24) as usize % ANIMALS.len()];
    format!("{colour} {animal}")
}
