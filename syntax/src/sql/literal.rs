//! What quoted text means.

use crate::sql::dialect::{Dialect, DialectKind, DoubleQuote};

/// The name that an identifier token spells: quotes removed, doubled quotes halved. Case is left alone;
/// how names compare is `Dialect::identifier_case`.
pub fn unquote_identifier(text: &str, dialect: DialectKind) -> String {
    if let Some(quoted) = text.strip_prefix("U&").or_else(|| text.strip_prefix("u&")) {
        return unicode_escapes(&unquote_identifier(quoted, dialect));
    }
    let mut chars = text.chars();
    let quote = match chars.next() {
        Some(quote @ ('"' | '`')) => quote,
        _ => return text.to_owned(),
    };
    let body = chars.as_str();
    let body = body.strip_suffix(quote).unwrap_or(body);
    let lexical = Dialect::of(dialect).lexical;
    if quote == '`' && lexical.backslash_escapes && !lexical.doubled_quotes && body.contains('\\') {
        return unescape(body).unwrap_or_else(|| body.to_owned());
    }
    let mut doubled = String::with_capacity(2);
    doubled.push(quote);
    doubled.push(quote);
    body.replace(&doubled, &doubled[..quote.len_utf8()])
}

/// A name with escapes of Unicode, `d\0061ta` or `d\+000061ta`; what is no escape stays as it is.
fn unicode_escapes(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (start, end) = if rest[1..].starts_with('+') { (2, 8) } else { (1, 5) };
        let decoded = rest
            .get(start..end)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        let taken = match decoded {
            Some(char) => {
                out.push(char);
                end
            }
            None => {
                out.push('\\');
                if rest[1..].starts_with('\\') { 2 } else { 1 }
            }
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// The text that a literal token stands for; `None` when it is not closed, holds a broken escape, or is no
/// text literal.
pub fn decode_string_literal(text: &str, dialect: DialectKind) -> Option<String> {
    let lexical = Dialect::of(dialect).lexical;
    if let Some(tagged) = text.strip_prefix('$') {
        let tag_end = tagged.find('$')? + 2;
        let (tag, rest) = text.split_at(tag_end);
        return rest.strip_suffix(tag).map(str::to_owned);
    }
    let quote_at = text.find(['\'', '"'])?;
    let (prefix, rest) = text.split_at(quote_at);
    let quote = rest.chars().next()?;
    if quote == '"' && lexical.double_quote == DoubleQuote::Identifier {
        return None;
    }
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let is_triple =
        lexical.triple_quotes && rest.len() >= 6 && rest.starts_with(&triple) && rest.ends_with(&triple);
    let body = if is_triple { &rest[3..rest.len() - 3] } else { rest[1..].strip_suffix(quote)? };
    let prefix = prefix.to_ascii_lowercase();
    match prefix.as_str() {
        "" | "n" if lexical.backslash_escapes => {
            let halved = if lexical.doubled_quotes { halve(body, quote) } else { body.to_owned() };
            unescape(&halved)
        }
        "" | "n" => Some(halve(body, quote)),
        "r" => Some(body.to_owned()),
        "e" => unescape(&halve(body, quote)),
        "u&" => Some(halve(body, quote)),
        _ => None,
    }
}

fn halve(body: &str, quote: char) -> String {
    let mut out = String::with_capacity(body.len());
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '\\' {
            // An escaped quote is not the first of a doubled one.
            if let Some(next) = chars.next_if(|&next| next == quote || next == '\\') {
                out.push(next);
            }
        } else if c == quote {
            chars.next_if_eq(&quote);
        }
    }
    out
}

/// Replaces backslash escapes.
fn unescape(body: &str) -> Option<String> {
    let mut out = String::with_capacity(body.len());
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next()? {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'a' => out.push('\u{7}'),
            'v' => out.push('\u{b}'),
            'x' | 'X' => out.push(code_point(&mut chars, 2)?),
            'u' => out.push(code_point(&mut chars, 4)?),
            'U' => out.push(code_point(&mut chars, 8)?),
            // What no dialect escapes stands for itself, as does a LIKE pattern's `\%`.
            other @ ('%' | '_') => {
                out.push('\\');
                out.push(other);
            }
            '0' => out.push('\0'),
            other => out.push(other),
        }
    }
    Some(out)
}

fn code_point(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let text = chars.as_str();
    let hex = text.get(..digits)?;
    let value = u32::from_str_radix(hex, 16).ok()?;
    *chars = text[digits..].chars();
    char::from_u32(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        assert_eq!(unquote_identifier("a", DialectKind::DuckDb), "a");
        assert_eq!(unquote_identifier("\"a\"\"b\"", DialectKind::DuckDb), "a\"b");
        let unicode = r#"U&"d\0061t\+000061 \\ \x \D800""#;
        assert_eq!(unquote_identifier(unicode, DialectKind::Postgres), r"data \ \x \D800");
        assert_eq!(unquote_identifier("`a b`", DialectKind::BigQuery), "a b");
        assert_eq!(unquote_identifier("\"open", DialectKind::DuckDb), "open");
        assert_eq!(unquote_identifier("", DialectKind::DuckDb), "");
    }

    #[test]
    fn texts() {
        let decode = decode_string_literal;
        assert_eq!(decode("'it''s'", DialectKind::DuckDb).as_deref(), Some("it's"));
        assert_eq!(decode(r"'a\nb'", DialectKind::DuckDb).as_deref(), Some(r"a\nb"));
        assert_eq!(decode(r"'a\nb'", DialectKind::Snowflake).as_deref(), Some("a\nb"));
        assert_eq!(decode(r"E'a\tb'", DialectKind::Postgres).as_deref(), Some("a\tb"));
        assert_eq!(decode("$x$a'b$x$", DialectKind::DuckDb).as_deref(), Some("a'b"));
        assert_eq!(decode("r'a\\b'", DialectKind::BigQuery).as_deref(), Some("a\\b"));
        assert_eq!(decode("'''a'b'''", DialectKind::BigQuery).as_deref(), Some("a'b"));
        assert_eq!(decode("\"t\"", DialectKind::Databricks).as_deref(), Some("t"));
        assert_eq!(decode("\"t\"", DialectKind::DuckDb), None);
        assert_eq!(decode("'open", DialectKind::DuckDb), None);
        assert_eq!(decode("'", DialectKind::DuckDb), None);
    }
}
