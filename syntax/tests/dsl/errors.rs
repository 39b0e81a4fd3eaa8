//! Every error, warning and hint of spec 02 §8, with its exact place.

use expect_test::{Expect, expect};

use super::support::findings;

fn check(texts: &[&str], wanted: Expect) {
    let mut out = String::new();
    for text in texts {
        let shown: String = text.chars().take(100).collect();
        out.push_str(&format!("> {}\n{}", shown.replace('\n', "\n> "), findings(text, &[])));
    }
    wanted.assert_eq(&out);
}

#[test]
fn unknown_characters() {
    check(
        &[
            "from t;",
            "from t where a & b",
            "from t where !a",
            "# note\nfrom t",
            "from größe",
            "from t where x == “a”",
            "from t where ä == 1",
            "from t",
        ],
        expect![[r##"
            > from t;
            S010 Error 1:7 ";": unexpected character `;`
                help: remove it: a step ends where the next one begins
            > from t where a & b
            S010 Error 1:16 "&": unexpected character `&`
                help: write `and`
            > from t where !a
            S010 Error 1:14 "!": unexpected character `!`
                help: write `not x`, or `!=` to compare
            > # note
            > from t
            S010 Error 1:1 "#": unexpected character `#`
                help: start a comment with `--`
            > from größe
            S010 Error 1:8 "ö": `ö` is not allowed in a plain name
                help: put the name in backticks: `` `größe` ``
            > from t where x == “a”
            S010 Error 1:19 "“": unexpected character `“`
                help: use plain quotes: `"` or `'`
            S010 Error 1:21 "”": unexpected character `”`
                help: use plain quotes: `"` or `'`
            > from t where ä == 1
            S010 Error 1:14 "ä": `ä` is not allowed in a plain name
                help: put names with such letters in backticks
            > from t
            S010 Error 1:5 "\u{a0}": unexpected character U+00A0
                help: replace it by a plain space
        "##]],
    );
}

#[test]
fn malformed_dates() {
    check(
        &[
            "from t where d > @2025-1-1",
            "from t where d > @2025-02-30",
            "from t where d > @2025-13-01",
            "from t where d > @2025-01-01T25:00:00",
            "from t where d == @start_date",
            "from t where d > @",
            "from t where d == @2024-02-29",
            "from t where d == @2025-01-01T10:00",
        ],
        expect![[r#"
            > from t where d > @2025-1-1
            S010 Error 1:18 "@2025-1-1": `@2025-1-1` is not a date
                help: write `@YYYY-MM-DD`, e.g. `@2025-01-31`, or `@YYYY-MM-DDTHH:MM:SS`
            > from t where d > @2025-02-30
            S010 Error 1:18 "@2025-02-30": `@2025-02-30` does not exist: 2025-02 has 28 days
                help: write a date of the calendar
            > from t where d > @2025-13-01
            S010 Error 1:18 "@2025-13-01": `@2025-13-01` does not exist: there is no month 13
                help: write a date of the calendar
            > from t where d > @2025-01-01T25:00:00
            S010 Error 1:18 "@2025-01-01T25:00:00": `@2025-01-01T25:00:00` does not exist: the time goes from 00:00:00 to 23:59:59
                help: write a date of the calendar
            > from t where d == @start_date
            S010 Error 1:19 "@start_date": `@start_date` is not a date
                help: write `@YYYY-MM-DD`, e.g. `@2025-01-31`, or `@YYYY-MM-DDTHH:MM:SS`
            > from t where d > @
            S010 Error 1:18 "@": `@` is not a date
                help: write `@YYYY-MM-DD`, e.g. `@2025-01-31`, or `@YYYY-MM-DDTHH:MM:SS`
            > from t where d == @2024-02-29
            > from t where d == @2025-01-01T10:00
            S010 Error 1:19 "@2025-01-01T10:00": `@2025-01-01T10:00` is not a date
                help: write `@YYYY-MM-DD`, e.g. `@2025-01-31`, or `@YYYY-MM-DDTHH:MM:SS`
        "#]],
    );
}

#[test]
fn unterminated() {
    check(
        &[
            "from t where s == \"abc\nselect { a }",
            "from t /* no end",
            "from `t",
            "from t where `` == 1",
            "---toml\nname = 1\nfrom t",
        ],
        expect![[r#"
            > from t where s == "abc
            > select { a }
            S010 Error 1:19 "\"abc": the string has no end
                help: close it with `"`
            > from t /* no end
            S010 Error 1:8 "/*": the comment has no end
                help: close it with `*/`
            > from `t
            S010 Error 1:6 "`t": the quoted name has no end
                help: close it with ```
            > from t where `` == 1
            S010 Error 1:14 "``": the quoted name is empty
                help: write a name between the backticks
            > ---toml
            > name = 1
            > from t
            S010 Error 1:1 "---toml": the frontmatter block has no end
                help: close it with a line `---`
        "#]],
    );
}

#[test]
fn unexpected_tokens_in_steps() {
    check(
        &[
            "from",
            "from t where",
            "from t where a ==",
            "from t where a == == b",
            "from t where (a == 1",
            "from t where a == 1)",
            "from t select a",
            "from t select { a",
            "from t derive { a }",
            "from t derive { a: }",
            "from t derive a: 1",
            "from t group k",
            "from t group 1 { n: count() }",
            "from t take",
            "from t take x",
            "from t join u",
            "from t join u on",
            "from t join u on k { city }",
            "from t cross join u on k",
            "from t where a b",
            "from t as",
        ],
        expect![[r#"
            > from
            S011 Error 1:5 "": expected the name of a model or table, found the end of the file
            > from t where
            S011 Error 1:13 "": expected an expression, found the end of the file
            > from t where a ==
            S011 Error 1:18 "": expected an expression, found the end of the file
            > from t where a == == b
            S011 Error 1:19 "==": expected an expression, found `==`
            > from t where (a == 1
            S011 Error 1:21 "": expected `)`, found the end of the file
            > from t where a == 1)
            S011 Error 1:20 ")": expected a pipeline step, found `)`
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t select a
            S011 Error 1:15 "a": expected `{`, found `a`
            > from t select { a
            S011 Error 1:18 "": expected `}`, found the end of the file
            > from t derive { a }
            S011 Error 1:19 "}": expected `:` and an expression, found `}`
                help: entries are written `name: expression`
            > from t derive { a: }
            S011 Error 1:20 "}": expected an expression, found `}`
            > from t derive a: 1
            S011 Error 1:15 "a": expected `{`, found `a`
            > from t group k
            S011 Error 1:15 "": expected `{`, found the end of the file
            > from t group 1 { n: count() }
            S011 Error 1:14 "1": expected a group key or `{`, found `1`
            > from t take
            S011 Error 1:12 "": expected a number, found the end of the file
                help: write how many rows to take, e.g. `take 10`
            > from t take x
            S011 Error 1:13 "x": expected a number, found `x`
                help: write how many rows to take, e.g. `take 10`
            > from t join u
            S011 Error 1:14 "": expected `on` and the join keys, found the end of the file
            > from t join u on
            S011 Error 1:17 "": expected an expression, found the end of the file
            > from t join u on k { city }
            S011 Error 1:22 "city": expected `keep`, found `city`
                help: a join takes columns with `{ keep alias.column }`
            > from t cross join u on k
            S011 Error 1:21 "on": a cross join has no `on`
                help: remove the `on`, or use `join`
            > from t where a b
            S011 Error 1:16 "b": expected a pipeline step, found `b`
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t as
            S011 Error 1:10 "": expected a name after `as`, found the end of the file
        "#]],
    );
}

#[test]
fn unexpected_tokens_in_expressions() {
    check(
        &[
            "let = from t from u",
            "let x from t from x",
            "let x == from t from x",
            "from t where f(a",
            "from t where x is 5",
            "from t sort a b",
            "from t where x in",
            "from t where x in []",
            "from t derive { a: 1 select { b }",
            "from order",
            "from t where check == 1",
            "from t where a == 1 == 2",
            "from t union",
            "from t derive { a: sum(x) over (foo) }",
            "from t derive { a: sum(x) over (rows 1) }",
            "from t derive { a: sum(x) over (rows a..b) }",
            "from t { a }",
            "from t ] where x",
            "from t where case when a then 1 end",
            "from t where x between 1",
            "from t let x = from u",
        ],
        expect![[r#"
            > let = from t from u
            S011 Error 1:5 "=": expected a name for the binding, found `=`
            > let x from t from x
            S011 Error 1:7 "from": expected `=`
            > let x == from t from x
            S011 Error 1:7 "==": `==` compares; a binding is written with `=`
            > from t where f(a
            S011 Error 1:17 "": expected `)`, found the end of the file
            > from t where x is 5
            S011 Error 1:19 "5": expected `null` or `not null`, found `5`
                help: compare other values with `==`
            > from t sort a b
            S011 Error 1:15 "b": expected a pipeline step, found `b`
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t where x in
            S011 Error 1:18 "": expected a list `[a, b]`, found the end of the file
            > from t where x in []
            S011 Error 1:20 "]": the list is empty
                help: name at least one value
            > from t derive { a: 1 select { b }
            S011 Error 1:22 "select": expected `}`, found `select`
            > from order
            S011 Error 1:6 "order": expected the name of a model or table, found `order`
                help: `order` is a reserved word: write it in backticks to use it as a name
            > from t where check == 1
            S011 Error 1:14 "check": expected an expression, found `check`
                help: `check` is a reserved word: write it in backticks to use it as a name
            > from t where a == 1 == 2
            S011 Error 1:21 "==": comparisons cannot be chained
                help: join two comparisons with `and`
            > from t union
            S011 Error 1:13 "": expected the name of a model or table, found the end of the file
            > from t derive { a: sum(x) over (foo) }
            S011 Error 1:33 "foo": expected `partition`, `sort`, a frame or `)`, found `foo`
            > from t derive { a: sum(x) over (rows 1) }
            S011 Error 1:39 ")": expected `..`, found `)`
            > from t derive { a: sum(x) over (rows a..b) }
            S011 Error 1:38 "a": expected a frame bound (`unbounded`, `current`, or a number), found `a`
            > from t { a }
            S011 Error 1:8 "{": expected a pipeline step, found `{`
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t ] where x
            S011 Error 1:8 "]": expected a pipeline step, found `]`
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t where case when a then 1 end
            S011 Error 1:14 "case": there is no `case`
                help: use `match { condition => value, _ => other }`
            > from t where x between 1
            S011 Error 1:25 "": expected `and` and the upper bound, found the end of the file
            > from t let x = from u
            S011 Error 1:8 "let": `let` must stand before the main pipeline
                help: move the binding to the start of the file
            S024 Info 1:12 "x": `x` is never read
                help: remove the binding
        "#]],
    );
}

#[test]
fn equals_sign() {
    check(
        &["from t where a = 1", "from t derive { x: match a { = 1 => 2 } }", "from t where a <> 1 and b = 2"],
        expect![[r#"
            > from t where a = 1
            S011 Error 1:16 "=": `=` does not compare
                help: use `==`
            > from t derive { x: match a { = 1 => 2 } }
            S011 Error 1:30 "=": `=` does not compare
                help: use `==`
            > from t where a <> 1 and b = 2
            S011 Error 1:16 "<>": `<>` is not an operator
                help: use `!=`
            S011 Error 1:27 "=": `=` does not compare
                help: use `==`
        "#]],
    );
}

#[test]
fn unknown_steps() {
    check(
        &[
            "from t filter a > 1 select { a }",
            "from t limit 10",
            "from t order by a",
            "from t orderby a",
            "from t aggregate k { n: count() }",
            "from t wehre a > 1",
            "from t frobnicate x y z | take 5",
            "from t window x",
            "from t check",
            "from t\nby a",
            "from t group_by k { n: count() } take 5",
        ],
        expect![[r#"
            > from t filter a > 1 select { a }
            S011 Error 1:8 "filter": expected a pipeline step, found `filter`
                help: did you mean `where`?
            > from t limit 10
            S011 Error 1:8 "limit": expected a pipeline step, found `limit`
                help: did you mean `take`?
            > from t order by a
            S011 Error 1:8 "order": `order` is reserved, not supported
                help: did you mean `sort`?
            > from t orderby a
            S011 Error 1:8 "orderby": expected a pipeline step, found `orderby`
                help: did you mean `sort`?
            > from t aggregate k { n: count() }
            S011 Error 1:8 "aggregate": expected a pipeline step, found `aggregate`
                help: did you mean `group`?
            > from t wehre a > 1
            S011 Error 1:8 "wehre": expected a pipeline step, found `wehre`
                help: did you mean `where`?
            > from t frobnicate x y z | take 5
            S011 Error 1:8 "frobnicate": expected a pipeline step, found `frobnicate`
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t window x
            S011 Error 1:8 "window": `window` is reserved, not supported
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t check
            S011 Error 1:8 "check": `check` is reserved, not supported
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t
            > by a
            S011 Error 2:1 "by": `by` is reserved, not supported
                help: the steps are `from`, `where`, `group`, `derive`, `select`, `join`, `sort`, `take`, `distinct`, `replicate`, `union`
            > from t group_by k { n: count() } take 5
            S011 Error 1:8 "group_by": expected a pipeline step, found `group_by`
                help: did you mean `group`?
        "#]],
    );
}

#[test]
fn upper_case_keywords() {
    check(
        &["FROM t\nselect { a }", "from t WHERE a == 1", "SELECT a, b FROM t"],
        expect![[r#"
        > FROM t
        > select { a }
        S011 Error 1:1 "FROM": unknown step `FROM`: keywords are lower-case
            help: write `from`
        > from t WHERE a == 1
        S011 Error 1:8 "WHERE": unknown step `WHERE`: keywords are lower-case
            help: write `where`
        > SELECT a, b FROM t
        S011 Error 1:1 "SELECT": unknown step `SELECT`: keywords are lower-case
            help: write `select`
    "#]],
    );
}

#[test]
fn from_steps() {
    check(
        &[
            "",
            "-- only a comment\n",
            "where a == 1 select { a }",
            "let a = from t",
            "let a = where x > 1\nfrom t",
            "from a\nwhere x > 1\nfrom b",
            "where a == 1 from t",
            "from a let b = from c from b",
        ],
        expect![[r#"
            > 
            S012 Error 1:1 "": the file has no steps
                help: start a pipeline with `from`, e.g. `from orders`
            > -- only a comment
            > 
            S012 Error 1:1 "": the file has no steps
                help: start a pipeline with `from`, e.g. `from orders`
            > where a == 1 select { a }
            S012 Error 1:1 "where": pipeline must start with `from`
                help: name the relation to read, e.g. `from orders`
            > let a = from t
            S012 Error 1:1 "let": there is no pipeline after the `let` bindings
                help: add one that starts with `from`
            S024 Info 1:5 "a": `a` is never read
                help: remove the binding
            > let a = where x > 1
            > from t
            S012 Error 1:1 "let": there is no pipeline after the `let` bindings
                help: add one that starts with `from`
            S024 Info 1:5 "a": `a` is never read
                help: remove the binding
            S012 Warning 2:1 "from": `from` stands after other steps; they act as if it came first
                help: move `from` to the start of the pipeline
            > from a
            > where x > 1
            > from b
            S012 Error 3:1 "from": a pipeline has one `from`: the first is at line 1, column 1, this one at line 3, column 1
                help: use `join` or `union` to read another relation, or `let` to name a pipeline
            > where a == 1 from t
            S012 Warning 1:14 "from": `from` stands after other steps; they act as if it came first
                help: move `from` to the start of the pipeline
            > from a let b = from c from b
            S011 Error 1:8 "let": `let` must stand before the main pipeline
                help: move the binding to the start of the file
        "#]],
    );
}

#[test]
fn replicate() {
    check(
        &[
            "from t replicate",
            "from t where x == 1 replicate",
            "from t as a replicate take 5",
            "from t replicate replicate",
        ],
        expect![[r#"
            > from t replicate
            > from t where x == 1 replicate
            S013 Error 1:8 "where": `replicate` copies the relation unchanged: no other step may stand beside it
                help: remove `replicate` to use the other steps, or remove them
            > from t as a replicate take 5
            S013 Error 1:23 "take": `replicate` copies the relation unchanged: no other step may stand beside it
                help: remove `replicate` to use the other steps, or remove them
            > from t replicate replicate
            S013 Error 1:18 "replicate": `replicate` copies the relation unchanged: no other step may stand beside it
                help: remove `replicate` to use the other steps, or remove them
        "#]],
    );
}

#[test]
fn match_shapes() {
    check(
        &[
            "from t derive { a: match x { } }",
            "from t derive { a: match x { _ => 1, 2 => 3 } }",
            "from t derive { a: match x { _ => 1, _ => 2 } }",
            "from t derive { a: match x { 1 | _ => 2 } }",
            "from t derive { a: match x { 1 2 } }",
            "from t derive { a: match x { 1 => } }",
            "from t derive { a: match x }",
        ],
        expect![[r#"
            > from t derive { a: match x { } }
            S014 Error 1:20 "match": `match` has no arms
                help: add at least one arm, e.g. `> 10 => "high"`
            > from t derive { a: match x { _ => 1, 2 => 3 } }
            S014 Error 1:30 "_": `_` must be the last arm: the arms after it are never reached
                help: move this arm to the end
            > from t derive { a: match x { _ => 1, _ => 2 } }
            S014 Error 1:30 "_": `_` must be the last arm: the arms after it are never reached
                help: move this arm to the end
            > from t derive { a: match x { 1 | _ => 2 } }
            S014 Error 1:34 "_": `_` stands alone: it matches everything
                help: remove the other patterns of this arm
            > from t derive { a: match x { 1 2 } }
            S011 Error 1:32 "2": expected `=>` and a value, found `2`
            > from t derive { a: match x { 1 => } }
            S011 Error 1:35 "}": expected an expression, found `}`
            > from t derive { a: match x }
            S011 Error 1:28 "}": expected `{`, found `}`
        "#]],
    );
}

#[test]
fn numbers() {
    check(
        &[
            "from t take 1.5",
            "from t take 99999999999999999999",
            "from t take 5 offset 1.5",
            "from t derive { a: sum(x) over (rows 1.5..current) }",
        ],
        expect![[r#"
            > from t take 1.5
            S011 Error 1:13 "1.5": invalid number `1.5`
                help: write a whole number of rows, e.g. `take 10`
            > from t take 99999999999999999999
            S011 Error 1:13 "99999999999999999999": invalid number `99999999999999999999`
                help: write a whole number of rows, e.g. `take 10`
            > from t take 5 offset 1.5
            S011 Error 1:22 "1.5": invalid number `1.5`
                help: write a whole number of rows, e.g. `take 10`
            > from t derive { a: sum(x) over (rows 1.5..current) }
            S011 Error 1:38 "1.5": invalid number `1.5`
                help: a frame bound is a whole number of rows
        "#]],
    );
}

#[test]
fn windows_in_the_wrong_place() {
    check(
        &["from t where row_number() over () == 1", "from t group n: ntile(4) over (sort a) { c: count() }"],
        expect![[r#"
            > from t where row_number() over () == 1
            S015 Error 1:14 "row_number() over ()": a window function cannot stand in `where`
                help: derive it first: `derive { n: … }`, then use `n`
            > from t group n: ntile(4) over (sort a) { c: count() }
            S015 Error 1:17 "ntile(4) over (sort a)": a window function cannot stand in a group key
                help: derive it first: `derive { n: … }`, then use `n`
        "#]],
    );
}

#[test]
fn duplicate_bindings() {
    check(
        &["let a = from t\nlet A = from u\nfrom a"],
        expect![[r#"
        > let a = from t
        > let A = from u
        > from a
        S018 Error 2:5 "A": there is already a `let A`
            help: rename one of the two
    "#]],
    );
}

#[test]
fn null_comparisons() {
    check(
        &[
            "from t where x == null or x != null or null == y",
            "from t where x not in [1, null] and y in [null]",
            "from t derive { a: match x { null => 1, != null => 2 } }",
            "from t where x < (null)",
        ],
        expect![[r#"
            > from t where x == null or x != null or null == y
            S020 Warning 1:14 "x == null": a comparison with `null` by `==` is never true
                help: use `is null`
            S020 Warning 1:40 "null == y": a comparison with `null` by `==` is never true
                help: use `is null`
            > from t where x not in [1, null] and y in [null]
            S020 Warning 1:27 "null": `not in` with a `null` in its list is never true
                help: remove the `null`, and add `is not null` if rows without a value must go
            > from t derive { a: match x { null => 1, != null => 2 } }
            S020 Warning 1:30 "null": a pattern `null` never matches
                help: use `is null`
            > from t where x < (null)
            S020 Warning 1:14 "x < (null)": a comparison with `null` is never true
                help: use `is null` or `is not null`
        "#]],
    );
}

#[test]
fn bindings_nobody_reads() {
    check(
        &["let a = from t\nlet b = from u\nfrom b"],
        expect![[r#"
        > let a = from t
        > let b = from u
        > from b
        S024 Info 1:5 "a": `a` is never read
            help: remove the binding
    "#]],
    );
}

#[test]
fn dropped_columns() {
    check(
        &[
            "from t select { id } where kg > 3 sort day",
            "from t select { id } derive { x: kg }",
            "from t group k { n: count() } where kg > 3",
            "from t group k { n: count() } select { nn }",
            "from t as p select { p.id } where p.kg > 3",
            "from t as p select { p.id } derive { x: p.kg }",
            "from t select { id } distinct where kg > 1",
        ],
        expect![[r#"
            > from t select { id } where kg > 3 sort day
            S022 Warning 1:28 "kg": column `kg` was dropped by the `select` above
                help: move this step before the `select`, or add `kg` to the `select`
            S022 Warning 1:40 "day": column `day` was dropped by the `select` above
                help: move this step before the `select`, or add `day` to the `select`
            > from t select { id } derive { x: kg }
            E003 Error 1:34 "kg": there is no column `kg` after the `select` above
                help: the columns here are `id`; add `kg` to the `select` to keep it
            > from t group k { n: count() } where kg > 3
            E003 Error 1:37 "kg": there is no column `kg` after the `group` above
                help: the columns here are `k`, `n`; add `kg` to the `group` to keep it
            > from t group k { n: count() } select { nn }
            E003 Error 1:40 "nn": there is no column `nn` after the `group` above
                help: the columns here are `k`, `n`; add `nn` to the `group` to keep it
            > from t as p select { p.id } where p.kg > 3
            S022 Warning 1:35 "p.kg": column `p.kg` was dropped by the `select` above
                help: move this step before the `select`, or add `p.kg` to the `select`
            > from t as p select { p.id } derive { x: p.kg }
            E003 Error 1:41 "p.kg": there is no column `p.kg` after the `select` above
                help: the columns here are `id`; add `p.kg` to the `select` to keep it
            > from t select { id } distinct where kg > 1
            E003 Error 1:37 "kg": there is no column `kg` after the `select` above
                help: the columns here are `id`; add `kg` to the `select` to keep it
        "#]],
    );
}

#[test]
fn unknown_qualifiers() {
    check(
        &[
            "from parcels as p where q.kg > 3",
            "from parcels as parc join depots as d on k select { pac.x }",
            "from a join b on k { keep c.x }",
            "from t select { q.* }",
        ],
        expect![[r#"
            > from parcels as p where q.kg > 3
            E003 Error 1:25 "q": unknown relation `q`
                help: the relations here are `p`
            > from parcels as parc join depots as d on k select { pac.x }
            E003 Error 1:53 "pac": unknown relation `pac`
                help: did you mean `parc`?
            > from a join b on k { keep c.x }
            E003 Error 1:27 "c": `keep` takes columns of `b`, not of `c`
                help: write `b.column`; the columns of the left side are kept anyway
            > from t select { q.* }
            E003 Error 1:17 "q": unknown relation `q`
                help: name the columns, or move this `select` up
        "#]],
    );
}

#[test]
fn lost_sorts() {
    check(
        &[
            "from t sort a group k { n: count() }",
            "from t sort a group k { s: string_agg(x) }",
            "from t sort a + b derive { n: row_number() over () } where n == 1 select { n }",
        ],
        expect![[r#"
            > from t sort a group k { n: count() }
            S023 Warning 1:13 "a": this `sort` has no effect: a later step makes new rows
                help: sort after that step, or remove the `sort`
            > from t sort a group k { s: string_agg(x) }
            > from t sort a + b derive { n: row_number() over () } where n == 1 select { n }
            S023 Warning 1:13 "a + b": this `sort` has no effect: a later step makes new rows
                help: sort after that step, or remove the `sort`
        "#]],
    );
}

#[test]
fn group_entries() {
    check(
        &[
            "from t group k { x: kg }",
            "from t group k { x: kg + sum(y) }",
            "from t group k { x: upper(k), y: my_udaf(z), z: 1, w: round(sum(a) / b, 2) }",
            "from t derive { d: a + b } group d { x: d * 2, y: d + a }",
        ],
        expect![[r#"
            > from t group k { x: kg }
            S016 Error 1:21 "kg": column `kg` must appear in the group keys or inside an aggregate
                help: add `kg` to the keys, or aggregate it, e.g. `max(kg)`
            > from t group k { x: kg + sum(y) }
            S016 Error 1:21 "kg": column `kg` must appear in the group keys or inside an aggregate
                help: add `kg` to the keys, or aggregate it, e.g. `max(kg)`
            > from t group k { x: upper(k), y: my_udaf(z), z: 1, w: round(sum(a) / b, 2) }
            S016 Error 1:70 "b": column `b` must appear in the group keys or inside an aggregate
                help: add `b` to the keys, or aggregate it, e.g. `max(b)`
            > from t derive { d: a + b } group d { x: d * 2, y: d + a }
            S016 Error 1:55 "a": column `a` must appear in the group keys or inside an aggregate
                help: add `a` to the keys, or aggregate it, e.g. `max(a)`
        "#]],
    );
}

#[test]
fn same_relation_twice() {
    check(
        &["from t join t on k", "from t as a join u as A on k"],
        expect![[r#"
        > from t join t on k
        E106 Error 1:13 "t": there is already a relation called `t` in this pipeline
            help: give one of them another name with `as`
        > from t as a join u as A on k
        E106 Error 1:23 "A": there is already a relation called `A` in this pipeline
            help: give one of them another name with `as`
    "#]],
    );
}

#[test]
fn depth() {
    let texts = [
        format!("from t where {}x{}", "(".repeat(300), ")".repeat(300)),
        format!("from t where {}x", "not ".repeat(300)),
        format!("from t where {}x", "- ".repeat(300)),
        format!("from t where {}", "f(".repeat(400)),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    check(
        &texts,
        expect![[r#"
        > from t where (((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((
        S017 Error 1:270 "(": nested more than 256 levels deep
            help: split the expression with `derive`
        > from t where not not not not not not not not not not not not not not not not not not not not not not
        S017 Error 1:1038 "not": nested more than 256 levels deep
            help: split the expression with `derive`
        > from t where - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
        S017 Error 1:526 "-": nested more than 256 levels deep
            help: split the expression with `derive`
        > from t where f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f
        S017 Error 1:526 "f": nested more than 256 levels deep
            help: split the expression with `derive`
        S011 Error 1:814 "": expected `)`, found the end of the file
    "#]],
    );
}

#[test]
fn several_at_once() {
    check(
        &["from t\nwhere a = 1\nfilter b\nderive { x }\ntake y\nselect { ok }"],
        expect![[r#"
        > from t
        > where a = 1
        > filter b
        > derive { x }
        > take y
        > select { ok }
        S011 Error 2:9 "=": `=` does not compare
            help: use `==`
        S011 Error 3:1 "filter": expected a pipeline step, found `filter`
            help: did you mean `where`?
        S011 Error 4:12 "}": expected `:` and an expression, found `}`
            help: entries are written `name: expression`
        S011 Error 5:6 "y": expected a number, found `y`
            help: write how many rows to take, e.g. `take 10`
    "#]],
    );
}

#[test]
fn ambiguous_columns() {
    let columns: &[(&str, &[&str])] = &[("a", &["k", "x", "y"]), ("b", &["k", "x"])];
    let mut out = String::new();
    for text in [
        "from a join b on k where x > 1",
        "from a join b on k { keep y } where x > 1",
        "from a join b on k take 5 where x > 1",
        "from a join u on k take 5 where k > 1",
        "from a join u on k take 5 where u.z > 1",
        "from v join u on k take 5 where u.z > 1",
        "from a full join b on k take 5 select { k, b.k }",
        "from a full join b on k take 5 select { a.k }",
        "from a union b",
        "from a select { k, x } union b",
        "from a select { x, k } union b",
    ] {
        out.push_str(&format!("> {text}\n{}", findings(text, columns)));
    }
    expect![[r#"
        > from a join b on k where x > 1
        E106 Error 1:26 "x": column `x` is ambiguous: a and b have it
            help: name the relation (`alias.column`), or choose columns with `keep` or `select` at the join
        > from a join b on k { keep y } where x > 1
        > from a join b on k take 5 where x > 1
        > from a join u on k take 5 where k > 1
        E106 Error 1:33 "k": column `k` is ambiguous: the relations joined above both have it
            help: name the relation (`alias.column`), or choose columns with `keep` or `select` at the join
        > from a join u on k take 5 where u.z > 1
        > from v join u on k take 5 where u.z > 1
        E106 Error 1:33 "u.z": column `z` is ambiguous: more than one of the relations joined above may have it
            help: name the relation (`alias.column`), or choose columns with `keep` or `select` at the join
        > from a full join b on k take 5 select { k, b.k }
        > from a full join b on k take 5 select { a.k }
        > from a union b
        E101 Error 1:8 "union b": `union` needs the same columns on both sides: 3 columns here, 2 in `b`
            help: add a `select` that lists the columns in the order of the other relation
        > from a select { k, x } union b
        > from a select { x, k } union b
        E101 Error 1:24 "union b": `union` needs the same columns on both sides: column 1 is `x` here and `k` in `b`
            help: add a `select` that lists the columns in the order of the other relation
    "#]].assert_eq(&out);
}

#[test]
fn moved_columns() {
    use rocky_syntax::DialectKind;
    let lowered =
        super::support::lower("from t derive { b: b * 2 }", DialectKind::Databricks, &Default::default());
    assert_eq!(lowered.sql, "SELECT * EXCEPT (b), b * 2 AS b\nFROM t");
    assert_eq!(lowered.findings.len(), 1);
    assert_eq!(lowered.findings[0].code, "S025");
    assert!(lowered.ok);
}
