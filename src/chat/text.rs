//! What a text is made of: characters as people count them, and signs that nobody sees.

use unicode_segmentation::UnicodeSegmentation;

/// Characters as people count them: extended grapheme clusters (UAX #29).
pub fn length(text: &str) -> usize {
    text.graphemes(true).count()
}

/// A message's text: as it was written, without what nobody sees at either end. What stands within may be
/// needed there, as the joiners of a family (UTS #51 2.7) or between letters of Persian (UAX #31 2.3).
pub fn message(text: &str) -> String {
    let text = text.trim_matches(is_unseen);
    match text
        .chars()
        .all(|sign| is_unseen(sign) || is_modifier(sign))
    {
        true => String::new(),
        false => text.to_owned(),
    }
}

/// A handle: one line, as two people of the same one would see it too. Signs that turn the text around it or
/// that have no width go wherever they stand, but for joiners that hold something together.
pub fn handle(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        let before = kept.chars().next_back();
        let joins = |sign: char| !is_unseen(sign);
        let is_kept = match sign {
            '\u{200c}' | '\u{200d}' => {
                before.is_some_and(joins) && signs.peek().copied().is_some_and(joins)
            }
            // Tags spell the flag of a region after a black one (UTS #51 C.1), and nothing else.
            _ if is_tag(sign) => before.is_some_and(|sign| sign == '🏴' || is_tag(sign)),
            _ => sign.is_whitespace() || !is_unseen(sign),
        };
        if is_kept {
            kept.push(if sign.is_whitespace() { ' ' } else { sign });
        }
    }
    message(&kept)
}

/// White space, controls, and signs that have no shape of their own (`Default_Ignorable_Code_Point`, fillers, marks
/// of annotations, and a note without a head).
fn is_unseen(sign: char) -> bool {
    sign.is_whitespace()
        || sign.is_control()
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
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d159}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0080}'..='\u{e00ff}'
                | '\u{e01f0}'..='\u{e0fff}'
        )
}

/// Signs that only change the one before them: variation selectors and tags.
fn is_modifier(sign: char) -> bool {
    is_tag(sign) || matches!(sign, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_tag(sign: char) -> bool {
    matches!(sign, '\u{e0000}'..='\u{e007f}')
}

/// Signs that say in which direction text runs (UAX #9 2): in a handle, they would turn what stands around it.
fn is_bidi_control(sign: char) -> bool {
    matches!(
        sign,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
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
    fn what_nobody_sees_goes_from_the_ends() {
        assert_eq!(message("\u{200d}a\u{200d}"), "a");
        assert_eq!(
            message("\u{0} a\u{1e}b\r\n\tc\u{feff}\n"),
            "a\u{1e}b\r\n\tc"
        );
        assert_eq!(message("می\u{200c}خواهم"), "می\u{200c}خواهم");
        for nothing in [
            "",
            " ",
            "\u{200b}\u{200d}",
            "\u{3164}",
            "\u{0}\u{7f}\u{ad}",
            "\u{2066}\u{2069}",
            "\u{fe0f}",
            "\u{e0041}\u{e0100}",
            "\u{1bca0}",
            "\u{fff9}",
            "\u{1d159}",
            "\u{e0080}",
            "\u{e0fff}",
        ] {
            assert_eq!(message(nothing), "", "{nothing:?}");
            assert_eq!(handle(nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn a_handle_hides_nothing() {
        assert_eq!(handle(" ann\tof\nx \u{202e}"), "ann of x");
        assert_eq!(handle("a\u{202e}\u{200b}b\u{7}"), "ab");
        assert_eq!(handle("می\u{200c}خواهم"), "می\u{200c}خواهم");
        assert_eq!(handle("a\u{200d}\u{200d} b"), "a b");
        let england = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
        assert_eq!(handle(england), england);
        assert_eq!(handle("ann\u{e0061}"), "ann");
        assert_eq!(handle("❤\u{fe0f}\u{200d}🔥"), "❤\u{fe0f}\u{200d}🔥");
    }
}
