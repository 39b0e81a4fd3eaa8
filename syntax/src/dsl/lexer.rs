//! Cuts a `.rocky` text into tokens (02 §2).
//!
//! Lexing never fails: what starts no token becomes an error token of one character with a
//! message. Malformed literals and names keep the kind they were meant to be, so that the
//! parser goes on and one mistake gives one message.

use rowan::TextRange;

use crate::SyntaxKind::{self, *};
use crate::frontmatter::frontmatter_block;
use crate::lexer::keywords::dsl_keyword;
use crate::lexer::{Lexed, offset};
use crate::syntax_error::SyntaxError;

const CODE: &str = "S010";

/// How many errors a text may have; more help nobody.
const ERROR_LIMIT: usize = 500;

/// Cuts `text` into tokens.
pub(crate) fn lex(text: &str) -> Lexed<'_> {
    let mut lexer = Lexer { text, at: 0, lexed: Lexed::new(text), errors: 0 };
    if text.starts_with('\u{feff}') {
        lexer.take(WHITESPACE, '\u{feff}'.len_utf8());
    }
    lexer.frontmatter();
    while lexer.at < text.len() {
        lexer.token();
    }
    lexer.lexed
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    lexed: Lexed<'t>,
    errors: usize,
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Adds a token of `len` bytes.
    fn take(&mut self, kind: SyntaxKind, len: usize) {
        self.lexed.push(kind, self.at);
        self.at += len;
    }

    fn error(&mut self, start: usize, len: usize, message: impl Into<String>, help: impl Into<String>) {
        self.errors += 1;
        if self.errors > ERROR_LIMIT {
            return;
        }
        let range = TextRange::new(offset(start), offset(start + len));
        self.lexed.error(SyntaxError::new(CODE, range, message).with_help(help));
    }

    /// The `---toml … ---` block at the start: one token that means nothing to the grammar.
    fn frontmatter(&mut self) {
        let Some(block) = frontmatter_block(self.text) else { return };
        let blank = block.opening.start - self.at;
        if blank > 0 {
            self.take(WHITESPACE, blank);
        }
        let end = match &block.closing {
            Some(closing) => closing.start + self.text[closing.clone()].trim_end_matches('\n').len(),
            None => {
                let message = "the frontmatter block has no end";
                self.error(self.at, block.opening.len(), message, "close it with a line `---`");
                self.text.len()
            }
        };
        self.take(BLOCK_COMMENT, end - self.at);
    }

    fn token(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        match first {
            ' ' | '\t' | '\r' | '\n' => {
                let len = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
                self.take(WHITESPACE, len);
            }
            '-' if rest.starts_with("--") => {
                let len = rest.find(['\n', '\r']).unwrap_or(rest.len());
                self.take(LINE_COMMENT, len);
            }
            '/' if rest.starts_with("/*") => self.block_comment(),
            'a'..='z' | 'A'..='Z' | '_' => self.word(),
            '0'..='9' => self.number(),
            '"' | '\'' => self.quoted(first, STRING),
            '`' => self.quoted(first, QUOTED_IDENT),
            '@' => self.date(),
            _ => self.punctuation(first),
        }
    }

    fn block_comment(&mut self) {
        let rest = self.rest();
        match rest[2..].find("*/") {
            Some(end) => self.take(BLOCK_COMMENT, end + 4),
            None => {
                self.error(self.at, 2, "the comment has no end", "close it with `*/`");
                self.take(BLOCK_COMMENT, rest.len());
            }
        }
    }

    fn word(&mut self) {
        let rest = self.rest();
        let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let word = &rest[..len];
        if let Some(odd) = word.find(|c: char| !c.is_ascii()) {
            let letter = word[odd..].chars().next().unwrap_or('?');
            self.error(
                self.at + odd,
                letter.len_utf8(),
                format!("`{letter}` is not allowed in a plain name"),
                format!("put the name in backticks: `` `{word}` ``"),
            );
            self.take(IDENT, len);
            return;
        }
        match word {
            "_" => self.take(UNDERSCORE, len),
            _ => self.take(dsl_keyword(word).unwrap_or(IDENT), len),
        }
    }

    fn number(&mut self) {
        let rest = self.rest();
        let mut len = digits(rest);
        let mut kind = INT_NUMBER;
        if let Some(fraction) = rest[len..].strip_prefix('.')
            && fraction.starts_with(|c: char| c.is_ascii_digit())
        {
            len += 1 + digits(fraction);
            kind = FLOAT_NUMBER;
        }
        if let Some(exponent) = rest[len..].strip_prefix(['e', 'E']) {
            let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if unsigned.starts_with(|c: char| c.is_ascii_digit()) {
                let count = unsigned.find(|c: char| !c.is_ascii_digit()).unwrap_or(unsigned.len());
                len += 1 + (exponent.len() - unsigned.len()) + count;
                kind = FLOAT_NUMBER;
            }
        }
        self.take(kind, len);
    }

    /// A string or a name in backticks; its quote is doubled to stand for itself.
    fn quoted(&mut self, quote: char, kind: SyntaxKind) {
        let rest = self.rest();
        let mut at = 1;
        loop {
            let Some(length) = rest[at..].find(quote) else {
                let what = if kind == STRING { "string" } else { "quoted name" };
                let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
                let line = rest[..line].trim_end().len();
                self.error(
                    self.at,
                    line,
                    format!("the {what} has no end"),
                    format!("close it with `{quote}`"),
                );
                self.take(kind, line);
                return;
            };
            at += length + 1;
            if !rest[at..].starts_with(quote) {
                break;
            }
            at += 1;
        }
        if kind == QUOTED_IDENT && at == 2 {
            self.error(self.at, at, "the quoted name is empty", "write a name between the backticks");
        }
        self.take(kind, at);
    }

    fn date(&mut self) {
        let rest = self.rest();
        let body = &rest[1..];
        let run = body
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_' | '.')))
            .unwrap_or(body.len());
        let shape = ["dddd-dd-ddTdd:dd:ddZ", "dddd-dd-ddTdd:dd:dd", "dddd-dd-dd"]
            .into_iter()
            .find(|shape| has_shape(body, shape))
            .map_or(0, str::len);
        let continues = body[shape..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if shape == 0 || continues {
            // `..` after a literal is not part of it, nor is a line's end.
            let run = body[..run].find("..").unwrap_or(run);
            let literal = &rest[..1 + run];
            self.error(
                self.at,
                literal.len(),
                format!("`{literal}` is not a date"),
                "write `@YYYY-MM-DD`, e.g. `@2025-01-31`, or `@YYYY-MM-DDTHH:MM:SS`",
            );
            self.take(DATE_LITERAL, literal.len());
            return;
        }
        let literal = &body[..shape];
        if let Some(problem) = calendar_problem(literal) {
            self.error(
                self.at,
                1 + shape,
                format!("`@{literal}` does not exist: {problem}"),
                "write a date of the calendar",
            );
        }
        self.take(DATE_LITERAL, 1 + shape);
    }

    fn punctuation(&mut self, first: char) {
        const LONG: [(&str, SyntaxKind); 9] = [
            ("==", EQ_EQ),
            ("=>", FAT_ARROW),
            ("!=", BANG_EQ),
            (">=", GT_EQ),
            ("<=", LT_EQ),
            ("<>", LT_GT),
            ("||", PIPE_PIPE),
            ("::", COLON_COLON),
            ("..", DOT_DOT),
        ];
        let rest = self.rest();
        if let Some((text, kind)) = LONG.iter().find(|(text, _)| rest.starts_with(text)) {
            self.take(*kind, text.len());
            return;
        }
        let kind = match first {
            '=' => EQ,
            '>' => GT,
            '<' => LT,
            '+' => PLUS,
            '-' => MINUS,
            '*' => STAR,
            '/' => SLASH,
            '%' => PERCENT,
            '|' => PIPE,
            '.' => DOT,
            ',' => COMMA,
            ':' => COLON,
            '{' => L_BRACE,
            '}' => R_BRACE,
            '(' => L_PAREN,
            ')' => R_PAREN,
            '[' => L_BRACKET,
            ']' => R_BRACKET,
            _ => return self.unknown(first),
        };
        self.take(kind, 1);
    }

    /// A character that starts no token.
    fn unknown(&mut self, first: char) {
        let help = match first {
            ';' => "remove it: a step ends where the next one begins",
            '!' => "write `not x`, or `!=` to compare",
            '&' => "write `and`",
            '#' => "start a comment with `--`",
            '$' | '?' => "parameters are not supported here",
            c if c.is_alphabetic() => "put names with such letters in backticks",
            c if c.is_whitespace() => "replace it by a plain space",
            '“' | '”' | '‘' | '’' => "use plain quotes: `\"` or `'`",
            _ => "remove it",
        };
        let message = match first {
            c if c.is_alphabetic() => format!("`{c}` is not allowed in a plain name"),
            c if c.is_whitespace() || c.is_control() => {
                format!("unexpected character U+{:04X}", u32::from(c))
            }
            c => format!("unexpected character `{c}`"),
        };
        self.error(self.at, first.len_utf8(), message, help);
        if first.is_alphabetic() {
            let rest = self.rest();
            let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            self.take(IDENT, len);
        } else if first.is_whitespace() {
            self.take(WHITESPACE, first.len_utf8());
        } else {
            self.take(ERROR_TOKEN, first.len_utf8());
        }
    }
}

/// The length of `[0-9_]*`.
fn digits(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_digit() || c == '_')).unwrap_or(text.len())
}

/// Whether `text` starts with `shape`, where `d` is a digit.
fn has_shape(text: &str, shape: &str) -> bool {
    let text = text.as_bytes();
    text.len() >= shape.len()
        && shape.bytes().zip(text).all(|(wanted, &byte)| match wanted {
            b'd' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

/// Why a well-formed literal is no date; `None` if it is one.
fn calendar_problem(literal: &str) -> Option<String> {
    let number = |range: std::ops::Range<usize>| literal.get(range).and_then(|text| text.parse::<u32>().ok());
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    if year == 0 {
        return Some("years start at 0001".to_owned());
    }
    if !(1..=12).contains(&month) {
        return Some(format!("there is no month {month:02}"));
    }
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=days).contains(&day) {
        return Some(format!("{year:04}-{month:02} has {days} days"));
    }
    if literal.len() > 10 {
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        if hour > 23 || minute > 59 || second > 59 {
            return Some("the time goes from 00:00:00 to 23:59:59".to_owned());
        }
    }
    None
}
