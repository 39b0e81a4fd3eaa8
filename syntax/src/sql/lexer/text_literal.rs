//! Where quoted text ends.

/// What stands for a quote inside the quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    /// The quote doubled.
    pub(super) doubled: bool,
    /// A backslash before it, as an escape.
    pub(super) backslash: bool,
    /// A backslash before it, as itself (raw literals).
    pub(super) backslash_guards_quote: bool,
}

impl Quote {
    /// Only the doubled quote.
    pub(super) const DOUBLED: Quote =
        Quote { doubled: true, backslash: false, backslash_guards_quote: false };

    fn skips_after_backslash(self) -> bool {
        self.backslash || self.backslash_guards_quote
    }
}

/// How many bytes belong to the literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scan {
    /// With the closing quote.
    Complete(usize),
    /// There is none; the literal ends with its line.
    Unterminated(usize),
}

/// Which closers are known not to follow any more, so that no text is searched twice to its end.
#[derive(Debug, Default)]
pub(super) struct Unterminated {
    single: bool,
    double: bool,
    backtick: bool,
    /// Some dollar tag has no partner; from then on partners are sought in the same line only.
    pub(super) dollar: bool,
    jinja_expression: bool,
    jinja_statement: bool,
    jinja_comment: bool,
}

impl Unterminated {
    fn quote(&mut self, quote: u8) -> &mut bool {
        match quote {
            b'\'' => &mut self.single,
            b'"' => &mut self.double,
            _ => &mut self.backtick,
        }
    }

    pub(super) fn jinja_past(&self, end: &str) -> bool {
        match end {
            "}}" => self.jinja_expression,
            "%}" => self.jinja_statement,
            _ => self.jinja_comment,
        }
    }

    pub(super) fn set_jinja_past(&mut self, end: &str) {
        match end {
            "}}" => self.jinja_expression = true,
            "%}" => self.jinja_statement = true,
            _ => self.jinja_comment = true,
        }
    }
}

/// Finds the closing quote in the text after the opening one.
pub(super) fn scan(rest: &str, quote: u8, rule: Quote, unterminated: &mut Unterminated) -> Scan {
    let bytes = rest.as_bytes();
    let limit = if *unterminated.quote(quote) { line_end(rest) } else { bytes.len() };
    let mut at = 0;
    while at < limit {
        let byte = bytes[at];
        if byte == quote {
            if rule.doubled && bytes.get(at + 1) == Some(&quote) {
                at += 2;
                continue;
            }
            return Scan::Complete(at + 1);
        }
        if byte == b'\\' && rule.skips_after_backslash() {
            at += 1;
        }
        at += 1;
    }
    *unterminated.quote(quote) = true;
    Scan::Unterminated(line_end(rest))
}

/// The same for `'''…'''`; two of the opening quotes still stand in front.
pub(super) fn scan_triple(rest: &str, quote: u8, rule: Quote, unterminated: &mut Unterminated) -> Scan {
    let bytes = rest.as_bytes();
    let limit = if *unterminated.quote(quote) { 0 } else { bytes.len() };
    let mut at = 2;
    while at < limit {
        if bytes[at] == b'\\' && rule.skips_after_backslash() {
            at += 2;
            continue;
        }
        if bytes[at..].starts_with(&[quote, quote, quote]) {
            return Scan::Complete(at + 3);
        }
        at += 1;
    }
    *unterminated.quote(quote) = true;
    Scan::Unterminated(line_end(rest).max(2))
}

/// Finds the end of a block comment whose opener is consumed.
pub(super) fn scan_comment(rest: &str, nested: bool) -> Scan {
    let bytes = rest.as_bytes();
    let mut depth = 1u32;
    let mut at = 0;
    while at + 1 < bytes.len() {
        match (bytes[at], bytes[at + 1]) {
            (b'*', b'/') => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return Scan::Complete(at);
                }
            }
            (b'/', b'*') if nested => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    Scan::Unterminated(bytes.len())
}

/// Where the closer of a Jinja tag stands: not inside the texts that the tag holds, if they are closed.
pub(super) fn jinja_end(rest: &str, closer: &str) -> Option<usize> {
    let nearest = rest.find(closer)?;
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'\'' | b'"') if closer != "#}" => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            _ if bytes[at..].starts_with(closer.as_bytes()) => return Some(at),
            _ => at += 1,
        }
    }
    Some(nearest)
}

fn line_end(rest: &str) -> usize {
    rest.find(['\n', '\r']).unwrap_or(rest.len())
}
