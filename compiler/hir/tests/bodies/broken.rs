//! Texts that are broken, very deep or very long.

use expect_test::{Expect, expect};
use rocky_hir::dump::dump;
use rocky_syntax::DialectKind;

use crate::samples::CONSTRUCTS;
use crate::{body_of, body_of_broken};

fn check_broken(sql: &str, expected: Expect) {
    expected.assert_eq(&dump(&body_of_broken(sql, DialectKind::DuckDb).0));
}

#[test]
fn broken_texts_are_incomplete() {
    check_broken(
        "SELECT a, b + FROM t",
        expect![[r#"
        #0 select a, (b + <missing>)
          from t
        incomplete
    "#]],
    );
    check_broken(
        "SELECT FROM t",
        expect![[r#"
        #0 select
          from t
        incomplete
    "#]],
    );
    check_broken(
        "SELECT a FROM",
        expect![[r#"
        #0 select a
        incomplete
    "#]],
    );
    check_broken(
        "SELECT a FROM t JOIN",
        expect![[r#"
        #0 select a
          from t
            inner join opaque([] [])
        incomplete
    "#]],
    );
    check_broken(
        "",
        expect![[r#"
        no query
        incomplete
    "#]],
    );
    check_broken(
        "WITH a AS (SELECT",
        expect![[r#"
        #0 select
        #1 with a #0: opaque [] []
        incomplete
    "#]],
    );
}

#[test]
fn constructs_are_complete() {
    for (dialect, sql) in CONSTRUCTS {
        assert!(!body_of(sql, *dialect).0.incomplete, "{sql}");
    }
}

#[test]
fn depth_and_length_do_not_matter() {
    let deep = format!("SELECT {}a{} FROM t", "(1 + ".repeat(200), ")".repeat(200));
    let suffixes = format!("SELECT a{} FROM t", "::INT".repeat(20_000));
    let prefixes = format!("SELECT {}a FROM t", "NOT ".repeat(20_000));
    let queries = format!("{}SELECT 1{}", "SELECT * FROM (".repeat(200), ")".repeat(200));
    let terms = format!("SELECT {}1 FROM t", "a + ".repeat(100_000));
    let joins = format!("SELECT * FROM t{}", " JOIN u USING (k)".repeat(10_000));
    let unions = vec!["SELECT 1"; 10_000].join(" UNION ALL ");
    let mixed = format!(
        "{}SELECT 1{}",
        "SELECT CASE WHEN f([x IN (SELECT * FROM (t PIVOT (sum(y) FOR z IN (".repeat(100),
        ")))))]) THEN 1 END".repeat(100)
    );
    for sql in [deep, suffixes, prefixes, queries, terms, joins, unions, mixed] {
        let (body, map) = body_of_broken(&sql, DialectKind::DuckDb);
        assert_eq!(body.exprs.len(), map.exprs.len());
        assert!(body.root.is_some());
    }
}

#[test]
fn any_damage_is_survived() {
    let mut state = 3_u64;
    let mut next = move |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % limit.max(1)
    };
    for (_, sql) in CONSTRUCTS {
        let words: Vec<&str> = sql.split_inclusive(|c: char| !c.is_alphanumeric()).collect();
        for _ in 0..60 {
            let mut damaged = words.clone();
            for _ in 0..=next(3) {
                let at = next(damaged.len());
                match next(3) {
                    _ if damaged.is_empty() => {}
                    0 => drop(damaged.remove(at)),
                    1 => damaged.truncate(at + 1),
                    _ => damaged.swap(at, 0),
                }
            }
            let damaged = damaged.concat();
            let dialect = DialectKind::ALL[next(DialectKind::ALL.len())];
            let (body, map) = body_of_broken(&damaged, dialect);
            assert_eq!(body.exprs.len(), map.exprs.len(), "{damaged}");
            let _ = dump(&body);
        }
    }
}
