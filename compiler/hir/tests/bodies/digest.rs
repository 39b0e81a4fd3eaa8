//! When the digest of a body changes, and when it does not.

use rocky_base_db::Digest;
use rocky_hir::lower::body_digest;
use rocky_syntax::AstNode as _;
use rocky_syntax::{DialectKind, NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken};

use crate::samples::{CONSTRUCTS, tpch};
use crate::{body_of, body_of_broken};

fn digest_of(sql: &str, dialect: DialectKind) -> Digest {
    body_digest(&body_of(sql, dialect).0)
}

fn texts() -> Vec<(DialectKind, String)> {
    let mut texts: Vec<(DialectKind, String)> =
        tpch().into_iter().map(|(_, text)| (DialectKind::DuckDb, text)).collect();
    texts.extend(CONSTRUCTS.iter().map(|(dialect, text)| (*dialect, (*text).to_owned())));
    texts
}

fn root(sql: &str, dialect: DialectKind) -> SyntaxNode {
    rocky_syntax::parse_sql(sql, dialect).tree().syntax().clone()
}

fn tokens(root: &SyntaxNode) -> Vec<SyntaxToken> {
    root.descendants_with_tokens().filter_map(NodeOrToken::into_token).collect()
}

/// The text with every token spelled by `spell`.
fn respelled(root: &SyntaxNode, mut spell: impl FnMut(usize, &SyntaxToken) -> String) -> String {
    tokens(root).iter().enumerate().map(|(index, token)| spell(index, token)).collect()
}

/// A small generator of numbers, so that a failing case can be repeated.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

#[test]
fn comments_spaces_and_keyword_case_do_not_matter() {
    let mut numbers = Numbers(7);
    for (dialect, sql) in texts() {
        let before = digest_of(&sql, dialect);
        let root = root(&sql, dialect);
        for _ in 0..4 {
            let other = respelled(&root, |_, token| match token.kind() {
                SyntaxKind::WHITESPACE => {
                    ["\n", "  ", "\t\n", " /* c, ; ' */ ", " -- c (\n", "\r\n"][numbers.below(6)].to_owned()
                }
                SyntaxKind::LINE_COMMENT | SyntaxKind::BLOCK_COMMENT => " ".to_owned(),
                kind if kind.is_keyword() && numbers.below(2) == 0 => token.text().to_lowercase(),
                kind if kind.is_keyword() => token.text().to_uppercase(),
                _ => token.text().to_owned(),
            });
            assert_eq!(digest_of(&other, dialect), before, "{sql}\n---\n{other}");
        }
    }
}

#[test]
fn redundant_parentheses_do_not_matter() {
    let operands = [
        SyntaxKind::COLUMN_REF,
        SyntaxKind::LITERAL,
        SyntaxKind::FUNCTION_CALL,
        SyntaxKind::BINARY_EXPR,
        SyntaxKind::CASE_EXPR,
        SyntaxKind::CAST_EXPR,
        SyntaxKind::SUBQUERY_EXPR,
        SyntaxKind::IS_EXPR,
        SyntaxKind::EXISTS_EXPR,
        SyntaxKind::IN_EXPR,
        SyntaxKind::BETWEEN_EXPR,
    ];
    let around = [
        SyntaxKind::BINARY_EXPR,
        SyntaxKind::WHERE_CLAUSE,
        SyntaxKind::HAVING_CLAUSE,
        SyntaxKind::ON_CLAUSE,
        SyntaxKind::WHEN_ARM,
        SyntaxKind::ELSE_ARM,
        SyntaxKind::SELECT_ITEM,
        SyntaxKind::BETWEEN_EXPR,
        SyntaxKind::CAST_EXPR,
        SyntaxKind::ORDER_ITEM,
        SyntaxKind::PARTITION_BY_CLAUSE,
    ];
    let mut wrapped = 0;
    for (dialect, sql) in texts() {
        let before = digest_of(&sql, dialect);
        let root = root(&sql, dialect);
        let places = root.descendants().filter(|node| {
            operands.contains(&node.kind())
                && node.parent().is_some_and(|parent| around.contains(&parent.kind()))
        });
        for place in places {
            let range = place.text_range();
            let (start, end) = (usize::from(range.start()), usize::from(range.end()));
            let other = format!("{}(({})){}", &sql[..start], &sql[start..end], &sql[end..]);
            assert_eq!(digest_of(&other, dialect), before, "{other}");
            wrapped += 1;
        }
    }
    assert!(wrapped > 500, "only {wrapped} places were wrapped");
}

#[test]
fn every_name_number_and_text_matters() {
    for (dialect, sql) in texts() {
        let before = digest_of(&sql, dialect);
        let root = root(&sql, dialect);
        for (at, changed) in tokens(&root).iter().enumerate() {
            let replacement = match changed.kind() {
                SyntaxKind::IDENT => format!("{}q", changed.text()),
                SyntaxKind::INT_NUMBER => format!("{}7", changed.text()),
                SyntaxKind::STRING => format!("{}z'", &changed.text()[..changed.text().len() - 1]),
                _ => continue,
            };
            let other =
                respelled(
                    &root,
                    |index, token| {
                        if index == at { replacement.clone() } else { token.text().to_owned() }
                    },
                );
            let (body, _) = body_of_broken(&other, dialect);
            assert_ne!(body_digest(&body), before, "{} -> {replacement} in\n{other}", changed.text());
        }
    }
}

/// Words that may be left out without a change of meaning.
const NOISE: &[SyntaxKind] = &[
    SyntaxKind::AS_KW,
    SyntaxKind::INNER_KW,
    SyntaxKind::OUTER_KW,
    SyntaxKind::ASC_KW,
    SyntaxKind::ROW_KW,
    SyntaxKind::ROWS_KW,
    SyntaxKind::WHERE_KW,
    SyntaxKind::IS_KW,
    SyntaxKind::CROSS_KW,
    SyntaxKind::BOTH_KW,
];

#[test]
fn every_keyword_that_can_be_left_out_matters() {
    let mut left_out = 0;
    for (dialect, sql) in texts() {
        let before = digest_of(&sql, dialect);
        let root = root(&sql, dialect);
        for (at, removed) in tokens(&root).iter().enumerate() {
            if !removed.kind().is_keyword() || NOISE.contains(&removed.kind()) {
                continue;
            }
            let other = respelled(
                &root,
                |index, token| if index == at { " ".to_owned() } else { token.text().to_owned() },
            );
            // `LEFT ANTI JOIN` is `ANTI JOIN`.
            let is_half = sql[usize::from(removed.text_range().end())..].trim_start().starts_with("ANTI");
            if is_half || !rocky_syntax::parse_sql(&other, dialect).errors().is_empty() {
                continue;
            }
            left_out += 1;
            assert_ne!(digest_of(&other, dialect), before, "without {}:\n{other}", removed.text());
        }
    }
    assert!(left_out > 50, "only {left_out} keywords could be left out");
}

#[test]
fn pairs_that_say_the_same() {
    let pairs = [
        ("SELECT a + b + c FROM t", "SELECT (a + b) + c FROM t"),
        ("SELECT a AND b AND c FROM t", "SELECT ((a AND b)) AND c FROM t"),
        ("SELECT * FROM a JOIN b ON x JOIN c ON y", "SELECT * FROM (a JOIN b ON x) JOIN c ON y"),
        ("SELECT a FROM t", "(SELECT a FROM t)"),
        ("SELECT a FROM t UNION SELECT b FROM u", "(SELECT a FROM t) UNION (SELECT b FROM u)"),
        ("SELECT a AS b FROM t AS u", "SELECT a b FROM t u;"),
        ("SELECT sum(a) FROM t", "SELECT SUM(a) FROM t"),
        ("SELECT 1000 FROM t", "SELECT 1_000 FROM t"),
        ("SELECT CAST(a AS decimal(10,2)) FROM t", "SELECT CAST(a AS DECIMAL( 10 , 2 )) FROM t"),
        ("SELECT CAST(a AS INT) FROM t", "SELECT a::int FROM t"),
        ("SELECT a IS NULL FROM t", "SELECT a ISNULL FROM t"),
        ("SELECT a <> b FROM t", "SELECT a != b FROM t"),
        ("SELECT a, b FROM t", "SELECT a, b, FROM t"),
    ];
    for (first, second) in pairs {
        assert_eq!(
            digest_of(first, DialectKind::DuckDb),
            digest_of(second, DialectKind::DuckDb),
            "{first}\n{second}"
        );
    }
}

#[test]
fn pairs_that_say_something_else() {
    let pairs = [
        ("SELECT a - b - c FROM t", "SELECT a - (b - c) FROM t"),
        ("SELECT a FROM t ORDER BY b", "SELECT a FROM t ORDER BY b DESC"),
        ("SELECT a FROM t ORDER BY b DESC, c", "SELECT a FROM t ORDER BY b, c DESC"),
        ("SELECT a LIKE b FROM t", "SELECT a ILIKE b FROM t"),
        ("SELECT a FROM t LIMIT 1", "SELECT a FROM t OFFSET 1"),
        ("SELECT a & b FROM t", "SELECT a | b FROM t"),
        ("SELECT INTERVAL 1 DAY", "SELECT INTERVAL 1 HOUR"),
        ("SELECT a FROM t", "SELECT a FROM \"t\""),
        ("SELECT 'a' FROM t", "SELECT \"a\" FROM t"),
        ("SELECT sum(x) OVER (ROWS 1 PRECEDING)", "SELECT sum(x) OVER (RANGE 1 PRECEDING)"),
        (
            "SELECT a FROM t GROUP BY GROUPING SETS ((a, b))",
            "SELECT a FROM t GROUP BY GROUPING SETS ((a), (b))",
        ),
        ("SELECT a FROM t UNION SELECT b FROM u", "SELECT a FROM t UNION ALL SELECT b FROM u"),
        ("SELECT a FROM t JOIN u ON x", "SELECT a FROM t LEFT JOIN u ON x"),
        ("SELECT first(a IGNORE NULLS) FROM t", "SELECT first(a) FROM t"),
        ("SELECT a FROM t TABLESAMPLE (1 PERCENT)", "SELECT a FROM t TABLESAMPLE (2 PERCENT)"),
    ];
    for (first, second) in pairs {
        assert_ne!(
            digest_of(first, DialectKind::DuckDb),
            digest_of(second, DialectKind::DuckDb),
            "{first}\n{second}"
        );
    }
}

#[test]
fn numbers_follow_the_text_and_children_come_first() {
    for (dialect, sql) in texts() {
        let (body, map) = body_of(&sql, dialect);
        assert_eq!(body.exprs.len(), map.exprs.len());
        assert_eq!(body.queries.len(), map.queries.len());
        assert_eq!(body.relations.len(), map.relations.len());
        assert_eq!(body.relations.len(), map.relation_aliases.len());
        for (index, expr) in body.exprs.iter().enumerate() {
            rocky_hir::parts::of_expr(expr, &mut |part| {
                if let rocky_hir::parts::Part::Expr(child) = part {
                    assert!(child.index() < index, "{sql}");
                }
            });
        }
        let length = sql.len();
        for range in map.exprs.iter().chain(&map.queries).chain(&map.relations) {
            assert!(usize::from(range.end()) <= length);
        }
    }
}
