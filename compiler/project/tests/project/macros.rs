//! Macro files and the expansion of calls.

use crate::support::{place, render_findings};
use expect_test::{Expect, expect};
use rocky_project::{MacroTable, expand_macros, macro_uses, parse_macro};

fn table(files: &[&str]) -> MacroTable {
    let mut table = MacroTable::new();
    for file in files {
        let document = parse_macro(file, !file.contains("@macro"));
        assert_eq!(document.findings, []);
        let declared = document.declared.expect("a macro");
        table.insert(declared.name.clone(), declared);
    }
    table
}

fn declared(text: &str, is_sql_macro: bool) -> String {
    let document = parse_macro(text, is_sql_macro);
    let mut out = render_findings(text, &document.findings);
    if let Some(declared) = document.declared {
        let parameters: Vec<String> = declared
            .parameters
            .iter()
            .map(|parameter| format!("{}: {}", parameter.name, parameter.kind.as_str()))
            .collect();
        out += &format!(
            "{}({}) at {}\n",
            declared.name,
            parameters.join(", "),
            place(text, declared.name_range)
        );
        out += &format!("docs {:?}\nbody {:?}\n", declared.documentation, declared.body);
    }
    out
}

#[test]
fn declarations() {
    expect![[r#"
        euros(c: number, d: any) at 2:11-2:16
        docs "Cents to euros."
        body "({c} / 100.0)"
    "#]]
    .assert_eq(&declared(
        "-- Cents to euros.\n-- @macro euros(c: number, d) -> number\n({c} / 100.0)\n",
        false,
    ));
    expect![[r#"
        one() at 2:7-2:10
        docs "One."
        body "1"
    "#]]
    .assert_eq(&declared("-- One.\nmacro one() -> int {\n  1\n}\n", true));
    expect![[r#"
        S006 error 1:1-1:9: this file in the macros folder declares no macro
          = begin the file with `-- @macro name(parameter, …)`
    "#]]
    .assert_eq(&declared("SELECT 1", false));
    expect![[r#"
        S006 error 1:1: this file in the macros folder declares no macro
          = begin the file with `-- @macro name(parameter, …)`
    "#]]
    .assert_eq(&declared("", false));
    expect![[r#"
        S006 error 1:11-1:17: the declaration of the macro is not valid
          = write `name(parameter: type, …)` with letters, digits and `_` in names
    "#]]
    .assert_eq(&declared("-- @macro a-b(c)\n1", false));
    expect![[r#"
        S006 error 1:13-1:22: 'nubmer' is not a type of a parameter
          = did you mean 'number'?
        S006 error 1:24-1:25: the parameter 'c' appears twice
          = rename one
    "#]]
    .assert_eq(&declared("-- @macro a(c: nubmer, c)\n1", false));
    expect![[r#"
        S006 error 1:1-1:6: the macro has no body in braces
          = write `macro name(parameter, …) { … }`
    "#]]
    .assert_eq(&declared("macro x(a) { 1", true));
    expect![[r#"
        S006 error 1:1-1:20: this macro file declares no macro
          = write `macro name(parameter, …) { … }`
    "#]]
    .assert_eq(&declared("function x(a) { 1 }", true));
}

fn check(text: &str, expected: Expect) {
    let macros = table(&[
        "-- @macro euros(c: number)\n({c} / 100.0)",
        "-- @macro twice(x: expr)\n(@x + {x})",
        "-- @macro sum_euros(c: column)\nSUM(@euros({c}) * @euros(1))",
        "-- @macro loop_a()\n@loop_b()",
        "-- @macro loop_b()\n@loop_a()",
        "-- @macro one()\n1",
    ]);
    let expansion = expand_macros(text, &macros);
    let mut out = format!("{}\n", expansion.text);
    for piece in expansion.pieces.iter().filter(|piece| piece.is_replaced) {
        let expanded = &expansion.text[piece.expanded.start as usize..piece.expanded.end as usize];
        out += &format!(
            "{expanded:?} from {:?}\n",
            &text[piece.original.start as usize..piece.original.end as usize]
        );
    }
    out += &render_findings(text, &expansion.findings);
    expected.assert_eq(&out);
}

#[test]
fn calls() {
    check(
        "SELECT @euros(5), @twice(f(a, 'x,)')) FROM t",
        expect![[r#"
        SELECT (5 / 100.0), (f(a, 'x,)') + f(a, 'x,)')) FROM t
        "(5 / 100.0)" from "@euros(5)"
        "(f(a, 'x,)') + f(a, 'x,)'))" from "@twice(f(a, 'x,)'))"
    "#]],
    );
    check(
        "SELECT @one() + @twice(@one())",
        expect![[r#"
        SELECT 1 + (1 + 1)
        "1" from "@one()"
        "(1 + 1)" from "@twice(@one())"
    "#]],
    );
    check(
        "WHERE d >= @start_date AND e < @var(x) AND f = 'a@one()' -- @one()\n/* @one() */ \"@one()\"",
        expect![[r#"
        WHERE d >= @start_date AND e < @var(x) AND f = 'a@one()' -- @one()
        /* @one() */ "@one()"
    "#]],
    );
    check(
        "SELECT @eurs(1), @euros(), @euros('x'), @one(1), @loop_a(), @euros(1",
        expect![[r#"
        SELECT @eurs(1), @euros(), @euros('x'), @one(1), @loop_a(), @euros(1
        S006 error 1:8-1:13: 'eurs' is not a macro of this project
          = did you mean 'euros'?
        S006 error 1:18-1:24: macro 'euros' takes 1 argument, but 0 are given
          = call it as `@euros(c)`
        S006 error 1:28-1:34: argument 'c' of macro 'euros' must be a number, but `'x'` is not
          = pass another argument, or declare the parameter as `expr`
        S006 error 1:41-1:45: macro 'one' takes 0 arguments, but 1 is given
          = call it as `@one()`
        S006 error 1:50-1:57: macro 'loop_a' calls itself: loop_a → loop_b → loop_a
          = break the circle
        S006 error 1:61-1:67: the call of macro 'euros' is not closed
          = add `)`
    "#]],
    );
    check(
        "SELECT @sum_euros(amount) FROM t",
        expect![[r#"
        SELECT @sum_euros(amount) FROM t
        S006 error 1:8-1:18: argument 'c' of macro 'euros' must be a number, but `amount` is not
          = pass another argument, or declare the parameter as `expr`
    "#]],
    );
    check(
        "é @twice(é) é",
        expect![[r#"
        é (é + é) é
        "(é + é)" from "@twice(é)"
    "#]],
    );
}

#[test]
fn positions_lead_back_to_the_call() {
    let macros = table(&["-- @macro one()\n1 + 0"]);
    let text = "SELECT a, @one(), bb FROM t";
    let expansion = expand_macros(text, &macros);
    let original = |piece: &str| {
        let start = expansion.text.find(piece).unwrap_or_default();
        let size = |offset: usize| u32::try_from(offset).unwrap_or(0).into();
        let range = rocky_syntax::TextRange::new(size(start), size(start + piece.len()));
        let range = expansion.original_range(range);
        &text[usize::from(range.start())..usize::from(range.end())]
    };
    assert_eq!(original("a,"), "a,");
    assert_eq!(original("1 + 0"), "@one()");
    assert_eq!(original("+"), "@one()");
    assert_eq!(original("bb FROM"), "bb FROM");
    assert_eq!(original(", bb"), ", bb");
}

#[test]
fn uses_are_found_without_a_table() {
    let text = "SELECT @a(1), '@b()', @c (2), x@d(3)";
    let names: Vec<String> =
        macro_uses(text).iter().map(|found| format!("{} {}", found.name, place(text, found.range))).collect();
    assert_eq!(names, ["a 1:8-1:13"]);
}
