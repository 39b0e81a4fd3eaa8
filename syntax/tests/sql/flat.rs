//! The flat tree is the lossless one without white space and comments, and what it is sure of is true.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rocky_syntax::{
    CONSTRUCTS, DialectKind, FlatElement, NodeOrToken, SyntaxKind, SyntaxNode, TextRange, parse_sql,
    parse_sql_flat, validate_sql, validates_silently,
};

const SAMPLES: &[&str] = &[
    include_str!("accepted/all.sql"),
    include_str!("accepted/duckdb.sql"),
    include_str!("accepted/databricks.sql"),
    include_str!("accepted/snowflake.sql"),
    include_str!("accepted/bigquery.sql"),
    include_str!("accepted/postgres.sql"),
];

fn statements() -> impl Iterator<Item = &'static str> {
    SAMPLES
        .iter()
        .flat_map(|file| file.split("\n\n"))
        .chain(CONSTRUCTS.iter().map(|construct| construct.example))
}

fn lossless(root: &SyntaxNode) -> Vec<(SyntaxKind, TextRange)> {
    root.descendants_with_tokens()
        .filter(|element| match element {
            NodeOrToken::Node(_) => true,
            NodeOrToken::Token(token) => !token.kind().is_trivia(),
        })
        .map(|element| (element.kind(), element.text_range()))
        .collect()
}

/// Gives whether validation had something to say.
fn check(text: &str, dialect: DialectKind) -> bool {
    let parse = parse_sql(text, dialect);
    let flat = parse_sql_flat(text, dialect);
    let found: Vec<_> = flat.tree.elements().map(|element| (element.kind(), element.range())).collect();
    assert_eq!(found, lossless(&parse.syntax()), "{text:?}");
    assert_eq!(flat.errors, parse.errors(), "{text:?}");
    let mut walked = vec![FlatElement::Node(flat.tree.root())];
    let mut seen = Vec::new();
    while let Some(element) = walked.pop() {
        seen.push((element.kind(), element.range()));
        if let FlatElement::Node(node) = element {
            let start = walked.len();
            walked.extend(node.elements());
            walked[start..].reverse();
        }
    }
    assert_eq!(seen, found, "{text:?}: children, walked one by one, are all there is");
    let findings = validate_sql(&parse.tree(), dialect);
    assert!(
        findings.is_empty() || !validates_silently(&flat.tree, dialect),
        "{}: {text:?} is called silent, but {findings:?}",
        dialect.name()
    );
    !findings.is_empty()
}

#[test]
fn samples() {
    let mut spoken = 0;
    for dialect in DialectKind::ALL {
        for statement in statements() {
            spoken += usize::from(check(statement, dialect));
        }
    }
    assert!(spoken > 1_000, "only {spoken} samples have findings: the test looks at too little");
}

#[test]
fn plain_queries_are_silent() {
    for text in [
        "select a, b as c from t join u on t.id = u.id where a between 1 and 2 and b like 'x%' group by a, b",
        "with x as (select 1 as a) select a from x union all select a from x order by a limit 3",
        "select sum(a) over (partition by b order by c rows between 1 preceding and current row) from t",
    ] {
        for dialect in DialectKind::ALL {
            assert!(validates_silently(&parse_sql_flat(text, dialect).tree, dialect), "{text}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// Two pieces of samples, cut anywhere.
    #[test]
    fn cut_samples(a in 0usize..400, b in 0usize..400, from in 0usize..200, upto in 0usize..200, d in 0usize..7) {
        let all: Vec<&str> = statements().collect();
        let (a, b) = (all[a % all.len()], all[b % all.len()]);
        let head: String = a.chars().take(from).collect();
        let tail: String = b.chars().skip(upto).collect();
        check(&format!("{head} {tail}"), DialectKind::ALL[d % DialectKind::ALL.len()]);
    }
}
