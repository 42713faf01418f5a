//! Reads a filter's tokens, and checks that every field is compared with what it can be compared with.
//!
//! ```text
//! or      = and *( ( "or" / "||" ) and )
//! and     = not *( ( "and" / "&&" ) not )
//! not     = ( "not" / "!" ) not / "(" or ")" / test
//! test    = field [ operator literal / "~" text / "in" "{" 1*( member [ "," ] ) "}" ]
//! member  = literal [ ".." literal ]
//! literal = number / text / word
//! ```

use std::ops::Range;

use super::{
    FilterError, MAX_DEPTH, MAX_TERMS,
    expression::{Comparison, Expression, Member, Part, Test},
    field::{Field, Type},
    lexer::{Token, TokenKind, tokens},
    table::FIELDS,
    value::{Literal, Number, Word},
};

/// Reads a filter that is not empty.
pub fn parse(text: &str) -> Result<Expression, FilterError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        end: text.chars().count(),
        depth: 0,
        terms: 0,
    };
    let expression = parser.or()?;
    match parser.peek() {
        None => Ok(expression),
        Some(TokenKind::Sign(")")) => Err(parser.error("there is no `(` to which this belongs")),
        Some(TokenKind::Sign("=")) => Err(parser.error("`=` is written `==`")),
        Some(_) => Err(parser.error("expected an operator, `and` or `or` before this")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    /// The text's length, in characters.
    end: usize,
    depth: usize,
    terms: usize,
}

type Parsed<T> = Result<T, FilterError>;

impl Parser {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    /// Goes past the next token if it is this one.
    fn take(&mut self, kind: &TokenKind) -> bool {
        let is_next = self.peek() == Some(kind);
        self.next += usize::from(is_next);
        is_next
    }

    /// Where the next token stands; at the end, an empty range.
    fn at(&self) -> Range<usize> {
        let token = self.tokens.get(self.next);
        token.map_or(self.end..self.end, |token| token.at.clone())
    }

    /// An error at the next token.
    fn error(&self, message: impl Into<String>) -> FilterError {
        FilterError::new(message, self.at())
    }

    fn or(&mut self) -> Parsed<Expression> {
        let first = self.and()?;
        let mut parts = vec![first];
        while self.take(&TokenKind::Or) {
            parts.push(self.and()?);
        }
        Ok(joined(parts, Expression::Or))
    }

    fn and(&mut self) -> Parsed<Expression> {
        let first = self.not()?;
        let mut parts = vec![first];
        while self.take(&TokenKind::And) {
            parts.push(self.not()?);
        }
        Ok(joined(parts, Expression::And))
    }

    fn not(&mut self) -> Parsed<Expression> {
        let at = self.at();
        if self.take(&TokenKind::Not) {
            let inner = self.deeper(at, Self::not)?;
            return Ok(Expression::Not(Box::new(inner)));
        }
        if self.take(&TokenKind::Sign("(")) {
            let inner = self.deeper(at.clone(), Self::or)?;
            if self.take(&TokenKind::Sign(")")) {
                return Ok(inner);
            }
            return Err(match self.peek() {
                None => FilterError::new("this `(` is not closed", at),
                Some(_) => self.error("expected an operator, `and`, `or` or `)` before this"),
            });
        }
        self.test()
    }

    /// Reads what stands inside a `not` or brackets at `at`.
    fn deeper(
        &mut self,
        at: Range<usize>,
        read: fn(&mut Self) -> Parsed<Expression>,
    ) -> Parsed<Expression> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message =
                format!("`not` and brackets stand in each other at most {MAX_DEPTH} deep");
            return Err(FilterError::new(message, at));
        }
        let inner = read(self)?;
        self.depth -= 1;
        Ok(inner)
    }

    fn test(&mut self) -> Parsed<Expression> {
        self.count_term()?;
        let field = match self.peek() {
            Some(TokenKind::Word(name)) => {
                Field::find(name).ok_or_else(|| self.error(unknown_field(name)))?
            }
            _ => return Err(self.error("expected a field, `not` or `(` here")),
        };
        self.next += 1;
        let test = match self.peek() {
            Some(TokenKind::In) => {
                self.operator(field, "in")?;
                self.set(field)?
            }
            Some(TokenKind::Sign("~")) => {
                self.operator(field, "~")?;
                self.contains(field)?
            }
            Some(TokenKind::Sign(sign)) => match Comparison::from_sign(sign) {
                Some(comparison) => {
                    self.operator(field, sign)?;
                    Test::Compare(comparison, self.operand(field, comparison)?)
                }
                None => bare(field),
            },
            _ => bare(field),
        };
        Ok(Expression::Test(field, test))
    }

    /// Goes past an operator that fits the field.
    fn operator(&mut self, field: &Field, sign: &str) -> Parsed<()> {
        let operators = field.kind.operators();
        if !operators.contains(&sign) {
            let (name, kind) = (field.name, field.kind.name());
            let operators = operators.join(" ");
            return Err(self.error(format!("`{name}` is a {kind}, which goes with {operators}")));
        }
        self.next += 1;
        Ok(())
    }

    fn operand(&mut self, field: &Field, comparison: Comparison) -> Parsed<Literal> {
        match comparison.is_of_order() {
            true => self.number(field).map(Literal::Number),
            false => self.literal(field),
        }
    }

    fn contains(&mut self, field: &Field) -> Parsed<Test> {
        let at = self.at();
        let Literal::Text(text) = self.literal(field)? else {
            return Err(FilterError::new(
                "expected a text in double quotes here",
                at,
            ));
        };
        let part = Part::new(&text);
        let part = part.ok_or_else(|| FilterError::new("this text is too long to look for", at))?;
        Ok(Test::Contains(part))
    }

    fn set(&mut self, field: &Field) -> Parsed<Test> {
        let open = self.at();
        if !self.take(&TokenKind::Sign("{")) {
            return Err(self.error("expected a set here, like {1000 1001} or {1000, 1002..1011}"));
        }
        let mut members = Vec::new();
        while self.peek() != Some(&TokenKind::Sign("}")) || members.is_empty() {
            if self.peek().is_none() {
                return Err(FilterError::new("this `{` is not closed", open));
            }
            members.push(self.member(field)?);
            self.take(&TokenKind::Sign(","));
        }
        self.next += 1;
        Ok(Test::In(members))
    }

    fn member(&mut self, field: &Field) -> Parsed<Member> {
        self.count_term()?;
        let start = self.next;
        let first_at = self.at();
        let literal = self.literal(field)?;
        if self.peek() != Some(&TokenKind::Sign("..")) {
            return Ok(Member::One(literal));
        }
        if !field.kind.is_ordered() {
            return Err(self.error(format!("values of `{}` have no order", field.name)));
        }
        self.next = start;
        let first = self.number(field)?;
        self.next += 1;
        let range = first_at.start..self.at().end;
        let last = self.number(field)?;
        match first <= last {
            true => Ok(Member::Range(first, last)),
            false => Err(FilterError::new("this range ends before it begins", range)),
        }
    }

    /// A number, or a word that a number stands for.
    fn number(&mut self, field: &Field) -> Parsed<Number> {
        let at = self.at();
        match self.literal(field)? {
            Literal::Number(number) => Ok(number),
            Literal::Word(name) => {
                let word = field.kind.words().iter().find(|word| word.name == name);
                let number = word.and_then(|word| word.number);
                number.ok_or_else(|| {
                    FilterError::new(format!("no one number stands for `{name}`"), at)
                })
            }
            Literal::Text(_) => Err(FilterError::new("expected a number here", at)),
        }
    }

    /// A literal that the field's values can be compared with.
    fn literal(&mut self, field: &Field) -> Parsed<Literal> {
        let literal = match (field.kind, self.peek()) {
            (Type::Number, Some(TokenKind::Number(number))) => Literal::Number(*number),
            (Type::Text, Some(TokenKind::Text(text))) => Literal::Text(text.as_str().into()),
            (Type::Word(_) | Type::Flag, Some(token)) => {
                word(field, token).ok_or_else(|| self.error(no_word(field, token)))?
            }
            (Type::Text, Some(TokenKind::Word(word))) => {
                return Err(self.error(format!("a text stands in double quotes: \"{word}\"")));
            }
            (Type::Number, _) => return Err(self.error("expected a number here")),
            (Type::Text, _) => return Err(self.error("expected a text in double quotes here")),
            (Type::Word(_) | Type::Flag, None) => return Err(self.error(one_of(field))),
        };
        self.next += 1;
        Ok(literal)
    }

    /// Counts the test or the set's member that comes next.
    fn count_term(&mut self) -> Parsed<()> {
        self.terms += 1;
        match self.terms > MAX_TERMS {
            true => Err(self.error(format!(
                "a filter has at most {MAX_TERMS} tests and members of sets"
            ))),
            false => Ok(()),
        }
    }
}

fn joined(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.len() {
        1 => parts.remove(0),
        _ => join(parts),
    }
}

/// A field alone: a flag is true, any other is there.
fn bare(field: &Field) -> Test {
    match field.kind {
        Type::Flag => Test::Compare(Comparison::Equal, Literal::Word("true")),
        Type::Number | Type::Text | Type::Word(_) => Test::Present,
    }
}

/// One of the field's words, quoted or not, in letters of either case; or a number that stands for words.
fn word(field: &Field, token: &TokenKind) -> Option<Literal> {
    let words = field.kind.words();
    let is_meant = |word: &&Word| match token {
        TokenKind::Word(name) | TokenKind::Text(name) => word.name.eq_ignore_ascii_case(name),
        TokenKind::Number(number) => field.kind == Type::Flag && word.number == Some(*number),
        _ => false,
    };
    match (words.iter().find(is_meant), token) {
        (Some(word), _) => Some(Literal::Word(word.name)),
        (None, TokenKind::Number(number)) if field.kind.is_ordered() => {
            Some(Literal::Number(*number))
        }
        (None, _) => None,
    }
}

fn no_word(field: &Field, token: &TokenKind) -> String {
    let names = field.kind.words().iter().map(|word| word.name);
    match token {
        TokenKind::Word(word) | TokenKind::Text(word) => one_of(field) + &suggestion(word, names),
        _ => one_of(field),
    }
}

fn one_of(field: &Field) -> String {
    let names: Vec<_> = field.kind.words().iter().map(|word| word.name).collect();
    format!("`{}` is one of {}", field.name, names.join(", "))
}

fn unknown_field(name: &str) -> String {
    let fields = FIELDS.iter().map(|field| field.name);
    format!("`{name}` is no field{}", suggestion(name, fields))
}

/// What was probably meant, if anything comes near.
fn suggestion(word: &str, names: impl Iterator<Item = &'static str>) -> String {
    let end = format!(".{word}");
    let distance = |name: &str| match name.ends_with(&end) {
        true => 0,
        false => strsim::osa_distance(word, name),
    };
    names
        .map(|name| (distance(name), name))
        .filter(|(distance, name)| *distance <= name.len() / 3)
        .min()
        .map_or(String::new(), |(_, name)| {
            format!("; did you mean `{name}`?")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the parser makes of a text, written out in full.
    fn canonical(text: &str) -> String {
        parse(text).unwrap().to_string()
    }

    #[test]
    fn what_may_be_written() {
        let texts = [
            ("mine", "mine == true"),
            ("!mine", "not mine == true"),
            ("ws.opcode", "ws.opcode"),
            ("ws.fin == 0", "ws.fin == false"),
            (
                "ws.opcode==close&&ws.close.code==1001",
                "ws.opcode == close and ws.close.code == 1001",
            ),
            ("ws.opcode == 0x8", "ws.opcode == 8"),
            ("ws.opcode >= close", "ws.opcode >= 8"),
            ("ws.opcode in {ping, pong}", "ws.opcode in {ping pong}"),
            ("ws.opcode in {close..pong 0x2}", "ws.opcode in {8..10 2}"),
            (
                "ws.close.code in {1000 1002..1011,}",
                "ws.close.code in {1000 1002..1011}",
            ),
            ("at >= 0.000001", "at >= 0.000001"),
            ("at < 12.50", "at < 12.5"),
            ("sio.type == event", "sio.type == EVENT"),
            ("upgrade == \"probe answer\"", "upgrade == \"probe answer\""),
            (r#"text ~ "\"\\\u{1e}\n""#, r#"text ~ "\"\\\u{1e}\n""#),
            ("text != \"ü\"", "text != \"ü\""),
            ("seq == 18446744073709551615", "seq == 18446744073709551615"),
        ];
        for (text, expected) in texts {
            assert_eq!(canonical(text), expected, "{text}");
        }
    }

    #[test]
    fn not_binds_closer_than_and_and_that_closer_than_or() {
        let texts = [
            ("seq or at and length", "seq or at and length"),
            (
                "seq and at or length and conn",
                "seq and at or length and conn",
            ),
            ("(seq or at) and length", "(seq or at) and length"),
            ("not seq and at", "not seq and at"),
            ("not (seq and at)", "not (seq and at)"),
            ("((seq))", "seq"),
            ("seq or (at or length)", "seq or (at or length)"),
            ("seq and (at and length)", "seq and (at and length)"),
            ("! ! seq", "not not seq"),
        ];
        for (text, expected) in texts {
            assert_eq!(canonical(text), expected, "{text}");
        }
        let Expression::Or(parts) = parse("seq or at and length").unwrap() else {
            unreachable!("`or` is what binds least")
        };
        assert!(matches!(parts[1], Expression::And(_)));
    }

    #[test]
    fn errors_point_at_what_is_wrong() {
        let texts = [
            (
                "ws.opcod == 1",
                0..8,
                "`ws.opcod` is no field; did you mean `ws.opcode`?",
            ),
            (
                "opcode == 1",
                0..6,
                "`opcode` is no field; did you mean `ws.opcode`?",
            ),
            ("ü", 0..1, "`ü` is no field"),
            ("§", 0..1, "`§` means nothing here"),
            ("mine and", 8..8, "expected a field, `not` or `(` here"),
            ("mine and and", 9..12, "expected a field, `not` or `(` here"),
            (
                "mine mine",
                5..9,
                "expected an operator, `and` or `or` before this",
            ),
            (
                "conn 7",
                5..6,
                "expected an operator, `and` or `or` before this",
            ),
            ("conn = 7", 5..6, "`=` is written `==`"),
            ("mine & conn", 5..6, "`and` is written `and` or `&&`"),
            ("mine)", 4..5, "there is no `(` to which this belongs"),
            ("mine or (mine", 8..9, "this `(` is not closed"),
            (
                "(mine mine)",
                6..10,
                "expected an operator, `and`, `or` or `)` before this",
            ),
            ("length >", 8..8, "expected a number here"),
            ("length > big", 9..12, "expected a number here"),
            (
                "length > 12a",
                9..12,
                "`12a` is no number: it is written like 1000, 0x3e8 or 1.5",
            ),
            (
                "length > 18446744073709551616",
                9..29,
                "`18446744073709551616` is a larger number than 64 bits can hold",
            ),
            (
                "at > 1.1234567",
                5..14,
                "`1.1234567` has more than the six digits after the point that are looked at",
            ),
            (
                "length ~ \"5\"",
                7..8,
                "`length` is a number, which goes with == != < <= > >= in",
            ),
            (
                "mine < true",
                5..6,
                "`mine` is a flag, which goes with == !=",
            ),
            (
                "kind > request",
                5..6,
                "`kind` is a word, which goes with == != in",
            ),
            (
                "sio.event == message",
                13..20,
                "a text stands in double quotes: \"message\"",
            ),
            (
                "sio.event == 7",
                13..14,
                "expected a text in double quotes here",
            ),
            ("text ~ 'a'", 7..8, "a text stands in double quotes"),
            (
                "text ~ \"a",
                7..9,
                "the text's closing double quote is missing",
            ),
            (
                r#"text ~ "\x""#,
                8..10,
                r#"an escape is \" \\ \' \n \r \t \0 or, by number, \u{1e}"#,
            ),
            (
                r#"text ~ "\u{d800}""#,
                8..16,
                r"a character by its number is written \u{1e}, with its hexadecimal digits",
            ),
            (
                "ws.opcode == clos",
                13..17,
                "`ws.opcode` is one of continuation, text, binary, close, ping, pong, reserved; did you mean `close`?",
            ),
            (
                "ws.opcode > reserved",
                12..20,
                "no one number stands for `reserved`",
            ),
            ("mine == 2", 8..9, "`mine` is one of false, true"),
            (
                "kind == 1",
                8..9,
                "`kind` is one of opened, request, response, frame, opaque, closed",
            ),
            (
                "kind ==",
                7..7,
                "`kind` is one of opened, request, response, frame, opaque, closed",
            ),
            (
                "conn in (1, 2)",
                8..9,
                "expected a set here, like {1000 1001} or {1000, 1002..1011}",
            ),
            ("conn in {1 2", 8..9, "this `{` is not closed"),
            ("conn in {}", 9..10, "expected a number here"),
            ("conn in {2..1}", 9..13, "this range ends before it begins"),
            (
                "kind in {frame..closed}",
                14..16,
                "values of `kind` have no order",
            ),
        ];
        for (text, at, message) in texts {
            let error = parse(text).unwrap_err();
            assert_eq!((error.message.as_str(), error.at), (message, at), "{text}");
        }
    }

    #[test]
    fn depth_and_number_of_terms_are_bounded() {
        let nested = |depth| "(".repeat(depth) + "mine" + &")".repeat(depth);
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(parse(&nested(MAX_DEPTH + 1)).unwrap_err().at, 32..33);
        assert_eq!(
            parse(&("!".repeat(MAX_DEPTH + 1) + "mine")).unwrap_err().at,
            32..33
        );
        // Brackets that stand beside each other are not deep.
        assert!(parse(&["(mine)"; MAX_TERMS].join(" or ")).is_ok());
        let error = parse(&["mine"; MAX_TERMS + 1].join(" or ")).unwrap_err();
        assert_eq!(error.at, 400..404);
        let members = format!("conn in {{{}}}", "1 ".repeat(MAX_TERMS));
        assert_eq!(
            parse(&members).unwrap_err().at.start,
            9 + 2 * (MAX_TERMS - 1)
        );
    }
}
