//! Cuts a filter's text into tokens.

use std::ops::Range;

use super::{FilterError, value::Number};

/// A token, and where it stands, counted in characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub kind: TokenKind,
    pub at: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// A field, or one of an enumeration's words.
    Word(String),
    Number(Number),
    /// What stood between double quotes, its escapes resolved.
    Text(String),
    And,
    Or,
    Not,
    In,
    /// `==` and its like, brackets, `..` and `,`.
    Sign(&'static str),
}

/// Signs, each before those that it begins with.
const SIGNS: [(&str, TokenKind); 17] = [
    ("&&", TokenKind::And),
    ("||", TokenKind::Or),
    ("==", TokenKind::Sign("==")),
    ("!=", TokenKind::Sign("!=")),
    ("<=", TokenKind::Sign("<=")),
    (">=", TokenKind::Sign(">=")),
    ("..", TokenKind::Sign("..")),
    ("!", TokenKind::Not),
    ("<", TokenKind::Sign("<")),
    (">", TokenKind::Sign(">")),
    ("~", TokenKind::Sign("~")),
    ("(", TokenKind::Sign("(")),
    (")", TokenKind::Sign(")")),
    ("{", TokenKind::Sign("{")),
    ("}", TokenKind::Sign("}")),
    (",", TokenKind::Sign(",")),
    ("=", TokenKind::Sign("=")), // no sign of the language, but the parser can say what was meant
];

/// Cuts a whole text.
pub fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at].is_whitespace() {
            at += 1;
            continue;
        }
        let token = token(&chars, at)?;
        at = token.at.end;
        tokens.push(token);
    }
    Ok(tokens)
}

fn token(chars: &[char], start: usize) -> Result<Token, FilterError> {
    if chars[start] == '"' {
        return quoted(chars, start);
    }
    let end = run_end(chars, start);
    let at = start..end;
    if at.is_empty() {
        return sign(chars, start);
    }
    let run: String = chars[at.clone()].iter().collect();
    let kind = match run.as_str() {
        "and" => TokenKind::And,
        "or" => TokenKind::Or,
        "not" => TokenKind::Not,
        "in" => TokenKind::In,
        number if number.starts_with(|first: char| first.is_ascii_digit()) => number
            .parse()
            .map(TokenKind::Number)
            .map_err(|error| FilterError::new(format!("`{run}` {error}"), at.clone()))?,
        _ => TokenKind::Word(run),
    };
    Ok(Token { kind, at })
}

/// Where a word or number that begins at `start` ends. A dot belongs to it, two dots are a range's.
fn run_end(chars: &[char], start: usize) -> usize {
    let mut end = start;
    while let Some(&next) = chars.get(end) {
        let is_dot = next == '.' && end > start && chars.get(end + 1) != Some(&'.');
        if !is_dot && !next.is_alphanumeric() && next != '_' {
            break;
        }
        end += 1;
    }
    end
}

fn sign(chars: &[char], start: usize) -> Result<Token, FilterError> {
    let rest = &chars[start..];
    let found = SIGNS.iter().find(|(sign, _)| {
        let mut signs = sign.chars().enumerate();
        signs.all(|(index, sign)| rest.get(index) == Some(&sign))
    });
    match found {
        Some((sign, kind)) => Ok(Token {
            kind: kind.clone(),
            at: start..start + sign.len(),
        }),
        None => {
            let message = match chars[start] {
                '&' => "`and` is written `and` or `&&`".to_owned(),
                '|' => "`or` is written `or` or `||`".to_owned(),
                '\'' => "a text stands in double quotes".to_owned(),
                other => format!("`{other}` means nothing here"),
            };
            Err(FilterError::new(message, start..start + 1))
        }
    }
}

fn quoted(chars: &[char], start: usize) -> Result<Token, FilterError> {
    let mut text = String::new();
    let mut at = start + 1;
    loop {
        match chars.get(at) {
            None => {
                let message = "the text's closing double quote is missing";
                return Err(FilterError::new(message, start..chars.len()));
            }
            Some('"') => break,
            Some('\\') => {
                let (escaped, end) = escape(chars, at)?;
                text.push(escaped);
                at = end;
            }
            Some(other) => {
                text.push(*other);
                at += 1;
            }
        }
    }
    Ok(Token {
        kind: TokenKind::Text(text),
        at: start..at + 1,
    })
}

/// Reads an escape that begins at `start`; gives its character and where it ends.
fn escape(chars: &[char], start: usize) -> Result<(char, usize), FilterError> {
    let escaped = match chars.get(start + 1) {
        Some(same @ ('"' | '\\' | '\'')) => *same,
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('0') => '\0',
        Some('u') => return unicode(chars, start),
        _ => {
            let message = r#"an escape is \" \\ \' \n \r \t \0 or, by number, \u{1e}"#;
            let end = chars.len().min(start + 2);
            return Err(FilterError::new(message, start..end));
        }
    };
    Ok((escaped, start + 2))
}

fn unicode(chars: &[char], start: usize) -> Result<(char, usize), FilterError> {
    let length = chars[start..].iter().take(11).position(|sign| *sign == '}');
    let end = length.map_or(start + 2, |length| start + length + 1);
    let escape: String = chars[start..end].iter().collect();
    escape
        .strip_prefix(r"\u{")
        .and_then(|digits| u32::from_str_radix(digits.strip_suffix('}')?, 16).ok())
        .and_then(char::from_u32)
        .map(|character| (character, end))
        .ok_or_else(|| {
            let message =
                r"a character by its number is written \u{1e}, with its hexadecimal digits";
            FilterError::new(message, start..end)
        })
}
