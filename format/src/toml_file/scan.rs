//! Cuts TOML into pieces that are moved but never changed.

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Spaces and tabs.
    Blank,
    /// The end of a line.
    LineEnd,
    /// `# …`
    Comment,
    /// A text in quotes of any kind.
    Text,
    /// A bare key, a number, a date, a word.
    Word,
    /// `[ ] { } = ,`
    Sign,
}

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Cuts a text; the pieces tile it.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match first {
            ' ' | '\t' => (Kind::Blank, run(rest, |c| matches!(c, ' ' | '\t'))),
            '\r' if rest.starts_with("\r\n") => (Kind::LineEnd, 2),
            '\n' => (Kind::LineEnd, 1),
            '#' => (Kind::Comment, line(rest)),
            '"' | '\'' => (Kind::Text, quoted(rest, first)),
            '[' | ']' | '{' | '}' | '=' | ',' => (Kind::Sign, 1),
            '$' if rest.starts_with("${") => (Kind::Word, rest.find('}').map_or(2, |end| end + 1)),
            _ => {
                let length = run(rest, |c| !c.is_whitespace() && !"#\"'[]{}=,$".contains(c));
                (Kind::Word, length.max(first.len_utf8()))
            }
        };
        tokens.push(Token { kind, start: at, end: at + length });
        at += length;
    }
    tokens
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn line(text: &str) -> usize {
    let end = text.find('\n').unwrap_or(text.len());
    if text[..end].ends_with('\r') { end - 1 } else { end }
}

fn quoted(text: &str, quote: char) -> usize {
    let triple = if quote == '"' { "\"\"\"" } else { "'''" };
    if let Some(rest) = text.strip_prefix(triple) {
        let end = closing(rest, triple, quote == '"');
        // Up to two quotes more belong to the text.
        let more = rest[end..].chars().take_while(|c| *c == quote).count().min(2);
        return 3 + end + more;
    }
    let end = closing(&text[1..], &triple[..1], quote == '"');
    1 + end
}

/// Where the text ends, the quote included.
fn closing(text: &str, quote: &str, escapes: bool) -> usize {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(quote) {
            return at + quote.len();
        }
        let Some(first) = rest.chars().next() else { break };
        at += first.len_utf8();
        if first == '\\' && escapes {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    text.len()
}
