//! The SQL scanner: `plain` finds words, blanks and single signs, logos all other tokens; this module finishes what
//! depends on the dialect.

mod plain;
mod raw;
mod text_literal;

use logos::Logos as _;

use crate::lexer::{Lexed, keywords::sql_keyword_at, offset};
use crate::sql::dialect::{Dialect, DoubleQuote, LexicalRules};
use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxKind::{self, *};
use plain::{STARTS, Start};
use raw::Raw;
use rowan::TextRange;
use text_literal::{Quote, Scan, Unterminated};

/// Cuts a text into tokens. Never fails: what starts no token becomes an error token of one character.
pub(crate) fn lex<'t>(text: &'t str, dialect: &Dialect) -> Lexed<'t> {
    let mut scanner = Scanner {
        text,
        rules: dialect.lexical,
        logos: Raw::lexer(text),
        out: Lexed::new(text),
        unterminated: Unterminated::default(),
    };
    while scanner.next() {}
    scanner.out
}

struct Scanner<'t> {
    text: &'t str,
    rules: LexicalRules,
    logos: logos::Lexer<'t, Raw>,
    out: Lexed<'t>,
    unterminated: Unterminated,
}

impl<'t> Scanner<'t> {
    /// Finds the next token, or the next two; `false` at the end of the text.
    fn next(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let at = self.logos.span().end;
        let Some(&first) = bytes.get(at) else { return false };
        match STARTS[usize::from(first)] {
            Start::Word => {
                self.logos.bump(plain::word_length(bytes, at));
                self.word(at);
            }
            Start::Blank => self.plain(WHITESPACE, at, plain::blank_length(bytes, at)),
            Start::Sign(kind) => self.plain(kind, at, 1),
            Start::Dot if !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => self.plain(DOT, at, 1),
            Start::Digit if let Some(length) = plain::integer_length(bytes, at) => {
                self.plain(INT_NUMBER, at, length);
            }
            Start::Digit | Start::Dot | Start::Other => {
                if let Some(token) = self.logos.next() {
                    self.token(token.unwrap_or(Raw::Other), self.logos.span().start);
                }
            }
        }
        true
    }

    fn plain(&mut self, kind: SyntaxKind, start: usize, length: usize) {
        self.logos.bump(length);
        self.out.push(kind, start);
    }

    fn token(&mut self, token: Raw, start: usize) {
        let kind = match token {
            Raw::Fixed(DOLLAR) if self.next_byte().is_some_and(|byte| byte >= 0x80) => {
                let rest = self.rest();
                let end = rest.find(|c: char| c == '$' || !is_name_character(c)).unwrap_or(rest.len());
                self.logos.bump(end);
                self.dollar_name(start)
            }
            Raw::Fixed(kind) => self.operator(kind, start),
            Raw::Integer => self.integer(start),
            Raw::Float if self.rules.digit_after_dot && self.dot_after_name(start) => {
                // `t.1a` is a path.
                self.extend_word();
                self.out.push(DOT, start);
                self.out.push(IDENT, start + 1);
                return;
            }
            Raw::Float => FLOAT_NUMBER,
            Raw::LineComment => LINE_COMMENT,
            Raw::BlockComment => self.block_comment(start),
            Raw::SingleQuote => self.text_literal(start, b'\'', self.plain_quote(), STRING),
            Raw::DoubleQuote => self.double_quote(start),
            Raw::Backtick => self.quoted_name(start, b'`'),
            Raw::SlashSlash => self.line_comment_or(self.rules.slash_comments, SLASH_SLASH),
            Raw::Hash(kind) if self.rules.hash_comments => self.line_comment_or(true, kind),
            Raw::Hash(kind) => self.operator(kind, start),
            Raw::AtName => AT_NAME,
            Raw::LtAt => {
                self.less_than_at(start);
                return;
            }
            Raw::DollarNumber => PARAMETER,
            Raw::DollarName => self.dollar_name(start),
            Raw::DollarDollar => self.dollar_quote(start, "$$"),
            Raw::DollarBrace => {
                self.dollar_brace(start);
                return;
            }
            Raw::JinjaExpression => {
                self.jinja_expression(start);
                return;
            }
            Raw::JinjaStatement => self.jinja_trivia(start, "%}", JINJA_STATEMENT),
            Raw::JinjaComment => self.jinja_trivia(start, "#}", JINJA_COMMENT),
            Raw::Other => self.other(),
        };
        self.out.push(kind, start);
    }

    fn rest(&self) -> &'t str {
        self.logos.remainder()
    }

    fn next_byte(&self) -> Option<u8> {
        self.rest().as_bytes().first().copied()
    }

    fn error(&mut self, start: usize, message: &str, help: &str) {
        let end = self.logos.span().end;
        let range = TextRange::new(offset(start), offset(end));
        self.out.error(SyntaxError::new("S001", range, message).with_help(help));
    }

    fn word(&mut self, start: usize) {
        if self.next_byte().is_some_and(|byte| byte >= 0x80) {
            self.extend_word();
        }
        let word = &self.text[start..self.logos.span().end];
        if word.len() <= 2
            && let Some(kind) = self.prefixed_literal(start)
        {
            self.out.push(kind, start);
            return;
        }
        let kind = sql_keyword_at(self.text.as_bytes(), start, self.logos.span().end).unwrap_or(IDENT);
        self.out.push(kind, start);
    }

    /// Takes the letters and digits that follow, ASCII or not.
    fn extend_word(&mut self) {
        let rest = self.rest();
        let end = rest.find(|c: char| !is_name_character(c));
        let end = end.unwrap_or(rest.len());
        self.logos.bump(end);
    }

    /// `E'…'`, `r"…"`, `b'…'`, `x'…'`, `u&'…'`: the word is scanned already.
    fn prefixed_literal(&mut self, start: usize) -> Option<SyntaxKind> {
        let word = &self.text[start..self.logos.span().end];
        let rest = self.rest().as_bytes();
        let quote = match *rest.first()? {
            b'\'' => b'\'',
            b'"' if self.rules.double_quote == DoubleQuote::Text => b'"',
            b'&' if word.eq_ignore_ascii_case("u") && rest.get(1) == Some(&b'\'') => {
                self.logos.bump(2);
                return Some(self.text_literal(start, b'\'', Quote::DOUBLED, STRING));
            }
            _ => return None,
        };
        let raw =
            Quote { doubled: false, backslash: false, backslash_guards_quote: self.rules.triple_quotes };
        let (rule, kind) = match word.as_bytes() {
            b"e" | b"E" if self.rules.escape_strings => (Quote { backslash: true, ..Quote::DOUBLED }, STRING),
            b"r" | b"R" if self.rules.raw_strings => (raw, STRING),
            b"b" | b"B" if self.rules.byte_strings => (self.plain_quote(), BYTE_STRING),
            b"rb" | b"RB" | b"br" | b"BR" | b"rB" | b"Rb" | b"bR" | b"Br" if self.rules.byte_strings => {
                (raw, BYTE_STRING)
            }
            b"x" | b"X" => (Quote::DOUBLED, BYTE_STRING),
            b"b" | b"B" => (Quote::DOUBLED, BYTE_STRING),
            b"n" | b"N" => (self.plain_quote(), STRING),
            _ => return None,
        };
        self.logos.bump(1);
        Some(self.text_literal(start, quote, rule, kind))
    }

    fn plain_quote(&self) -> Quote {
        Quote {
            doubled: self.rules.doubled_quotes,
            backslash: self.rules.backslash_escapes,
            backslash_guards_quote: false,
        }
    }

    fn double_quote(&mut self, start: usize) -> SyntaxKind {
        match self.rules.double_quote {
            DoubleQuote::Identifier => self.quoted_name(start, b'"'),
            DoubleQuote::Text => self.text_literal(start, b'"', self.plain_quote(), STRING),
        }
    }

    /// A text literal whose opening quote is consumed.
    fn text_literal(&mut self, start: usize, quote: u8, rule: Quote, kind: SyntaxKind) -> SyntaxKind {
        let rest = self.rest();
        let triple = self.rules.triple_quotes && rest.as_bytes().starts_with(&[quote, quote]);
        let scan = if triple {
            text_literal::scan_triple(rest, quote, rule, &mut self.unterminated)
        } else {
            text_literal::scan(rest, quote, rule, &mut self.unterminated)
        };
        match scan {
            Scan::Complete(len) => self.logos.bump(len),
            Scan::Unterminated(len) => {
                self.logos.bump(len);
                self.error(
                    start,
                    "this text literal has no closing quote",
                    "close it with the quote it starts with",
                );
            }
        }
        kind
    }

    fn quoted_name(&mut self, start: usize, quote: u8) -> SyntaxKind {
        match text_literal::scan(self.logos.remainder(), quote, Quote::DOUBLED, &mut self.unterminated) {
            Scan::Complete(len) => self.logos.bump(len),
            Scan::Unterminated(len) => {
                self.logos.bump(len);
                self.error(
                    start,
                    "this quoted name has no closing quote",
                    "close it with the quote it starts with",
                );
            }
        }
        QUOTED_IDENT
    }

    /// Whether the number that starts with a dot here touches the name before it.
    fn dot_after_name(&self, start: usize) -> bool {
        let before = self.out.len().checked_sub(1).map(|last| self.out.kind(last));
        self.text[start..].starts_with('.') && matches!(before, Some(IDENT | QUOTED_IDENT))
    }

    /// Where any run of signs is an operator, the signs that follow belong to it.
    fn operator(&mut self, kind: SyntaxKind, start: usize) -> SyntaxKind {
        let is_sign = |byte: u8| b"+-*/<>=~!@#%^&|".contains(&byte);
        if !self.rules.custom_operators
            || !self.next_byte().is_some_and(is_sign)
            || !is_sign(self.text.as_bytes()[start])
        {
            return kind;
        }
        let bytes = &self.text.as_bytes()[start..];
        let mut len = bytes.iter().position(|&byte| !is_sign(byte)).unwrap_or(bytes.len());
        for comment in [b"--", b"/*"] {
            len = bytes[..len].windows(2).position(|pair| pair == comment).unwrap_or(len);
        }
        // An operator ends with a plus or a minus only if it holds a sign that arithmetic does not use.
        if !bytes[..len].iter().any(|byte| b"~!@#%^&|".contains(byte)) {
            while len > 1 && matches!(bytes[len - 1], b'+' | b'-') {
                len -= 1;
            }
        }
        let scanned = self.logos.span().end - start;
        if len <= scanned {
            return kind;
        }
        self.logos.bump(len - scanned);
        CUSTOM_OPERATOR
    }

    fn integer(&mut self, start: usize) -> SyntaxKind {
        if self.rules.digit_first_names && self.next_byte().is_some_and(|byte| byte.is_ascii_alphabetic()) {
            let rest = self.rest();
            let word = rest.find(|c: char| !is_name_character(c)).unwrap_or(rest.len());
            let is_suffix =
                ["l", "s", "y", "f", "d", "bd"].iter().any(|it| it.eq_ignore_ascii_case(&rest[..word]));
            if !is_suffix {
                self.logos.bump(word);
                return IDENT;
            }
        }
        if self.rules.digit_first_names && self.text[start..self.logos.span().end].contains('_') {
            return IDENT;
        }
        // `1.` is a number, but neither `1..2` nor `1.a` starts with one.
        let rest = self.rest().as_bytes();
        if rest.first() == Some(&b'.')
            && !rest.get(1).is_some_and(|&byte| {
                byte == b'.' || byte == b'_' || byte.is_ascii_alphabetic() || byte >= 0x80
            })
        {
            self.logos.bump(1);
            return FLOAT_NUMBER;
        }
        INT_NUMBER
    }

    fn line_comment_or(&mut self, is_comment: bool, kind: SyntaxKind) -> SyntaxKind {
        if !is_comment {
            return kind;
        }
        let rest = self.rest();
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.logos.bump(end);
        LINE_COMMENT
    }

    fn block_comment(&mut self, start: usize) -> SyntaxKind {
        match text_literal::scan_comment(self.logos.remainder(), self.rules.nested_comments) {
            Scan::Complete(len) => self.logos.bump(len),
            Scan::Unterminated(len) => {
                self.logos.bump(len);
                self.error(start, "this comment is not closed", "close it with `*/`");
            }
        }
        BLOCK_COMMENT
    }

    /// `a <@start_date` compares with a Rocky placeholder; `a <@ b` is Postgres' containment.
    fn less_than_at(&mut self, start: usize) {
        if !self.next_byte().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            self.out.push(LT_AT, start);
            return;
        }
        self.extend_word();
        self.out.push(LT, start);
        self.out.push(AT_NAME, start + 1);
    }

    fn dollar_name(&mut self, start: usize) -> SyntaxKind {
        if self.next_byte() == Some(b'$') {
            let text = self.text;
            self.logos.bump(1);
            let tag = &text[start..self.logos.span().end];
            return self.dollar_quote(start, tag);
        }
        PARAMETER
    }

    fn dollar_quote(&mut self, start: usize, tag: &str) -> SyntaxKind {
        let rest = self.logos.remainder();
        let searched = if self.unterminated.dollar { rest.lines().next().unwrap_or("") } else { rest };
        let end = searched.find(tag);
        if let Some(len) = end {
            self.logos.bump(len + tag.len());
        } else {
            self.unterminated.dollar = true;
            self.logos.bump(rest.find('\n').unwrap_or(rest.len()));
            self.error(start, "this text literal has no closing tag", "close it with the tag it starts with");
        }
        STRING
    }

    fn dollar_brace(&mut self, start: usize) {
        let rest = self.logos.remainder();
        let name =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | ':'))).unwrap_or(rest.len());
        if name > 0 && rest[name..].starts_with('}') {
            self.logos.bump(name + 1);
            self.out.push(PARAMETER, start);
        } else {
            self.out.push(DOLLAR, start);
            self.out.push(L_BRACE, start + 1);
        }
    }

    fn jinja_expression(&mut self, start: usize) {
        match self.jinja_end("}}") {
            Some(len) => {
                self.logos.bump(len);
                self.out.push(JINJA_ISLAND, start);
            }
            None => {
                self.out.push(L_BRACE, start);
                self.out.push(L_BRACE, start + 1);
            }
        }
    }

    fn jinja_trivia(&mut self, start: usize, end: &str, kind: SyntaxKind) -> SyntaxKind {
        match self.jinja_end(end) {
            Some(len) => self.logos.bump(len),
            None => {
                let rest = self.logos.remainder();
                self.logos.bump(rest.find('\n').unwrap_or(rest.len()));
                self.error(start, "this Jinja tag is not closed", "close it with the bracket that matches");
            }
        }
        kind
    }

    fn jinja_end(&mut self, end: &str) -> Option<usize> {
        if self.unterminated.jinja_past(end) {
            return None;
        }
        let found = text_literal::jinja_end(self.logos.remainder(), end);
        if found.is_none() {
            self.unterminated.set_jinja_past(end);
        }
        found.map(|len| len + end.len())
    }

    /// A character that logos knows nothing about.
    fn other(&mut self) -> SyntaxKind {
        let text = self.text;
        let span = self.logos.span();
        // logos may give an error for several bytes; one token is one character.
        let c = text[span.start..].chars().next().unwrap_or('\u{FFFD}');
        if !c.is_ascii() && is_name_character(c) {
            self.extend_word();
            return IDENT;
        }
        if c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}' {
            return WHITESPACE;
        }
        self.error(span.start, "this character starts no word or sign of SQL", "remove it");
        ERROR_TOKEN
    }
}

/// Names may hold any character beyond ASCII that is neither blank nor looks like a sign of SQL.
fn is_name_character(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_' || c == '$';
    }
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '\u{200B}'..='\u{206F}' | '\u{FEFF}' | '\u{FF01}'..='\u{FF0F}' | '«' | '»' | '\u{FFFD}')
}
