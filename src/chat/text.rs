//! What a text is made of: characters as people count them, and signs that nobody sees.

use unicode_segmentation::UnicodeSegmentation;

/// ZERO WIDTH JOINER: holds an emoji of several together, as a family.
const JOINER: char = '\u{200d}';

/// Characters as people count them: extended grapheme clusters (UAX #29).
pub fn length(text: &str) -> usize {
    text.graphemes(true).count()
}

/// A message's text: lines end with `\n`, no control characters besides it and the tab, and nothing unseen
/// at either end.
pub fn message(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}'], "\n");
    let is_kept = |sign: &char| !sign.is_control() || matches!(sign, '\n' | '\t');
    let text: String = text.chars().filter(is_kept).collect();
    trim(&text)
}

/// A handle: one line, without signs that turn the text around it, and nothing unseen at either end.
pub fn handle(text: &str) -> String {
    let is_kept = |sign: &char| !sign.is_control() && !is_bidi_control(*sign);
    let text: String = text
        .chars()
        .map(|sign| if sign.is_whitespace() { ' ' } else { sign })
        .filter(is_kept)
        .collect();
    trim(&text)
}

/// Takes what cannot be seen from both ends, and joiners and zero-width signs that join nothing from
/// within: UTS #39 3.1.1 and UAX #31 2.3 let them stand only where they change what is seen.
fn trim(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    for (index, sign) in signs.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| signs[index]);
        let after = signs.get(index + 1).copied();
        let is_needed = match *sign {
            '\u{200b}' | '\u{2060}' | '\u{feff}' => false,
            JOINER | '\u{200c}' => before.is_some_and(joins) && after.is_some_and(joins),
            _ => true,
        };
        if is_needed {
            kept.push(*sign);
        }
    }
    kept.trim_matches(is_unseen).to_owned()
}

/// Whether a joiner can stand beside a sign.
fn joins(sign: char) -> bool {
    !sign.is_whitespace() && (!is_unseen(sign) || is_variation_selector(sign))
}

/// White space, and signs that have no shape of their own (`Default_Ignorable_Code_Point`, and fillers).
fn is_unseen(sign: char) -> bool {
    sign.is_whitespace()
        || is_bidi_control(sign)
        || matches!(
            sign,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'
                | '\u{1160}'
                | '\u{17b4}'
                | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200d}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fff8}'
                | '\u{1d173}'..='\u{1d17a}'
        )
}

/// Signs that say in which direction text runs (UAX #9 2): in a handle, they would turn what stands around it.
fn is_bidi_control(sign: char) -> bool {
    matches!(
        sign,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// How the sign before it is drawn, as a heart in colour.
fn is_variation_selector(sign: char) -> bool {
    matches!(sign, '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_one_character() {
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(length(family), 1);
        assert_eq!(message(family), family);
        assert_eq!(length("e\u{301}"), 1);
        assert_eq!(length("🇩🇪🇫🇷"), 2);
        let heart = "❤\u{fe0f}\u{200d}🔥";
        assert_eq!((message(heart).as_str(), length(heart)), (heart, 1));
    }

    #[test]
    fn what_joins_nothing_goes() {
        assert_eq!(message("\u{200d}a\u{200d}"), "a");
        assert_eq!(message("a\u{200b}b \u{200d} c\u{feff}"), "ab  c");
        assert_eq!(message("می\u{200c}خواهم"), "می\u{200c}خواهم");
        for nothing in [
            "",
            " ",
            "\u{200b}\u{200d}",
            "\u{3164}",
            "\u{0}\u{7f}\u{ad}",
            "\u{2066}\u{2069}",
        ] {
            assert_eq!(message(nothing), "", "{nothing:?}");
            assert_eq!(handle(nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn lines_and_tabs_stay_in_a_message_alone() {
        assert_eq!(message("\ta\r\n\tb\rc\u{1b}[31m\n"), "a\n\tb\nc[31m");
        assert_eq!(handle(" ann\tof\nx \u{202e}"), "ann of x");
        assert_eq!(handle("a\u{202e}b"), "ab");
    }
}
