//! Identifiers in generated SQL: the one encoder of this package.

use rocky_syntax::DialectKind;

/// An identifier as it has to be written so that it means exactly this name.
///
/// Plain lower-case names stay bare, except words that some dialect reserves; everything else is quoted
/// with the dialect's quote, which is doubled inside.
pub fn quote_identifier(name: &str, dialect: DialectKind) -> String {
    let plain = name
        .bytes()
        .enumerate()
        .all(|(at, byte)| byte == b'_' || byte.is_ascii_alphabetic() || (at > 0 && byte.is_ascii_digit()));
    if plain && !name.is_empty() && !is_reserved(name) {
        return name.to_owned();
    }
    let quote = match dialect {
        DialectKind::Databricks | DialectKind::BigQuery => '`',
        _ => '"',
    };
    let mut quoted = String::with_capacity(name.len() + 2);
    quoted.push(quote);
    for character in name.chars() {
        if character == quote {
            quoted.push(quote);
        }
        quoted.push(character);
    }
    quoted.push(quote);
    quoted
}

/// Words that cannot be a bare table or column name on at least one of the warehouses.
fn is_reserved(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "all",
        "and",
        "any",
        "array",
        "as",
        "asc",
        "between",
        "by",
        "case",
        "cast",
        "check",
        "collate",
        "column",
        "constraint",
        "create",
        "cross",
        "current",
        "default",
        "desc",
        "distinct",
        "else",
        "end",
        "except",
        "exists",
        "false",
        "fetch",
        "following",
        "for",
        "foreign",
        "from",
        "full",
        "grant",
        "group",
        "groups",
        "having",
        "in",
        "inner",
        "insert",
        "intersect",
        "interval",
        "into",
        "is",
        "join",
        "lateral",
        "left",
        "like",
        "limit",
        "natural",
        "not",
        "null",
        "of",
        "offset",
        "on",
        "or",
        "order",
        "outer",
        "over",
        "partition",
        "preceding",
        "primary",
        "qualify",
        "range",
        "references",
        "right",
        "rollup",
        "row",
        "rows",
        "select",
        "set",
        "some",
        "start",
        "table",
        "tablesample",
        "then",
        "to",
        "true",
        "unbounded",
        "union",
        "unique",
        "unnest",
        "update",
        "user",
        "using",
        "values",
        "when",
        "where",
        "window",
        "with",
    ];
    WORDS.binary_search(&name.to_ascii_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::quote_identifier;
    use rocky_syntax::DialectKind::{BigQuery, DuckDb};

    #[test]
    fn quoting() {
        assert_eq!(quote_identifier("orders_2", DuckDb), "orders_2");
        assert_eq!(quote_identifier("order", DuckDb), "\"order\"");
        assert_eq!(quote_identifier("my \"x\"", DuckDb), "\"my \"\"x\"\"\"");
        assert_eq!(quote_identifier("a-b", BigQuery), "`a-b`");
        assert_eq!(quote_identifier("", DuckDb), "\"\"");
        assert_eq!(quote_identifier("2x", DuckDb), "\"2x\"");
    }
}
