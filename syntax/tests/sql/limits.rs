//! Sizes nobody writes: they end, they keep the text, they do not overflow the stack.

use rocky_syntax::{DialectKind, Parse, parse_sql, sql::ast::SqlFile};

fn survives(text: &str) -> Parse<SqlFile> {
    let parse = parse_sql(text, DialectKind::Permissive);
    assert!(parse.syntax().text() == text, "the tree lost text");
    parse
}

#[test]
fn deep_parentheses() {
    let deep = format!("select {}1{} from t where a = 1", "(".repeat(10_000), ")".repeat(10_000));
    let parse = survives(&deep);
    assert_eq!(parse.errors().len(), 1, "{:?}", parse.errors());
    assert!(parse.errors()[0].message.contains("deep"), "{:?}", parse.errors());
    // What stands after the brackets is still seen.
    let query = parse.tree().query().unwrap();
    assert!(query.syntax().descendants().any(|node| node.kind() == rocky_syntax::SyntaxKind::WHERE_CLAUSE));
}

use rocky_syntax::AstNode as _;

#[test]
fn every_bracket_nests_deeply() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("(select ", ")"),
        ("case when ", " then 1 end"),
        ("{'a': ", "}"),
        ("cast(", " as int)"),
        ("a in (", ")"),
        ("exists (select ", ")"),
        ("x -> ", ""),
        ("not ", ""),
        ("- ", ""),
        ("array[", "]"),
        ("a[", "]"),
        ("sum(a) over (order by ", ")"),
        ("@m(", ")"),
        ("map {1: ", "}"),
        ("interval (", ") day"),
        ("extract(day from ", ")"),
        ("trim(both 'x' from ", ")"),
        ("a between ", " and 1"),
        ("a or b and ", ""),
        ("row(", ")"),
        ("prior ", ""),
        ("= any(", ")"),
    ] {
        let text = format!("select {}1{} from t", open.repeat(10_000), close.repeat(10_000));
        survives(&text);
        survives(&format!("select {}", open.repeat(10_000)));
        survives(&format!("select {}", close.repeat(10_000)));
    }
}

#[test]
fn queries_nest_deeply() {
    for (open, close) in [
        ("select * from (", ")"),
        ("(", ")"),
        ("with a as (", ") select 1"),
        ("select 1 union (", ")"),
        ("from (", ")"),
        ("select * from a join (", ")"),
        ("select * from ((", ") a join b)"),
        ("select * from lateral (", ")"),
        ("select * from t where x in (", ")"),
        ("pivot (", ") on a using b"),
        ("select 1 group by grouping sets (", ")"),
        ("select x::struct<a ", ">"),
        ("select x::array(", ")"),
        ("values (", ")"),
    ] {
        survives(&format!("{}select 1{}", open.repeat(10_000), close.repeat(10_000)));
        survives(&open.repeat(10_000));
    }
}

#[test]
fn long_chains_are_flat() {
    for (operand, operator) in [
        ("a = 1", " or "),
        ("a", " and "),
        ("1", " + "),
        ("'x'", " || "),
        ("a", "."),
        ("a", "::int::"),
        ("a", "[1]"),
        ("a", " is null "),
        ("select 1", " union all "),
        ("select 1", " intersect "),
        ("a", " = "),
        ("x", " in (1) "),
        ("a", " collate b "),
        ("a", ":"),
        ("select 1", ";"),
        ("a", ", "),
        ("a", " < "),
        ("a", " like "),
        ("a", " at time zone "),
        ("f(1)", "."),
        ("a", " over "),
        ("from t", " |> where a "),
        ("a", " -> "),
    ] {
        let text = format!("select {}", vec![operand; 100_000].join(operator));
        survives(&text);
    }
    let or = format!("select * from t where {}", vec!["a = 1"; 100_000].join(" or "));
    assert_eq!(survives(&or).errors(), []);
    let union = vec!["select 1"; 20_000].join(" union all ");
    assert_eq!(survives(&union).errors(), []);
}

#[test]
fn large_statements_end() {
    let columns: Vec<String> = (0..40_000).map(|n| format!("  t.column_{n} as alias_{n}")).collect();
    let text = format!("select\n{}\nfrom t", columns.join(",\n"));
    assert!(text.len() > 1_000_000);
    assert_eq!(survives(&text).errors(), []);

    let joins: Vec<String> = (0..20_000).map(|n| format!("join t{n} on t{n}.a = t.a")).collect();
    assert_eq!(survives(&format!("select * from t {}", joins.join("\n"))).errors(), []);

    let joins: Vec<String> = (0..20_000).map(|n| format!("join t{n}")).collect();
    survives(&format!("select * from t {}", joins.join("\n")));

    let ctes: Vec<String> = (0..20_000).map(|n| format!("c{n} as (select 1)")).collect();
    assert_eq!(survives(&format!("with {} select 1", ctes.join(", "))).errors(), []);
}

#[test]
fn garbage_ends() {
    for piece in [
        "'", "\"", "`", "$$", "$a$ $b$", "/*", "{{", "{%", "\\\"", "\\'\n", "(", ")", "@", "é", "\u{0}",
        "select", "((", "[{", "from (", "|>", "e'\\",
    ] {
        for dialect in DialectKind::ALL {
            let text = piece.repeat(30_000);
            let parse = parse_sql(&text, dialect);
            assert!(parse.syntax().text() == text.as_str());
        }
    }
}
