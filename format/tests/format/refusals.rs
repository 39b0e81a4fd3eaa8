//! Texts that are not formatted, and what surrounds a text.

use rocky_format::{DialectKind, FormatError, Language, Options, TextRange, format, format_edits};
use rocky_syntax::apply_edits;

const SQL: Language = Language::Sql(DialectKind::DuckDb);

fn refused(text: &str, language: Language) -> (u32, String) {
    match format(text, language, &Options::default()) {
        Err(FormatError::Syntax { offset, message }) => (offset.into(), message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn texts_with_errors_name_the_place() {
    assert_eq!(refused("select from", SQL).0, 7);
    assert_eq!(refused("---toml\na = \n---\nselect 1", SQL).0, 12);
    assert_eq!(refused("---toml\na = 1\n---\nselect from", SQL).0, 25);
    assert_eq!(refused("\u{feff}select from", SQL).0, 10);
    assert_eq!(refused("from orders\nwhere", Language::Rocky).0, 17);
    assert_eq!(refused("---toml\na = \n---\nfrom t\n", Language::Rocky).0, 12);
    assert_eq!(refused("\u{feff}---toml\na = 1\n---\nfrom t\nwhere", Language::Rocky).0, 33);
    assert_eq!(refused("a = 1\nb = = 2", Language::Toml).0, 10);
}

#[test]
fn line_ends_and_marks_stay() {
    let formatted = |text: &str, language| format(text, language, &Options::default()).expect("a format");
    assert_eq!(formatted("select a\r\nfrom t\r\nwhere b", SQL), "SELECT a\r\nFROM t\r\nWHERE b\r\n");
    assert_eq!(formatted("\u{feff}select 1", SQL), "\u{feff}SELECT 1\n");
    assert_eq!(formatted("\u{feff}a=1", Language::Toml), "\u{feff}a = 1\n");
    assert_eq!(formatted("\u{feff}from  t", Language::Rocky), "\u{feff}from  t\n");
    assert_eq!(formatted("", SQL), "");
    assert_eq!(formatted("  \n", SQL), "");
    assert_eq!(formatted("-- only", SQL), "-- only\n");
}

#[test]
fn a_range_formats_what_has_no_errors() {
    let text = "select  a  from t;\nselect from;\nselect  b  from t;\n";
    let all = TextRange::new(0.into(), (text.len() as u32).into());
    let edits = format_edits(text, SQL, &Options::default(), Some(all)).expect("edits");
    let formatted = apply_edits(text, &edits).expect("edits that apply");
    assert_eq!(formatted, "SELECT a FROM t;\nselect from;\nSELECT b FROM t;\n");
    assert!(format_edits(text, SQL, &Options::default(), None).is_err());
}

#[test]
fn a_range_formats_the_clauses_of_a_broken_statement() {
    let text = "  select a,b,\n c\n  from t join u on t.id=u.id\n  where\n  order  by a\n";
    let formatted = |range: std::ops::Range<u32>| {
        let range = TextRange::new(range.start.into(), range.end.into());
        let edits = format_edits(text, SQL, &Options::default(), Some(range)).expect("edits");
        apply_edits(text, &edits).expect("edits that apply")
    };
    let all = text.len() as u32;
    assert_eq!(
        formatted(0..all),
        "SELECT a, b, c\n  FROM t\n  JOIN u ON t.id = u.id\n  where\n  ORDER BY a\n"
    );
    let order = text.find("order").expect("order") as u32;
    assert!(formatted(order..order + 1).starts_with("  select a,b,\n c\n"));
    assert!(formatted(order..order + 1).ends_with("  where\n  ORDER BY a\n"));
}

#[test]
fn clauses_without_jinja_are_formatted() {
    let text = "select id,amount\nfrom {{ ref('orders') }}  as o\n{% if late %}\nwhere amount>1\n{% endif %}\n\
                group  by id {% for x in y %} , {{x}} {% endfor %}\n";
    let formatted = format(text, SQL, &Options::default()).expect("a format");
    assert_eq!(
        formatted,
        "SELECT id, amount\nFROM {{ ref('orders') }} AS o\n{% if late %}\nWHERE amount > 1\n{% endif %}\n\
         group  by id {% for x in y %} , {{x}} {% endfor %}\n"
    );
}
