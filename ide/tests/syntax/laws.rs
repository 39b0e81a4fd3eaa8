//! What holds for every text.

use crate::support::{ROCKY, SQL, TOML, document};
use proptest::prelude::*;
use rocky_ide::{DialectKind, SourceLanguage, SyntaxDocument, TextRange, TextSize};

const LANGUAGES: [SourceLanguage; 4] = [SQL, SourceLanguage::Sql(DialectKind::BigQuery), ROCKY, TOML];

const ACCEPTED: [&str; 5] = [
    include_str!("../../../syntax/tests/sql/accepted/all.sql"),
    include_str!("../../../syntax/tests/sql/accepted/bigquery.sql"),
    include_str!("../../../syntax/tests/sql/accepted/databricks.sql"),
    include_str!("../../../syntax/tests/sql/accepted/duckdb.sql"),
    include_str!("../../../syntax/tests/sql/accepted/snowflake.sql"),
];

fn holds(text: &str, language: SourceLanguage) {
    let document = document(text, language);
    folds_are_nested(&document);
    tokens_are_sorted(&document);
    matching_is_an_involution(&document);
    let offsets: Vec<TextSize> =
        (0..=text.len() + 1).step_by(1 + text.len() / 64).map(|at| TextSize::new(at as u32)).collect();
    selections_grow(&document, &offsets);
    for offset in offsets {
        if let Some(enter) = document.on_enter(offset, "  ") {
            assert_in(&document, enter.range);
            assert!(enter.new_text.is_char_boundary(enter.cursor));
            let removed = &text[std::ops::Range::<usize>::from(enter.range)];
            let is_comment = removed.trim().trim_matches(['-', '#', '/']).is_empty();
            assert!(is_comment, "only blanks and an empty comment may go, not {removed:?}");
        }
        for place in document.highlights(offset) {
            assert_in(&document, place.range);
        }
    }
}

fn assert_in(document: &SyntaxDocument, range: TextRange) {
    let range = std::ops::Range::<usize>::from(range);
    assert!(document.text().get(range.clone()).is_some(), "{range:?} of {:?}", document.text());
}

fn apart_or_inside(a: (u32, u32), b: (u32, u32)) -> bool {
    a.1 <= b.0 || b.1 <= a.0 || (a.0 <= b.0 && b.1 <= a.1) || (b.0 <= a.0 && a.1 <= b.1)
}

fn folds_are_nested(document: &SyntaxDocument) {
    let folds = document.folding_ranges();
    for (index, fold) in folds.iter().enumerate() {
        assert_in(document, fold.range);
        assert!(fold.first_line < fold.last_line && fold.last_line < document.line_index().line_count());
        for other in &folds[index + 1..] {
            let bytes = |range: TextRange| (u32::from(range.start()), u32::from(range.end()));
            assert!(fold.first_line < other.first_line, "{fold:?} {other:?} in {:?}", document.text());
            assert!(
                apart_or_inside(bytes(fold.range), bytes(other.range)),
                "{fold:?} {other:?} in {:?}",
                document.text()
            );
            assert!(
                apart_or_inside((fold.first_line, fold.last_line), (other.first_line, other.last_line)),
                "{fold:?} {other:?} in {:?}",
                document.text()
            );
        }
    }
}

fn tokens_are_sorted(document: &SyntaxDocument) {
    let tokens = document.semantic_tokens(None);
    for token in &tokens {
        assert_in(document, token.range);
        assert!(!token.range.is_empty());
    }
    for pair in tokens.windows(2) {
        assert!(pair[0].range.end() <= pair[1].range.start(), "{pair:?} in {:?}", document.text());
    }
    // A range has the tokens that touch it, the same as in the whole.
    let third = document.text().len() as u32 / 3;
    let range = TextRange::new(TextSize::new(third), TextSize::new(2 * third));
    let touches = |token: &rocky_ide::SemanticToken| {
        token.range.start() < range.end() && range.start() < token.range.end()
    };
    let wanted: Vec<_> = tokens.into_iter().filter(touches).collect();
    assert_eq!(document.semantic_tokens(Some(range)), wanted, "{:?}", document.text());
}

fn matching_is_an_involution(document: &SyntaxDocument) {
    let pairs = document.pairs();
    for pair in &pairs {
        assert_in(document, pair.open);
        assert_in(document, pair.close);
        assert!(pair.open.end() <= pair.close.start());
        assert_eq!(document.matching(pair.open.start()), Some(pair.close), "{:?}", document.text());
        assert_eq!(document.matching(pair.close.start()), Some(pair.open), "{:?}", document.text());
    }
}

fn selections_grow(document: &SyntaxDocument, offsets: &[TextSize]) {
    let length = TextSize::of(&**document.text());
    for (chain, offset) in document.selection_ranges(offsets).iter().zip(offsets) {
        let first = chain.first().expect("there is the file at least");
        assert!(first.contains_inclusive((*offset).min(first.end())));
        for range in chain {
            assert_in(document, *range);
        }
        for pair in chain.windows(2) {
            assert!(pair[1].contains_range(pair[0]) && pair[1].len() > pair[0].len(), "{pair:?}");
        }
        assert_eq!(chain.last(), Some(&TextRange::up_to(length)));
    }
}

#[test]
fn on_everything_that_is_accepted_and_its_beginnings() {
    for (number, file) in ACCEPTED.iter().enumerate() {
        for (count, statement) in file.split("\n\n").enumerate() {
            holds(statement, SQL);
            // Each statement is cut somewhere else; together the cuts are everywhere.
            let cut = (count * 7 + number * 3) % (statement.len() + 1);
            let cut = (0..=cut).rev().find(|cut| statement.is_char_boundary(*cut)).unwrap_or_default();
            holds(&statement[..cut], SQL);
            holds(&statement[cut..], ROCKY);
        }
    }
}

const PIECES: &[&str] = &[
    "select",
    "from",
    "with a as (",
    "case",
    "when",
    "end",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    "\n",
    "\n\n",
    "  ",
    "-- region\n",
    "-- endregion\n",
    "-- x\n",
    "/* a\n b */",
    "/*",
    "'it''s'",
    "'",
    "\"q\"",
    "`",
    "{{ x }}",
    "{% if a %}",
    "{% endif %}",
    "{%",
    "a.b.c",
    "x",
    "1",
    "=",
    "=>",
    "---toml\n",
    "---\n",
    "[t]\n",
    "[[t]]",
    "k = ",
    "\"\"\"",
    "# c\n",
    "let",
    "group",
    "derive",
    "match",
    "join",
    "where",
    "@2024-01-01",
    "@m(",
    "ä😀",
    "\r\n",
    "$1",
    "$$",
    "over (",
    "order by",
    "as",
    "union all",
    "\u{feff}",
    "|",
    "in (",
    "::",
    "\\",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_pieces_of_syntax(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40), blanks in any::<bool>()) {
        let text = pieces.join(if blanks { " " } else { "" });
        for language in LANGUAGES {
            holds(&text, language);
        }
    }

    #[test]
    fn on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        for language in LANGUAGES {
            holds(&text, language);
        }
    }
}

#[test]
fn a_large_text_takes_linear_time() {
    let time = |terms: usize| {
        let text = format!("select {} from t", vec!["coalesce(a.b, 1)"; terms].join(",\n"));
        let document = document(&text, SQL);
        let began = std::time::Instant::now();
        let found =
            document.semantic_tokens(None).len() + document.folding_ranges().len() + document.pairs().len();
        assert!(found > terms);
        began.elapsed()
    };
    let (small, large) = (time(4_000).min(time(4_000)), time(32_000));
    // Eight times the text; quadratic would be sixty-four.
    assert!(large < 30 * small, "{small:?} became {large:?}");
}
