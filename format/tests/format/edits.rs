//! Edits of texts, of ranges, and after a keystroke.

use rocky_format::{
    DialectKind, Language, Options, TextEdit, TextRange, edits_after_typing, format_edits, text_edits,
};
use rocky_syntax::apply_edits;

const SQL: Language = Language::Sql(DialectKind::DuckDb);

#[test]
fn edits_touch_gaps_and_words_only() {
    let edits = text_edits("select a,b\nfrom  t -- x\n, u\n", "SELECT a, b\nFROM t, -- x\n    u\n");
    let shown: Vec<(u32, u32, &str)> = edits
        .iter()
        .map(|edit| (edit.range.start().into(), edit.range.end().into(), edit.new_text.as_str()))
        .collect();
    assert_eq!(
        shown,
        [(0, 6, "SELECT"), (8, 9, ", "), (11, 15, "FROM"), (15, 17, " "), (18, 19, ", "), (23, 26, "\n    "),]
    );
}

#[test]
fn a_range_leaves_other_lines_alone() {
    let text = "select  a,\n   b,\n   c\nfrom  t\nwhere   d\n";
    let from = text.find("from").expect("from") as u32;
    let range = TextRange::new(from.into(), (from + 1).into());
    let edits = format_edits(text, SQL, &Options::default(), Some(range)).expect("edits");
    assert_eq!(apply_edits(text, &edits).expect("edits"), "select  a,\n   b,\n   c\nFROM t\nwhere   d\n");
}

/// Applies what follows after the text in front of `|` was typed; the last character of it is the key.
fn typed(text: &str, language: Language) -> String {
    let caret = text.find('|').expect("a caret");
    let key = text[..caret].chars().next_back().expect("a key");
    let text = text.replace('|', "");
    let edits: Vec<TextEdit> =
        edits_after_typing(&text, language, &Options::default(), (caret as u32).into(), key);
    apply_edits(&text, &edits).expect("edits that apply")
}

#[test]
fn a_closing_brace_goes_back() {
    assert_eq!(typed("from t\nderive {\n    a: 1\n    }|", Language::Rocky), "from t\nderive {\n    a: 1\n}");
    assert_eq!(typed("from t\nderive { a: 1 }|", Language::Rocky), "from t\nderive { a: 1 }");
}

#[test]
fn a_comma_makes_the_spaces_of_its_line_even() {
    assert_eq!(typed("select  f( a,| b) from t", SQL), "SELECT f(a, b) from t");
    assert_eq!(typed("a = [ 1,|2 ]", Language::Toml), "a = [1,2 ]");
}
