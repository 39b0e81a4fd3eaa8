use crate::support::{ROCKY, SQL, TOML, with_cursor};
use rocky_ide::SourceLanguage;

/// The text after Enter, its cursor marked again.
fn entered(marked: &str, language: SourceLanguage) -> Option<String> {
    let (document, offset) = with_cursor(marked, language);
    let enter = document.on_enter(offset, "    ")?;
    let mut text = document.text().to_string();
    let mut new = enter.new_text;
    new.insert(enter.cursor, '§');
    text.replace_range(std::ops::Range::<usize>::from(enter.range), &new);
    Some(text)
}

fn check(marked: &str, language: SourceLanguage, wanted: &str) {
    assert_eq!(entered(marked, language).as_deref(), Some(wanted), "{marked}");
}

#[test]
fn comments_go_on() {
    check("-- one§\nselect 1", SQL, "-- one\n-- §\nselect 1");
    check("  -- one § two", SQL, "  -- one\n  -- §two");
    check("--  one§", ROCKY, "--  one\n--  §");
    check("# a§", TOML, "# a\n# §");
    check("---toml\n# a§\n---\nselect 1", SQL, "---toml\n# a\n# §\n---\nselect 1");
}

#[test]
fn an_empty_comment_ends_the_run() {
    check("  -- one\n  -- §\nselect 1", SQL, "  -- one\n  §\nselect 1");
    check("-- §", SQL, "-- \n-- §".replace("-- \n", "--\n").as_str());
}

#[test]
fn a_comment_behind_code_does_not_go_on() {
    check("select a, -- one§", SQL, "select a, -- one\n§");
    check("select a, -- one§ two", SQL, "select a, -- one\n-- §two");
}

#[test]
fn before_a_comment_is_code() {
    check("§-- one", SQL, "\n§-- one");
    check("-§- one", SQL, "-\n§- one");
}

#[test]
fn block_comments_go_on() {
    check("/*§ */", SQL, "/*\n * §*/");
    check("/*\n * a§\n */", SQL, "/*\n * a\n * §\n */");
    check("  /* a§ b */", SQL, "  /* a\n     §b */");
    check("/* a */§", SQL, "/* a */\n§");
}

#[test]
fn brackets_open() {
    check("with a as (§)", SQL, "with a as (\n    §\n)");
    check("  with a as (§", SQL, "  with a as (\n      §");
    check("select f(a,§ b)", SQL, "select f(a,\n    §b)");
    check("group k {§}", ROCKY, "group k {\n    §\n}");
    check("a = [§]", TOML, "a = [\n    §\n]");
    check("a = [\n    1,§\n]", TOML, "a = [\n    1,\n    §\n]");
}

#[test]
fn a_closing_bracket_goes_back() {
    check("  with a as (\n      select 1§)", SQL, "  with a as (\n      select 1\n  §)");
}

#[test]
fn the_end_of_a_case_goes_back_to_its_start() {
    check(
        "select\n    case\n        when a then 1 § end",
        SQL,
        "select\n    case\n        when a then 1\n    §end",
    );
    check("  CASE§ END", SQL, "  CASE\n  §END");
    check("  select§ endings", SQL, "  select\n      §endings");
    check("  a§ end", SQL, "  a\n  §end");
}

#[test]
fn words_that_want_more_indent() {
    check("select§", SQL, "select\n    §");
    check("  case§", SQL, "  case\n      §");
    check("group by§", SQL, "group by\n    §");
    check("select a,§", SQL, "select a,\n    §");
    check("    a,§", SQL, "    a,\n    §");
    check("from orders§", ROCKY, "from orders\n§");
}

#[test]
fn texts_keep_their_line_ends() {
    assert_eq!(entered("select 'a§b'", SQL), None);
    assert_eq!(entered("a = \"\"\"x§\n\"\"\"", TOML), None);
}

#[test]
fn the_documents_line_end_is_used() {
    check("a = 1\r\n[b]§", TOML, "a = 1\r\n[b]\r\n§");
}
