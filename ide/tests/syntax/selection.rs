use crate::support::{ROCKY, SQL, TOML, with_cursor};
use expect_test::{Expect, expect};
use rocky_ide::{SourceLanguage, TextRange};
use std::fmt::Write as _;

fn check(marked: &str, language: SourceLanguage, wanted: &Expect) {
    let (document, offset) = with_cursor(marked, language);
    let chains = document.selection_ranges(&[offset]);
    let mut shown = String::from("\n");
    for range in &chains[0] {
        let _ =
            writeln!(shown, "{}", document.text()[std::ops::Range::<usize>::from(*range)].replace('\n', "⏎"));
    }
    wanted.assert_eq(&shown);
}

#[test]
fn from_a_token_to_the_file() {
    check(
        "with a as (select 1)\nselect x, sum(o.am§ount + 1), y from a as o where z;\n",
        SQL,
        &expect![[r#"

            amount
            o.amount
            o.amount + 1
            (o.amount + 1)
            sum(o.amount + 1)
            x, sum(o.amount + 1), y
            select x, sum(o.amount + 1), y
            select x, sum(o.amount + 1), y from a as o where z
            with a as (select 1)⏎select x, sum(o.amount + 1), y from a as o where z
            with a as (select 1)⏎select x, sum(o.amount + 1), y from a as o where z;
            with a as (select 1)⏎select x, sum(o.amount + 1), y from a as o where z;⏎
        "#]],
    );
}

#[test]
fn in_a_common_table_expression() {
    check(
        "with a as (\n select x in (1, §2) from t\n), b as (select 1) select 1",
        SQL,
        &expect![[r#"

            2
            1, 2
            (1, 2)
            x in (1, 2)
            select x in (1, 2)
            select x in (1, 2) from t
            ⏎ select x in (1, 2) from t⏎
            (⏎ select x in (1, 2) from t⏎)
            a as (⏎ select x in (1, 2) from t⏎)
            a as (⏎ select x in (1, 2) from t⏎), b as (select 1)
            with a as (⏎ select x in (1, 2) from t⏎), b as (select 1)
            with a as (⏎ select x in (1, 2) from t⏎), b as (select 1) select 1
        "#]],
    );
}

#[test]
fn in_texts_and_comments() {
    check(
        "select 'two wo§rds' as a",
        SQL,
        &expect![[r#"

            words
            two words
            'two words'
            'two words' as a
            select 'two words' as a
        "#]],
    );
    check(
        "-- one\n-- tw§o three\nselect 1",
        SQL,
        &expect![[r#"

            two
            two three
            -- two three
            -- one⏎-- two three
            -- one⏎-- two three⏎select 1
        "#]],
    );
    check(
        "select /* b§ig */ 1",
        SQL,
        &expect![[r#"

            big
            /* big */
            select /* big */ 1
        "#]],
    );
}

#[test]
fn in_case() {
    check(
        "select case when a = 1 then §b else c end from t",
        SQL,
        &expect![[r#"

            b
            when a = 1 then b
            when a = 1 then b else c
            case when a = 1 then b else c end
            select case when a = 1 then b else c end
            select case when a = 1 then b else c end from t
        "#]],
    );
}

#[test]
fn in_a_pipeline() {
    check(
        "from o\ngroup k {\n    total: sum(am§ount),\n    n: count()\n}\ntake 1",
        ROCKY,
        &expect![[r#"

            amount
            (amount)
            sum(amount)
            total: sum(amount)
            total: sum(amount),⏎    n: count()
            ⏎    total: sum(amount),⏎    n: count()⏎
            {⏎    total: sum(amount),⏎    n: count()⏎}
            group k {⏎    total: sum(amount),⏎    n: count()⏎}
            from o⏎group k {⏎    total: sum(amount),⏎    n: count()⏎}⏎take 1
        "#]],
    );
}

#[test]
fn in_toml() {
    check(
        "[a]\nb = 1\nkeys = [\"x\", \"y§z\"] # c\n",
        TOML,
        &expect![[r#"

            yz
            "yz"
            "x", "yz"
            ["x", "yz"]
            keys = ["x", "yz"]
            [a]⏎b = 1⏎keys = ["x", "yz"] # c
            [a]⏎b = 1⏎keys = ["x", "yz"] # c⏎
        "#]],
    );
    check(
        "---toml\nname = \"§a\"\n---\nselect 1",
        SQL,
        &expect![[r#"

            a
            "a"
            name = "a"
            name = "a"⏎
            ---toml⏎name = "a"⏎---
            ---toml⏎name = "a"⏎---⏎select 1
        "#]],
    );
}

#[test]
fn between_things() {
    check(
        "select a,  §  b from t",
        SQL,
        &expect![[r#"

            a,    b
            select a,    b
            select a,    b from t
        "#]],
    );
    let (document, offset) = with_cursor("§", SQL);
    assert_eq!(document.selection_ranges(&[offset]), [[TextRange::empty(offset)]]);
}
