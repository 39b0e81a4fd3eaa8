//! `rocky lint`.

use crate::harness::{Project, assert_valid};
use expect_test::expect;

const CONFIG: &str = r#"
        //- rocky.toml
        [adapter.local]
        type = "duckdb"
        [pipeline.shop]
        type = "transformation"
        target.adapter = "local"
        [lint.rules]
        select_star = "warning"
        keyword_case = { level = "error", case = "lower" }
        null_comparison = "warning"
        [[lint.overrides]]
        models = ["models/staging/**"]
        rules = { select_star = "off" }
        //- models/_defaults.toml
        [target]
        catalog = "shop"
        schema = "mart"
        //- models/staging/raw.sql
        select * from (select 1 as id, null as day) as t
        "#;

fn shop(models: &str) -> Project {
    Project::new(&format!("{CONFIG}{}", models.trim_start()))
}

#[test]
fn findings_with_the_levels_of_the_configuration() {
    let project = shop(
        "//- models/report.sql\n        SELECT id FROM raw\n        where day = null\n        \
         //- models/star.sql\n        select * from raw\n",
    );
    expect![[r#"
        exit code: 1
        stdout:
        error[S101]: the keyword 'SELECT' is not in lower case
           ╭─[ models/report.sql:1:1 ]
           │
         1 │ SELECT id FROM raw
           │ ┬─────
           │ ╰─────── here
           │
           │ Help: write `select`
        ───╯

        error[S101]: the keyword 'FROM' is not in lower case
           ╭─[ models/report.sql:1:11 ]
           │
         1 │ SELECT id FROM raw
           │           ┬───
           │           ╰───── here
           │
           │ Help: write `from`
        ───╯

        warning[S117]: `= null` is never true
           ╭─[ models/report.sql:2:11 ]
           │
         2 │ where day = null
           │           ┬─────
           │           ╰─────── here
           │
           │ Help: write `is null`
        ───╯

        warning[S112]: `*` puts out whatever columns there are
           ╭─[ models/star.sql:1:8 ]
           │
         1 │ select * from raw
           │        ┬
           │        ╰── here
           │
           │ Help: name the columns
        ───╯

          Linted: 3 models, 2 errors, 2 warnings, 0 infos
          2 can be fixed with --fix
          1 more can be fixed with --fix --unsafe-fixes
    "#]]
    .assert_eq(&project.table(&["lint"]).to_string());
    let (document, code) = project.json(&["lint"]);
    assert_valid("lint", &document);
    assert_eq!(code, 1);
    assert_eq!((&document["fixable"], &document["fixable_unsafely"]), (&2.into(), &1.into()));
    let (document, code) = project.json(&["lint", "models/star.sql"]);
    assert_eq!((code, document["diagnostics"].as_array().map(Vec::len)), (0, Some(1)));
    let (document, _) = project.json(&["lint", "--rule", "S112"]);
    assert_eq!(document["diagnostics"][0]["code"], "S112");
}

#[test]
fn the_same_findings_come_with_compile() {
    let project = shop("//- models/star.sql\n        select * from raw\n");
    let (document, code) = project.json(&["compile"]);
    assert_eq!(code, 0);
    let codes: Vec<&str> = document["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .filter(|code| code.starts_with('S'))
        .collect();
    assert_eq!(codes, ["S112"]);
}

#[test]
fn safe_fixes_are_applied_and_the_others_wait() {
    let project = shop(
        "//- models/report.sql\n        SELECT id FROM raw\n        -- WHERE is it?\n        where day = null\n",
    );
    let before = project.read("models/report.sql");
    let shown = project.table(&["lint", "--diff"]);
    assert!(shown.stdout.contains("-SELECT id FROM raw\n+select id from raw\n"), "{shown}");
    assert_eq!(project.read("models/report.sql"), before, "--diff writes nothing");

    let (document, code) = project.json(&["lint", "--fix"]);
    assert_valid("lint", &document);
    assert_eq!(code, 0);
    assert_eq!(document["fixed"][0]["file"], "models/report.sql");
    assert_eq!(document["fixed"][0]["findings"]["S101"], 2);
    assert_eq!(project.read("models/report.sql"), "select id from raw\n-- WHERE is it?\nwhere day = null\n");

    let ran = project.table(&["lint", "--fix", "--unsafe-fixes"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert_eq!(project.read("models/report.sql"), "select id from raw\n-- WHERE is it?\nwhere day is null\n");
    let (document, _) = project.json(&["lint", "--fix"]);
    assert_eq!(document["fixed"].as_array().map(Vec::len), Some(0), "nothing is left");
}

#[test]
fn frontmatter_macros_and_suppressions_are_left_alone() {
    let project = shop(
        "//- macros/twice.sql\n        -- @macro twice(x)\n        (SELECT 2 * x)\n        \
         //- models/a.sql\n        ---toml\n        name = \"a\"\n        ---\n        \
         SELECT @twice(id) AS n FROM raw\n        \
         //- models/b.sql\n        -- rocky: ignore[select_star]\n        select * from raw\n",
    );
    let (document, _) = project.json(&["lint", "--fix"]);
    assert_eq!(document["diagnostics"].as_array().map(Vec::len), Some(0), "{document:#}");
    let text = project.read("models/a.sql");
    assert!(text.starts_with("---toml\nname = \"a\"\n---\n"), "{text}");
    assert!(text.ends_with("select @twice(id) as n from raw\n"), "{text}");
    assert!(project.read("models/b.sql").contains("select *"));
}

#[test]
fn a_broken_model_says_so_and_the_others_are_linted() {
    let project = shop(
        "//- models/broken.sql\n        SELECT id FROM (\n        //- models/star.sql\n        select * from raw\n",
    );
    let (document, code) = project.json(&["lint"]);
    assert_eq!(code, 1);
    let codes: Vec<&str> =
        document["diagnostics"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert_eq!(codes, ["S001", "S112"]);
}

#[test]
fn mistakes_of_rocky_models_are_mended() {
    let project =
        shop("//- models/r.rocky\n        from raw\n        WHERE id = 1\n        where day == null\n");
    let (_, code) = project.json(&["lint", "--fix"]);
    assert_eq!(code, 0);
    assert_eq!(project.read("models/r.rocky"), "from raw\nwhere id == 1\nwhere day == null\n");
}

#[test]
fn wrong_use() {
    let project = shop("");
    let ran = project.table(&["lint", "--rule", "selct_star"]);
    assert!(ran.stderr.contains("did you mean 'select_star'?"), "{ran}");
    let ran = project.table(&["lint", "--rule", "tabs"]);
    assert!(ran.code == 1 && ran.stderr.contains("the rule 'tabs' is off"), "{ran}");
    let ran = project.table(&["lint", "models/none"]);
    assert!(ran.stderr.contains("there is no model at 'models/none'"), "{ran}");
    let ran = project.table(&["lint", "--unsafe-fixes"]);
    assert!(ran.stderr.contains("add --fix"), "{ran}");
    let ran = project.table(&["explain", "s112"]);
    assert!(ran.stdout.contains("`select_star`") && ran.stdout.contains("select id, amount"), "{ran}");
}
