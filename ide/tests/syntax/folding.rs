use crate::support::{ROCKY, SQL, TOML, document};
use expect_test::{Expect, expect};
use rocky_ide::SourceLanguage;
use std::fmt::Write as _;

/// Each line of the text behind a bar for every fold that it is in: `v` begins one, `|` is hidden by it.
fn check(text: &str, language: SourceLanguage, wanted: &Expect) {
    let document = document(text, language);
    let folds = document.folding_ranges();
    let mut shown = String::from("\n");
    for (number, line) in text.lines().enumerate() {
        let number = number as u32;
        let mut margin = String::new();
        for fold in &folds {
            if fold.first_line == number {
                margin.push(match format!("{:?}", fold.kind).as_str() {
                    "Comment" => 'c',
                    "Region" => 'r',
                    _ => 'v',
                });
            } else if fold.first_line < number && number <= fold.last_line {
                margin.push('|');
            }
        }
        let _ = writeln!(shown, "{}", format!("{margin:4}{line}").trim_end());
    }
    wanted.assert_eq(&shown);
}

#[test]
fn sql_folds_by_its_clauses_and_brackets() {
    check(
        "\
-- What was bought,
-- by month.
with big as (
    select id,
        case
            when a > 1 then 'x'
            else 'y'
        end as size,
        coalesce(
            b,
            c
        ) as d
    from orders
), small as materialized (select 1)
select
    *, -- all
    a
from big
left join (
    select 1
) as s
    on s.id = big.id
where a = 1
    and b in (
        1, 2
    ) -- why
/* long
   note */
order by 1
",
        SQL,
        &expect![[r#"

            c   -- What was bought,
            |   -- by month.
            v   with big as (
            |v      select id,
            ||v         case
            |||             when a > 1 then 'x'
            |||             else 'y'
            ||          end as size,
            ||v         coalesce(
            |||             b,
            |||             c
            ||          ) as d
            |       from orders
                ), small as materialized (select 1)
            v   select
            |       *, -- all
            |       a
            v   from big
            |v  left join (
            ||      select 1
            |   ) as s
            |       on s.id = big.id
            v   where a = 1
            |v      and b in (
            ||          1, 2
            |       ) -- why
            c   /* long
            |      note */
                order by 1
        "#]],
    );
}

#[test]
fn marked_regions_and_templates_fold_unless_they_cut_something() {
    check(
        "\
-- region keys
select
    -- region prices
    price,
    tax,
    -- endregion
    -- region cut
    a
from t
-- endregion
{% if x %}
where a
  = 1
{% endif %}
-- endregion
",
        SQL,
        &expect![[r#"

            r   -- region keys
            |v  select
            ||r     -- region prices
            |||     price,
            |||     tax,
            |||     -- endregion
            ||      -- region cut
            ||      a
            |   from t
            |   -- endregion
            |v  {% if x %}
            ||v where a
            |||   = 1
            |   {% endif %}
            |   -- endregion
        "#]],
    );
}

#[test]
fn pipelines_fold_by_their_steps() {
    check(
        "\
---toml
depends_on = [
    \"a\",
]
---

let recent =
    from orders
    where ordered_at > @2024-01-01

from recent
join customers as c
    on customer_id {
    keep c.name,
    c.city
}
group customer_id {
    total: sum(amount),
    size: match total {
        > 10 => 'big',
        _ => 'small'
    }
}
where total > 1
    and size != 'x'
take 10
",
        ROCKY,
        &expect![[r#"

            r   ---toml
            |v  depends_on = [
            ||      "a",
            |   ]
            |   ---

            v   let recent =
            |       from orders
            |       where ordered_at > @2024-01-01

                from recent
            v   join customers as c
            |v      on customer_id {
            ||      keep c.name,
            ||      c.city
            |   }
            v   group customer_id {
            |       total: sum(amount),
            |v      size: match total {
            ||          > 10 => 'big',
            ||          _ => 'small'
            |       }
                }
            v   where total > 1
            |       and size != 'x'
                take 10
        "#]],
    );
}

#[test]
fn toml_folds_by_its_tables() {
    check(
        "\
# The project
# of a shop
intent = \"\"\"
Every order,
once.\"\"\"

[adapter.local]
type = \"duckdb\"

# Two of them
[[tests]]
type = \"unique\"
columns = [
    \"id\",
    # not this
    # nor that
]
# trailing
",
        TOML,
        &expect![[r#"

            c   # The project
            |   # of a shop
            v   intent = """
            |   Every order,
                once."""

            v   [adapter.local]
            |   type = "duckdb"

                # Two of them
            v   [[tests]]
            |   type = "unique"
            |v  columns = [
            ||      "id",
            ||c     # not this
            |||     # nor that
            |   ]
            |   # trailing
        "#]],
    );
}

#[test]
fn broken_text_folds_as_far_as_it_goes() {
    check(
        "select (\n    a,\n    case when\nfrom t where (\n 1\n) and\n",
        SQL,
        &expect![[r#"

            v   select (
            |       a,
            |       case when
            v   from t where (
            |    1
            |   ) and
        "#]],
    );
    check(
        "derive {\n a: 1\n\nwhere {\n x\n",
        ROCKY,
        &expect![[r#"

            v   derive {
            |    a: 1
    
                where {
                 x
        "#]],
    );
    check(
        "a = [\n 1,\n\n[b]\nc = 1\nd =\n",
        TOML,
        &expect![[r#"

            v   a = [
            |    1,
    
            v   [b]
            |   c = 1
            |   d =
        "#]],
    );
}
