//! Half-typed and broken pipelines: one message, which begins where `$0` stands, and the steps around the
//! broken one are kept. The trees and messages stand in `broken/`; `UPDATE_EXPECT=1` writes them.

use std::fmt::Write as _;

use expect_test::expect_file;
use rocky_syntax::SyntaxKind::{self, *};
use rocky_syntax::dsl::{parse_dsl, validate_dsl};
use rocky_syntax::{NodeOrToken, SyntaxNode};

fn check(name: &str, marked: &str) -> String {
    let at = marked.find("$0").unwrap_or_else(|| panic!("{name} does not say where its message belongs"));
    let text = marked.replacen("$0", "", 1);
    let parse = parse_dsl(&text);
    assert_eq!(parse.syntax().to_string(), text);
    let errors: Vec<_> = parse.errors().iter().cloned().chain(validate_dsl(&parse.tree())).collect();
    assert_eq!(errors.len(), 1, "one message for {text:?}: {errors:#?}");
    let error = &errors[0];
    assert_eq!(usize::from(error.range.start()), at, "the message of {text:?} stands elsewhere: {error:?}");
    steps_are_typed(&parse.syntax(), &text);
    let covered = &text[usize::from(error.range.start())..usize::from(error.range.end())];
    let mut out = format!("{text}\n----\n{} at {covered:?}: {}\n", error.code, error.message);
    if let Some(help) = &error.help {
        let _ = writeln!(out, "help: {help}");
    }
    node(&parse.syntax(), 0, &mut out);
    out
}

/// Whatever is broken, the word of a step begins that step.
fn steps_are_typed(root: &SyntaxNode, text: &str) {
    let step = |word: SyntaxKind| match word {
        FROM_KW => Some(FROM_STEP),
        WHERE_KW => Some(WHERE_STEP),
        GROUP_KW => Some(GROUP_STEP),
        DERIVE_KW => Some(DERIVE_STEP),
        SELECT_KW => Some(SELECT_STEP),
        TAKE_KW => Some(TAKE_STEP),
        DISTINCT_KW => Some(DISTINCT_STEP),
        _ => None,
    };
    for token in root.descendants_with_tokens().filter_map(|element| element.into_token()) {
        let parent = token.parent().map(|parent| parent.kind());
        // The second one of a word that is written twice lies in an error node of its own.
        let alone = token.parent().is_some_and(|parent| parent.text() == token.text());
        if let Some(wanted) = step(token.kind()) {
            assert!(
                parent == Some(wanted) || parent == Some(ARG_LIST) || (parent == Some(ERROR_NODE) && alone),
                "{} of {text:?} stands in {parent:?}",
                token.text()
            );
        }
    }
}

/// Without trivia and ranges; a node of tokens alone on one line.
fn node(syntax: &SyntaxNode, depth: usize, out: &mut String) {
    let _ = write!(out, "{:indent$}{:?}", "", syntax.kind(), indent = depth * 2);
    let children: Vec<_> = syntax
        .children_with_tokens()
        .filter(|child| child.as_token().is_none_or(|token| !token.kind().is_trivia()))
        .collect();
    let flat = children.iter().all(|child| child.as_token().is_some());
    if !flat {
        out.push('\n');
    }
    for child in children {
        match child {
            NodeOrToken::Node(child) => node(&child, depth + 1, out),
            NodeOrToken::Token(token) if flat => {
                let _ = write!(out, " {}", token.text());
            }
            NodeOrToken::Token(token) => {
                let _ = writeln!(out, "{:indent$}{}", "", token.text(), indent = depth * 2 + 2);
            }
        }
    }
    if flat {
        out.push('\n');
    }
}

macro_rules! broken {
    ($($name:ident: $text:expr,)*) => {
        $(
            #[test]
            fn $name() {
                let shown = check(stringify!($name), $text);
                expect_file![concat!("./broken/", stringify!($name), ".txt")].assert_eq(&shown);
            }
        )*

        /// Every file belongs to a case, and there are enough of them.
        #[test]
        fn the_table_is_whole() {
            let names = [$(stringify!($name)),*];
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dsl/broken");
            for file in std::fs::read_dir(folder).unwrap() {
                let name = file.unwrap().file_name().into_string().unwrap();
                assert!(names.contains(&name.trim_end_matches(".txt")), "{name} has no case");
            }
            assert!(names.len() >= 105, "{}", names.len());
        }
    };
}

broken! {
    from_nothing: "from\n$0where a == 1\ntake 5",
    from_at_the_end: "from$0",
    from_dot: "from s.\n$0where a == 1",
    from_twice: "from a\n$0from b\ntake 5",
    from_mistyped: "$0form t\nwhere a == 1\ntake 5",
    from_upper: "$0FROM t\nwhere a == 1",
    alias_nothing: "from t as\n$0where a == 1\ntake 5",
    where_nothing: "from t\nwhere\n$0select { a }",
    where_at_the_end: "from t where$0",
    where_mistyped: "from t\n$0wehre a == 1\nselect { a }",
    where_comparison_open: "from t\nwhere a ==\n$0select { a }",
    where_single_equals: "from t\nwhere a $0= 1\nselect { a }",
    where_sql_not_equal: "from t\nwhere a $0<> 1\nselect { a }",
    where_and_open: "from t\nwhere a == 1 and\n$0select { a }",
    where_and_twice: "from t\nwhere a == 1 and $0and b == 2\nselect { a }",
    where_or_first: "from t\nwhere $0or a == 1\nselect { a }",
    where_not_open: "from t\nwhere not\n$0select { a }",
    where_parenthesis_open: "from t\nwhere (a == 1\n$0select { a }",
    where_parenthesis_closes_nothing: "from t\nwhere a == 1$0)\nselect { a }",
    where_call_open: "from t\nwhere f(a\n$0select { a }",
    where_in_nothing: "from t\nwhere a in\n$0select { a }",
    where_in_empty: "from t\nwhere a in [$0]\nselect { a }",
    where_in_open: "from t\nwhere a in [1, 2\n$0select { a }",
    where_is_nothing: "from t\nwhere a is\n$0select { a }",
    where_is_value: "from t\nwhere a is $05\nselect { a }",
    where_between_open: "from t\nwhere a between 1\n$0select { a }",
    where_dot_open: "from t\nwhere t.\n$0select { a }",
    where_operator_twice: "from t\nwhere a == $0== b\nselect { a }",
    where_two_conditions: "from t\nwhere a == 1 $0b == 2\nselect { a }",
    where_string_open: "from t\nwhere a == $0\"x\nselect { a }",
    where_date_open: "from t\nwhere d > $0@2025-\nselect { a }",
    where_date_wrong: "from t\nwhere d > $0@2025-02-30\nselect { a }",
    where_case: "from t\nwhere $0case when a then 1 end\nselect { a }",
    group_without_block: "from t\ngroup k\n$0where n > 1",
    group_block_open: "from t\ngroup k { n: count()\n$0where n > 1",
    group_block_without_key: "from t\ngroup {\n$0where n > 1",
    group_entry_without_value: "from t\ngroup k { n: $0}\nwhere n > 1",
    group_entry_without_colon: "from t\ngroup k { n $0count() }\nwhere n > 1",
    group_mistyped: "from t\n$0gruop k { n: count() }\nwhere n > 1",
    derive_nothing: "from t\nderive\n$0take 5",
    derive_open: "from t\nderive {\n$0take 5",
    derive_name_only: "from t\nderive { a $0}\ntake 5",
    derive_value_open: "from t\nderive { a: 1 + $0}\ntake 5",
    derive_second_broken: "from t\nderive { a: 1, b: $0, c: 3 }\ntake 5",
    derive_without_braces: "from t\nderive $0a: 1\ntake 5",
    derive_brace_twice: "from t\nderive { a: 1 }$0}\ntake 5",
    derive_mistyped: "from t\n$0dervie { a: 1 }\ntake 5",
    match_open: "from t\nderive { a: match x { 1 => 2 }\n$0take 5",
    match_without_block: "from t\nderive { a: match x $0}\ntake 5",
    match_without_arrow: "from t\nderive { a: match x { 1 $02 } }\ntake 5",
    match_without_value: "from t\nderive { a: match x { 1 => $0} }\ntake 5",
    match_empty: "from t\nderive { a: $0match x { } }\ntake 5",
    match_default_first: "from t\nderive { a: match x { $0_ => 1, 2 => 3 } }\ntake 5",
    over_open: "from t\nderive { a: sum(x) over (partition k $0}\ntake 5",
    over_nothing: "from t\nderive { a: sum(x) over $0}\ntake 5",
    over_word: "from t\nderive { a: sum(x) over ($0foo) }\ntake 5",
    frame_open: "from t\nderive { a: sum(x) over (rows 1$0) }\ntake 5",
    frame_bound_missing: "from t\nderive { a: sum(x) over (rows $0..current) }\ntake 5",
    cast_without_type: "from t\nderive { a: cast(x as$0) }\ntake 5",
    double_colon_open: "from t\nderive { a: x:: $0}\ntake 5",
    select_nothing: "from t\nselect\n$0take 5",
    select_without_braces: "from t\nselect $0a\ntake 5",
    select_open: "from t\nselect { a, b\n$0take 5",
    select_mistyped: "from t\n$0selet { a }\ntake 5",
    join_nothing: "from t\njoin\n$0take 5",
    join_without_on: "from t\njoin u\n$0take 5",
    join_on_nothing: "from t\njoin u on\n$0take 5",
    join_keep_missing: "from t\njoin u on k { $0city }\ntake 5",
    join_keep_open: "from t\njoin u on k { keep u.\n$0take 5",
    join_cross_on: "from t\ncross join u $0on k\ntake 5",
    left_without_join: "from t\n$0left u on k\ntake 5",
    sort_dot_open: "from t\nsort t.\n$0take 5",
    sort_comma: "from t\nsort a,\ntake 5 offset$0",
    take_nothing: "from t\ntake\n$0distinct",
    take_word: "from t\ntake $0x\ndistinct",
    take_limit: "from t\n$0limit 5\ndistinct",
    distinct_extra: "from t\ndistinct $0a\ntake 5",
    union_nothing: "from t\nunion\n$0take 5",
    unknown_step: "from t\n$0frobnicate x y\ntake 5",
    order_by: "from t\n$0order by a\ntake 5",
    semicolon: "from t$0;\ntake 5",
    hash_comment: "from t $0# note\ntake 5",
    let_nothing: "let\n$0from t",
    let_without_equals: "let a $0from t\nfrom a",
    let_two_equals: "let a $0== from t\nfrom a",
    let_missing: "$0a = from t | where x > 1 from a",
    let_missing_in_the_second: "let a = from t $0b = from a from b",
    let_behind_its_name: "$0a let = from t\nfrom u",
    let_equals_twice: "let a = $0= from t\nfrom a",
    let_equals_before_the_name: "let $0= a from t\nfrom u",
    let_without_from: "let a = $0t | where x > 1\nfrom a",
    let_from_twice: "let a = from $0from t\nfrom a",
    let_from_behind_the_name: "let a = $0t from | where x > 1\nfrom a",
    from_nothing_before_a_join: "from $0left_join u on k\ntake 5",
    from_nothing_before_a_cross_join: "from $0cross join u\ntake 5",
    on_nothing_before_a_join: "from t left_join u on $0right_join v on k\ntake 5",
    match_without_subject: "from t\nderive { a: match { $0> 1 => 1, >= 2 => 2, 3 => 3 } }\ntake 5",
    match_open_before_an_entry: "from t\nderive { a: match x { 1 => 2, _ => 3, $0b: 4 }\ntake 5",
    cast_as_behind_the_type: "from t\nderive { a: cast(x $0decimal as (10, 2)), b: 1 }\ntake 5",
    parenthesis_twice_in_a_cast: "from t\nderive { a: f(g((x)), $0b: 1 }\ntake 5",
    let_late: "from t\n$0let a = from u\ntake 5",
    let_without_main: "$0let a = from t",
    comment_open: "from t\n$0/* note\ntake 5",
    name_open: "from $0`t\ntake 5",
    bracket_alone: "from t $0]\ntake 5",
    brace_alone: "from t $0{ a }\ntake 5",
}
