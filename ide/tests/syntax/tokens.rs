use crate::support::{ROCKY, SQL, TOML, document};
use expect_test::{Expect, expect};
use rocky_ide::{SourceLanguage, TokenModifiers};
use std::fmt::Write as _;

fn check(text: &str, language: SourceLanguage, wanted: &Expect) {
    let document = document(text, language);
    let mut shown = String::from("\n");
    for token in document.semantic_tokens(None) {
        let written = &text[std::ops::Range::<usize>::from(token.range)];
        let _ = write!(shown, "{:20} {}", written.replace('\n', "⏎"), token.kind.name());
        for (bit, name) in TokenModifiers::NAMES.iter().enumerate() {
            if token.modifiers.bits() & (1 << bit) != 0 {
                let _ = write!(shown, " {name}");
            }
        }
        shown.push('\n');
    }
    wanted.assert_eq(&shown);
}

#[test]
fn names_are_what_they_stand_for() {
    check(
        "with recent (id) as (select * from raw.orders) -- note
select r.id, o.city.zip as zip, s.f, cast(a as decimal(1)), current_date, my_fn(x)
from recent r join shop.main.orders o using (id)",
        SQL,
        &expect![[r#"

            with                 keyword
            recent               class declaration definition
            id                   variable declaration
            as                   keyword
            select               keyword
            *                    operator
            from                 keyword
            raw                  namespace
            orders               namespace
            -- note              comment
            select               keyword
            r                    class
            id                   variable
            o                    namespace
            city                 variable
            zip                  property
            as                   keyword
            zip                  variable declaration
            s                    variable
            f                    property
            cast                 function defaultLibrary
            a                    variable
            as                   keyword
            decimal              type
            1                    number
            current_date         function defaultLibrary
            my_fn                function
            x                    variable
            from                 keyword
            recent               class
            r                    class declaration
            join                 keyword
            shop                 namespace
            main                 namespace
            orders               namespace
            o                    namespace declaration
            using                keyword
            id                   variable
        "#]],
    );
}

#[test]
fn words_are_keywords_only_where_they_are() {
    check(
        "select filter, date '2024-01-01', first from t as \"last\"",
        SQL,
        &expect![[r#"

            select               keyword
            filter               variable
            date                 type
            '2024-01-01'         string
            first                variable
            from                 keyword
            t                    namespace
            as                   keyword
            "last"               namespace declaration
        "#]],
    );
}

#[test]
fn lambdas_arguments_and_fields() {
    check(
        "select list_transform(l, x -> x.a + y), {'k': 1, k2: 2}.k, f(n := $1), j->>'a', interval 1 day, \
         extract(hour from t), @start_date, @m(1), {{ ref('a') }} from t window w as (order by a)",
        SQL,
        &expect![[r#"

            select               keyword
            list_transform       function defaultLibrary
            l                    variable
            x                    parameter declaration
            ->                   operator
            x                    parameter
            a                    property
            +                    operator
            y                    variable
            'k'                  string
            1                    number
            k2                   property
            2                    number
            k                    property
            f                    function
            n                    parameter
            :=                   operator
            $1                   parameter
            j                    variable
            ->>                  operator
            'a'                  string
            interval             keyword
            1                    number
            day                  enumMember
            extract              function defaultLibrary
            hour                 enumMember
            from                 keyword
            t                    variable
            @start_date          macro readonly
            @m                   macro
            1                    number
            {{ ref('a') }}       macro
            from                 keyword
            t                    namespace
            window               keyword
            w                    variable declaration readonly
            as                   keyword
            order                keyword
            by                   keyword
            a                    variable
        "#]],
    );
}

#[test]
fn half_typed_text_has_tokens() {
    check(
        "select a, from (where 'x",
        SQL,
        &expect![[r#"

            select               keyword
            a                    variable
            from                 keyword
            where                keyword
            'x                   string
        "#]],
    );
    check(
        "group {\n total: sum(\n",
        ROCKY,
        &expect![[r#"

            group                keyword controlFlow
            total                variable declaration
            sum                  function defaultLibrary
        "#]],
    );
}

#[test]
fn pipelines() {
    check(
        "---toml
depends_on = [\"orders\"]
---
let recent = from raw.orders where day >= @2024-01-01
from recent as r
left join customers as c on id { keep c.name }
group r.kind, month: date_trunc('month', day) {
    total: sum(amount) over (partition by a rows unbounded preceding..current row),
    size: match total { > 10 => 'big', _ => null },
}
select { r.*, total::bigint as n, address.city }
sort -total
take 10 -- few
",
        ROCKY,
        &expect![[r#"

            ---toml              comment
            depends_on           property
            =                    operator
            "orders"             namespace
            ---                  comment
            let                  keyword controlFlow
            recent               class declaration definition
            =                    operator
            from                 keyword controlFlow
            raw                  namespace
            orders               namespace
            where                keyword controlFlow
            day                  variable
            >=                   operator
            @2024-01-01          number
            from                 keyword controlFlow
            recent               class
            as                   keyword
            r                    class declaration
            left                 keyword controlFlow
            join                 keyword controlFlow
            customers            namespace
            as                   keyword
            c                    namespace declaration
            on                   keyword
            id                   variable
            keep                 keyword
            c                    namespace
            name                 variable
            group                keyword controlFlow
            r                    class
            kind                 variable
            month                variable declaration
            date_trunc           function defaultLibrary
            'month'              string
            day                  variable
            total                variable declaration
            sum                  function defaultLibrary
            amount               variable
            over                 keyword
            partition            keyword
            by                   keyword
            a                    variable
            rows                 keyword
            unbounded            keyword
            preceding            keyword
            ..                   operator
            current              keyword
            row                  keyword
            size                 variable declaration
            match                keyword controlFlow
            total                variable
            >                    operator
            10                   number
            =>                   operator
            'big'                string
            _                    keyword
            =>                   operator
            null                 keyword
            select               keyword controlFlow
            r                    class
            *                    operator
            total                variable
            ::                   operator
            bigint               type
            as                   keyword
            n                    variable declaration
            address              variable
            city                 property
            sort                 keyword controlFlow
            -                    operator
            total                variable
            take                 keyword controlFlow
            10                   number
            -- few               comment
        "#]],
    );
}

#[test]
fn toml() {
    check(
        "# c
[strategy]
type = \"merge\"
unique_key = [\"id\"]
at = 2024-01-01T00:00:00Z
n = 1.5
on = true
url = \"x-${HOST}-y\"
",
        TOML,
        &expect![[r#"

            # c                  comment
            strategy             property declaration
            type                 property
            =                    operator
            "merge"              string
            unique_key           property
            =                    operator
            "id"                 variable
            at                   property
            =                    operator
            2024-01-01T00:00:00Z number
            n                    property
            =                    operator
            1.5                  number
            on                   property
            =                    operator
            true                 keyword
            url                  property
            =                    operator
            "x-                  string
            ${HOST}              parameter readonly
            -y"                  string
        "#]],
    );
}
