//! Friendly names for sessions: the same for the same session, and nothing of the cookie in them.

use std::sync::LazyLock;

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

/// Every pair of the two, made once, so that showing and comparing names is free.
static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let pair = |colour| ANIMALS.map(|animal| format!("{colour} {animal}"));
    COLOURS.into_iter().flat_map(pair).collect()
});

/// The name of a session.
pub fn name(owner: Owner) -> &'static str {
    let bits = owner.0.get();
    let colour = (bits >> 8) as usize % COLOURS.len();
    let animal = (bits >> 24) as usize % ANIMALS.len();
    &NAMES[colour * ANIMALS.len() + animal]
}
