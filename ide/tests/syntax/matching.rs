use crate::support::{ROCKY, SQL, TOML, with_cursor};
use rocky_ide::SourceLanguage;

/// The text with the partner of what stands at the cursor in guillemets.
fn check(marked: &str, language: SourceLanguage, wanted: Option<&str>) {
    let (document, offset) = with_cursor(marked, language);
    let found = document.matching(offset).map(|range| {
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        let text = document.text();
        format!("{}«{}»{}", &text[..start], &text[start..end], &text[end..])
    });
    assert_eq!(found.as_deref(), wanted, "{marked}");
}

#[test]
fn brackets() {
    check("select §(a, (b))", SQL, Some("select (a, (b)«)»"));
    check("select (§a, (b))", SQL, Some("select (a, (b)«)»"));
    check("select (a, (b)§)", SQL, Some("select «(»a, (b))"));
    check("select (a, (b))§", SQL, Some("select «(»a, (b))"));
    check("select §[1, {'a': 2}]", SQL, Some("select [1, {'a': 2}«]»"));
    check("select a§ from t", SQL, None);
    check("derive §{ a: 1 }", ROCKY, Some("derive { a: 1 «}»"));
}

#[test]
fn brackets_in_texts_and_comments_do_not_count() {
    check("select §(a, ')' /* ) */)", SQL, Some("select (a, ')' /* ) */«)»"));
}

#[test]
fn case_and_end() {
    check(
        "select ca§se when case when 1 then 2 end then 3 end",
        SQL,
        Some("select case when case when 1 then 2 end then 3 «end»"),
    );
    check(
        "select case when case when 1 then 2 end§ then 3 end",
        SQL,
        Some("select case when «case» when 1 then 2 end then 3 end"),
    );
}

#[test]
fn half_typed_text_spoils_nothing_around() {
    check("select §(case when a then b) from t", SQL, Some("select (case when a then b«)» from t"));
    check("select §(a[1) from t", SQL, Some("select (a[1«)» from t"));
    check("select a) §(b)", SQL, Some("select a) (b«)»"));
}

#[test]
fn quotes_and_templates() {
    check("select §'it''s'", SQL, Some("select 'it''s«'»"));
    check("select * from §{{ ref('a') }}", SQL, Some("select * from {{ ref('a') «}}»"));
    check("{% if a %}§ select 1 {% endif %}", SQL, Some("«{%» if a %} select 1 {% endif %}"));
}

#[test]
fn toml() {
    check("a = §[1, [2]]", TOML, Some("a = [1, [2]«]»"));
    check("§[[tests]]", TOML, Some("[[tests«]]»"));
    check("a = §\"\"\"x\ny\"\"\"", TOML, Some("a = \"\"\"x\ny«\"\"\"»"));
    check("---toml\na = §[1]\n---\nselect (1)", SQL, Some("---toml\na = [1«]»\n---\nselect (1)"));
}
