//! `[format]`: how `rocky fmt` and editors lay out files.

use crate::decode::{Decoder, Table};
use rocky_format::{Commas, Indent, LetterCase, Settings, Spacing};

/// The keys of the section.
const KEYS: &[&str] = &["line_width", "indent", "keyword_case", "function_case", "comma", "rocky_spacing"];
const CASES: &[(&str, LetterCase)] =
    &[("upper", LetterCase::Upper), ("lower", LetterCase::Lower), ("preserve", LetterCase::Preserve)];
/// Columns that a line may have.
const LINE_WIDTHS: std::ops::RangeInclusive<u16> = 20..=1_000;
/// Spaces that a level of indentation may have.
const INDENTS: std::ops::RangeInclusive<u8> = 1..=16;

/// Reads `[format]`.
pub(crate) fn decode_format(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Settings {
    decoder.check_keys(table, KEYS);
    let line_width = decoder.integer::<u16>(table, "line_width");
    let line_width = within(decoder, table, "line_width", line_width, LINE_WIDTHS);
    Settings {
        line_width,
        indent: decode_indent(decoder, table),
        keyword_case: decoder.choice(table, "keyword_case", CASES),
        function_case: decoder.choice(table, "function_case", CASES),
        commas: decoder.choice(
            table,
            "comma",
            &[("trailing", Commas::Trailing), ("leading", Commas::Leading)],
        ),
        rocky_spacing: decoder.choice(
            table,
            "rocky_spacing",
            &[("preserve", Spacing::Preserve), ("normalize", Spacing::Normalize)],
        ),
    }
}

/// A number of spaces, or `"tab"`.
fn decode_indent(decoder: &mut Decoder<'_>, table: &Table<'_>) -> Option<Indent> {
    let is_word = matches!(table.get("indent")?.get_ref(), toml::de::DeValue::String(_));
    if is_word {
        return decoder.choice(table, "indent", &[("tab", Indent::Tab)]);
    }
    let count = decoder.integer::<u8>(table, "indent");
    within(decoder, table, "indent", count, INDENTS).map(Indent::Spaces)
}

fn within<N: PartialOrd + Copy + std::fmt::Display>(
    decoder: &mut Decoder<'_>,
    table: &Table<'_>,
    key: &str,
    number: Option<N>,
    allowed: std::ops::RangeInclusive<N>,
) -> Option<N> {
    let number = number?;
    if allowed.contains(&number) {
        return Some(number);
    }
    let value = table.get(key)?;
    let field = table.field(key);
    let (least, most) = (allowed.start(), allowed.end());
    let message = format!("'{field}' is {number}, but it must be between {least} and {most}");
    decoder.wrong(&field, value.span(), message, Some(format!("write a number from {least} to {most}")));
    None
}
