use super::substitute;
use expect_test::{Expect, expect};

fn check(text: &str, expected: Expect) {
    let environment = |name: &str| match name {
        "HOST" => Some("h.example".to_owned()),
        "EMPTY" => Some(String::new()),
        "NASTY" => Some("a\"b\\c\nd".to_owned()),
        "QUOTE" => Some("it's".to_owned()),
        "N" => Some("16".to_owned()),
        _ => None,
    };
    let result = substitute(text, 0, &environment);
    let mut out = format!("{}\n", result.text);
    for unset in &result.unset {
        out += &format!("unset {} at {:?}\n", unset.name, unset.range);
    }
    for finding in &result.findings {
        out += &format!("{} at {:?}: {}\n", finding.code, finding.range, finding.message);
    }
    expected.assert_eq(&out);
}

#[test]
fn values_defaults_and_unset_variables() {
    check(
        r#"a = "${HOST}" b = "${EMPTY}" c = "${EMPTY:-x}" d = ${N} e = "${NO:-}" f = "${NO}" g = ${NO}"#,
        expect![[r#"
            a = "h.example" b = "" c = "x" d = 16 e = "" f = "${NO}" g = "${NO}"
            unset NO at 75..80
            unset NO at 86..91
        "#]],
    );
}

#[test]
fn values_cannot_break_the_file() {
    check(
        "a = \"${NASTY}\"\nb = '${QUOTE}'\nc = \"\"\"${NASTY}\"\"\"\n",
        expect![[r#"
            a = "a\"b\\c\u000Ad"
            b = '${QUOTE}'
            c = """a\"b\\c
            d"""

            V007 at 20..28: the value of environment variable 'QUOTE' cannot stand in a single-quoted string, because it holds a quote or a line break
        "#]],
    );
}

#[test]
fn comments_are_comments_only_outside_strings() {
    check(
        "a = 1 # ${NO}\nb = \"\"\"\n# ${HOST}\n\"\"\"\n# ${NO}\n",
        expect![[r##"
            a = 1 # ${NO}
            b = """
            # h.example
            """
            # ${NO}

        "##]],
    );
}

#[test]
fn escapes_and_malformed_placeholders() {
    check(
        "a = \"$${X} ${} $HOST ${ A } ${\"\nb = ${1}",
        expect![[r#"
            a = "${X} ${} $HOST ${ A } ${"
            b = ""
            V007 at 21..27: ' A ' is not a name of an environment variable: letters, digits and `_`, not starting with a digit
            V007 at 36..40: '1' is not a name of an environment variable: letters, digits and `_`, not starting with a digit
        "#]],
    );
}

#[test]
fn positions_lead_back_to_the_file() {
    let environment = |_: &str| Some("a-long-value".to_owned());
    let text = "x = \"${A}\"\ny = \"${BB}-${C}\" # end";
    let result = substitute(text, 100, &environment);
    let disk = |piece: &str| {
        let start = result.text.find(piece).unwrap_or_default();
        let range = result.map.range(start..start + piece.len());
        &text[usize::from(range.start()) - 100..usize::from(range.end()) - 100]
    };
    assert_eq!(disk("\"a-long-value\"\ny"), "\"${A}\"\ny");
    assert_eq!(disk("\"a-long-value-a-long-value\""), "\"${BB}-${C}\"");
    assert_eq!(disk("# end"), "# end");
    assert_eq!(disk("y ="), "y =");
}
