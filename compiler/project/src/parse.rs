//! From a TOML text to its table, through the environment; the same few lines for every document.

use crate::Finding;
use crate::decode::{Decoder, Policy, Table};
use crate::environment::{Environment, Substitution, UnsetVariable, substitute};
use rocky_syntax::TextRange;
use smol_str::SmolStr;
use toml::de::DeTable;

/// What reading a document gave beside its value.
pub(crate) struct Parsed<T> {
    pub(crate) value: T,
    pub(crate) findings: Vec<Finding>,
    pub(crate) unset: Vec<UnsetVariable>,
    /// Whether the text is valid TOML; if not, the value holds what could be recovered.
    pub(crate) is_valid: bool,
}

/// Parses `text`, which starts at byte `base` of its file, and decodes its top table.
///
/// A syntax error is reported once, under `syntax_code`; what follows from it is not reported.
pub(crate) fn parse_document<T>(
    text: &str,
    base: usize,
    environment: Environment<'_>,
    policy: Policy,
    syntax_code: &'static str,
    decode: impl FnOnce(&mut Decoder<'_>, &Table<'_>) -> T,
) -> Parsed<T> {
    let Substitution { text, map, unset, findings } = substitute(text, base, environment);
    let (table, errors) = DeTable::parse_recoverable(&text);
    let mut decoder =
        Decoder { map: &map, unset: &unset, policy, findings: Vec::new(), column_may_follow: false };
    let range = map.range(0..0);
    let root = Table { entries: table.get_ref(), path: SmolStr::default(), range };
    let value = decode(&mut decoder, &root);
    let decoded = decoder.findings;
    let mut findings = findings;
    let is_valid = errors.is_empty();
    // Errors come in the order in which the parser gave up; the first in the text is the cause.
    match errors.iter().min_by_key(|error| error.span().map_or(usize::MAX, |span| span.start)) {
        Some(error) => findings.push(syntax_finding(error, syntax_code, &text, |span| map.range(span))),
        None => findings.extend(decoded),
    }
    findings.sort_by_key(|finding| (finding.range.start(), finding.range.end()));
    Parsed { value, findings, unset, is_valid }
}

fn syntax_finding(
    error: &toml::de::Error,
    code: &'static str,
    text: &str,
    range: impl Fn(std::ops::Range<usize>) -> TextRange,
) -> Finding {
    let span = error.span().unwrap_or(text.len()..text.len());
    let message = format!("the TOML is not valid: {}", error.message());
    let advice = if error.message().contains("duplicate key") {
        "remove one of the two"
    } else {
        "look for a missing quote, an unclosed bracket or a missing `=` here or just before"
    };
    Finding::error(code, range(span), message).suggest(advice)
}
