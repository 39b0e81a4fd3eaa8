//! `rocky.toml` as text in, value and findings out.

use crate::support::{no_environment, render_findings};
use expect_test::{Expect, expect};
use rocky_project::config::adapter::AdapterType;
use rocky_project::config::hook::HookEvent;
use rocky_project::config::pattern::{ComponentValue, SchemaPattern, fill_template};
use rocky_project::config::pipeline::PipelineBody;
use rocky_project::{ConfigDocument, TestKind, UnsetPolicy, parse_config};
use smol_str::SmolStr;

fn parse(text: &str) -> ConfigDocument {
    parse_config(text, &no_environment, UnsetPolicy::Report)
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&render_findings(text, &parse(text).findings));
}

fn fixture_environment(name: &str) -> Option<String> {
    match name {
        "FX_HOST" => Some("brix.example".to_owned()),
        "FX_WH" => Some("abc".to_owned()),
        _ => None,
    }
}

const CONFORMANCE: &str = include_str!("data/conformance.toml");

#[test]
fn the_conformance_file_loads_completely() {
    let document = parse_config(CONFORMANCE, &fixture_environment, UnsetPolicy::Report);
    assert_eq!(render_findings(CONFORMANCE, &document.findings), "");
    let config = &document.config;
    assert_eq!(config.adapters.keys().collect::<Vec<_>>(), ["brix", "lake", "tran"]);
    let brix = &config.adapters["brix"];
    assert_eq!(brix.adapter_type, Some(AdapterType::Databricks));
    assert_eq!(brix.text("host"), Some("brix.example"));
    assert_eq!(brix.text("http_path"), Some("/sql/1.0/warehouses/abc"));
    assert_eq!(brix.secret("client_secret").map(rocky_project::Secret::expose), Some("none"));
    assert_eq!(brix.timeout_secs, Some(300));
    assert_eq!(config.adapters["lake"].retry.max_retries, 2);
    assert!(!config.adapters["lake"].retry.jitter);
    let PipelineBody::Replication(copy) = &config.pipelines["copy"].body else { panic!("not a replication") };
    assert_eq!(copy.discovery_adapter.as_deref(), Some("lake"));
    assert_eq!(
        copy.target.governance.isolation.as_ref().map(|found| found.workspaces.clone()),
        Some(vec![(42, true)])
    );
    assert_eq!(copy.target.governance.grants[0].permissions, ["BROWSE", "USE CATALOG"]);
    let checks = config.pipelines["copy"].checks.as_ref().expect("checks");
    assert!(checks.is_on());
    assert_eq!(
        checks.freshness.as_ref().map(|found| found.overrides.clone()),
        Some(vec![("in__ops__eu__crm".into(), 600)])
    );
    let guard = config.pipelines["guard"].checks.as_ref().expect("checks");
    assert!(matches!(guard.assertions[0].kind, TestKind::Aggregate { column: None, .. }));
    let PipelineBody::Load(files) = &config.pipelines["files"].body else { panic!("not a load") };
    assert_eq!((files.csv_delimiter, files.batch_size), (';', 500));
    assert_eq!(config.hooks.shell[0].event, HookEvent::PipelineStart);
    assert!(config.hooks.webhooks[0].is_async);
    assert_eq!(config.hooks.webhooks[0].retry_count, 2);
    assert_eq!(config.cost.min_history_runs, 3);
    assert_eq!(config.schema_evolution.grace_period_days, 14);
}

#[test]
fn unset_variables_are_reported_all_at_once_or_not_at_all() {
    let text =
        "[adapter]\ntype = \"databricks\"\nhost = \"${HOST}\"\ntimeout_secs = ${T}\ntoken = \"${TOKEN:-}\"\n";
    check(
        text,
        expect![[r#"
            V002 error 3:9-3:16: environment variable 'HOST' is not set
              = set it, or write a default: `${HOST:-…}`
            V002 error 4:16-4:20: environment variable 'T' is not set
              = set it, or write a default: `${T:-…}`
        "#]],
    );
    let offline = parse_config(text, &no_environment, UnsetPolicy::Ignore);
    assert_eq!(render_findings(text, &offline.findings), "");
    assert!(offline.is_valid && offline.is_usable());
    assert!(offline.is_unresolved("adapter.default.timeout_secs"));
    assert!(!offline.is_unresolved("adapter.default.token"));
    assert_eq!(offline.unset.len(), 2);
}

#[test]
fn broken_toml_is_one_finding_with_its_place() {
    check(
        "[adapter]\ntype = \"duckdb\npath = \"x\"\n",
        expect![[r#"
            V001 error 2:15: the TOML is not valid: invalid basic string, expected `"`
              = look for a missing quote, an unclosed bracket or a missing `=` here or just before
        "#]],
    );
    check(
        "[adapter]\ntype = \"duckdb\"\n[adapter]\n",
        expect![[r#"
            V001 error 3:2-3:9: the TOML is not valid: duplicate key
              = remove one of the two
        "#]],
    );
    check(
        "[[[\n\u{0}",
        expect![[r#"
            V001 error 1:3: the TOML is not valid: unquoted keys cannot be empty, expected letters, numbers, `-`, `_`
              = look for a missing quote, an unclosed bracket or a missing `=` here or just before
        "#]],
    );
}

#[test]
fn lint_rules() {
    use rocky_base_db::FilePath;
    use rocky_lint::{Level, RuleId};
    let document = parse(
        r#"[lint]
preset = "recommended"
[lint.rules]
select_star = "error"
line_length = { level = "info", max = 90 }
else_null = "off"
[[lint.overrides]]
models = ["models/staging/**"]
rules = { select_star = "off" }
"#,
    );
    assert_eq!(document.findings, []);
    let level = |path: &str, rule: &str| {
        document.config.lint.settings(&FilePath::new(path)).level(RuleId::named(rule).unwrap())
    };
    assert_eq!(level("models/a.sql", "select_star"), Level::Error);
    assert_eq!(level("models/staging/x/a.sql", "select_star"), Level::Off);
    assert_eq!(level("models/a.sql", "else_null"), Level::Off);
    assert_eq!(level("models/a.sql", "self_alias"), Level::Warning);
    let long = RuleId::named("line_length").unwrap();
    assert_eq!(document.config.lint.settings(&FilePath::new("models/a.sql")).value(long), 90);
}

#[test]
fn mistakes_in_lint_rules() {
    check(
        r#"[lint]
preset = "recomended"
[lint.rules]
selct_star = "warning"
tabs = "warn"
keyword_case = { level = "error", casing = "upper" }
function_case = { case = "uper" }
line_length = 3
[[lint.overrides]]
rules = { tabs = "off" }
"#,
        expect![[r#"
            V004 error 2:10-2:22 lint.preset: 'recomended' is not a value of 'lint.preset'; allowed are none, recommended, all
              = did you mean 'recommended'?
              fix 2:10-2:22: "\"recommended\""
            V003 error 4:1-4:11 lint.rules.selct_star: 'selct_star' is not a key of [lint.rules]
              = did you mean 'select_star'?
              fix 4:1-4:11: "select_star"
            V004 error 5:8-5:14 lint.rules.tabs: 'warn' is not a value of 'lint.rules.tabs'; allowed are off, info, warning, error
              = use one of the allowed values
            V003 error 6:35-6:41 lint.rules.keyword_case.casing: 'casing' is not a key of [lint.rules.keyword_case]
              = remove it; keys that exist here: level, case
            V004 error 7:26-7:32 lint.rules.function_case.case: 'uper' is not a value of 'lint.rules.function_case.case'; allowed are consistent, upper, lower
              = did you mean 'upper'?
              fix 7:26-7:32: "\"upper\""
            V004 error 8:15-8:16 lint.rules.line_length: 'lint.rules.line_length' must be a level or a table with one
              = write `line_length = "warning"` or `line_length = { level = "warning" }`
            V004 error 9:1-9:19 lint.overrides.0.models: [lint.overrides.0] needs the key 'models'
              = add `models = …`
        "#]],
    );
}

#[test]
fn unknown_keys_and_wrong_values() {
    check(
        r#"[adapters.lake]
type = "duckdb"
pth = "x"
timeout_secs = "10"
retry = { max_retries = -1, jiter = true }

[pipeline.web]
type = "tranformation"

[pipeline.shop]
type = "transformation"
stray = 1
execution = { concurrency = "fast" }
checks = { row_count = "yes", fail_on_eror = true }

[stat]
backend = "s3"

[warehouse]
"#,
        expect![[r#"
            V003 error 3:1-3:4 adapter.lake.pth: 'pth' is not a key of [adapter.lake]
              = did you mean 'path'?
              fix 3:1-3:4: "path"
            V004 error 4:16-4:20 adapter.lake.timeout_secs: 'adapter.lake.timeout_secs' must be a whole number, but it is a string
              = write a whole number
            V004 error 5:25-5:27 adapter.lake.retry.max_retries: 'adapter.lake.retry.max_retries' is negative: -1
              = correct the value
            V003 error 5:29-5:34 adapter.lake.retry.jiter: 'jiter' is not a key of [adapter.lake.retry]
              = did you mean 'jitter'?
              fix 5:29-5:34: "jitter"
            V005 error 8:8-8:23 pipeline.web.type: 'tranformation' is not a pipeline type; types are replication, transformation, quality, snapshot, load
              = did you mean 'transformation'?
              fix 8:8-8:23: "\"transformation\""
            V003 warning 12:1-12:6 pipeline.shop.stray: 'stray' is not a key of [pipeline.shop]
              = remove it; keys that exist here: type, target, checks, execution, depends_on, schedule, models
            V004 error 13:29-13:35 pipeline.shop.execution.concurrency: 'pipeline.shop.execution.concurrency' must be "adaptive" or a whole number, but it is 'fast'
              = correct the value
            V004 error 14:24-14:29 pipeline.shop.checks.row_count: 'pipeline.shop.checks.row_count' must be true or false, but it is a string
              = write true or false
            V003 error 14:31-14:43 pipeline.shop.checks.fail_on_eror: 'fail_on_eror' is not a key of [pipeline.shop.checks]
              = did you mean 'fail_on_error'?
              fix 14:31-14:43: "fail_on_error"
            V003 error 16:2-16:6 stat: 'stat' is not a key of the top level
              = did you mean 'state'?
              fix 16:2-16:6: "state"
            V006 error 19:2-19:11 warehouse: [warehouse] belongs to the first format of rocky.toml, which is no longer read
              = write [adapter.NAME] with `type = …` instead
        "#]],
    );
}

#[test]
fn missing_keys_and_both_spellings() {
    check(
        r#"[adapter.a]
path = "x"
[adapters.b]
type = "duckdb"
[pipeline.p]
type = "snapshot"
unique_key = ["id"]
source = { catalog = "c", schema = "s" }
[policy]
[mask]
"#,
        expect![[r#"
            V004 error 1:1-1:12 adapter.a.type: [adapter.a] needs the key 'type'
              = add `type = …`
            V004 error 3:2-3:10 adapters: 'adapters' is another spelling of 'adapter', and both are written
              = move everything to 'adapter'
            V004 error 5:1-5:13 pipeline.p.target: [pipeline.p] needs the key 'target'
              = add `target = …`
            V004 error 5:1-5:13 pipeline.p.updated_at: [pipeline.p] needs the key 'updated_at'
              = add `updated_at = …`
            V004 error 8:10-8:41 pipeline.p.source.table: [pipeline.p.source] needs the key 'table'
              = add `table = …`
            V003 error 9:2-9:8 policy: the section [policy] is not supported by this version
              = remove it
            V034 warning 10:2-10:6 mask: the section [mask] is read, but nothing in this version executes it
              = remove it, or ignore this
        "#]],
    );
}

#[test]
fn shorthand_is_decided_by_shape() {
    let smallest = parse(
        r#"
[adapter]
type = "duckdb"
path = "shop.duckdb"

[pipeline]
source.schema_pattern = { prefix = "in__", separator = "__", components = ["feed"] }
target = { catalog_template = "shop", schema_template = "stage__{feed}" }
"#,
    );
    assert_eq!(smallest.findings, []);
    assert_eq!(smallest.config.adapters.keys().collect::<Vec<_>>(), ["default"]);
    assert_eq!(smallest.config.pipelines.keys().collect::<Vec<_>>(), ["default"]);
    assert!(smallest.spans.contains("adapter.default.path"));
    assert!(smallest.spans.contains("pipeline.default.source.schema_pattern.prefix"));

    let named = parse(
        r#"
[adapter.type]
type = "duckdb"
[pipeline.source]
type = "transformation"
[pipeline.models]
type = "transformation"
"#,
    );
    assert_eq!(named.findings, []);
    assert_eq!(named.config.adapters.keys().collect::<Vec<_>>(), ["type"]);
    assert_eq!(named.config.pipelines.keys().collect::<Vec<_>>(), ["models", "source"]);
}

#[test]
fn hooks() {
    check(
        r#"
[[hook.pipeline_start]]
command = ""
[hook.on_pipline_error]
command = "x"
[[hook.webhooks.on_drift_detected]]
url = "https://example.invalid"
preset = "slak"
method = "P ST"
timeout_ms = 0
body_template = "{{#if table}}x"
on_failure = "stop"
"#,
        expect![[r#"
            V009 error 3:11-3:13 hook.pipeline_start.0.command: 'command' is empty, so this hook can do nothing
              = fill it in or remove the hook
            V009 warning 4:7-4:23 hook.on_pipline_error: 'on_pipline_error' is not an event, so this hook would never run
              = did you mean 'on_pipeline_error'?
              fix 4:7-4:23: "on_pipeline_error"
            V009 warning 8:10-8:16 hook.webhooks.on_drift_detected.0.preset: 'slak' is not a preset, so the plain context is sent
              = presets are slack, pagerduty, datadog, teams, generic
            V009 warning 9:10-9:16 hook.webhooks.on_drift_detected.0.method: 'P ST' is not an HTTP method
              = use POST, PUT or another method
            V009 warning 10:14-10:15 hook.webhooks.on_drift_detected.0.timeout_ms: a timeout of 0 fails every time
              = remove it for the default, or write milliseconds
            V009 warning 11:17-11:33 hook.webhooks.on_drift_detected.0.body_template: a block `{{#if …}}` of the template is not closed
              = add `{{/if}}`
            V004 error 12:14-12:20 hook.webhooks.on_drift_detected.0.on_failure: 'stop' is not a value of 'hook.webhooks.on_drift_detected.0.on_failure'; allowed are abort, warn, ignore
              = use one of the allowed values
        "#]],
    );
    assert_eq!(HookEvent::all().count(), 18);
    assert_eq!(HookEvent::of("on_budget_breach"), HookEvent::of("budget_breach"));
}

#[test]
fn numbers_without_sense_and_permissions() {
    check(
        r#"
[adapter.d]
type = "duckdb"
retry = { backoff_multiplier = 0.5 }
[pipeline.q]
type = "quality"
execution = { error_rate_abort_pct = 101 }
[pipeline.q.target.governance]
grants = [{ principal = "group:a b", permissions = ["select", "USE CATALOGS"] }, { principal = "x;y", permissions = [] }]
[pipeline.q.checks]
null_rate = { columns = ["a"], threshold = 1.5, sample_percent = 0 }
assertions = [{ type = "in_range", column = "a" }, { type = "uniqe", column = "a" }]
"#,
        expect![[r#"
            V071 warning 4:32-4:35 adapter.d.retry.backoff_multiplier: 'backoff_multiplier' is 0.5, so pauses would shrink
              = use a consistent value; until then the default is used
            V071 warning 7:38-7:41 pipeline.q.execution.error_rate_abort_pct: the value of 'pipeline.q.execution.error_rate_abort_pct' makes no sense: a percentage is at most 100
              = correct the number
            V065 error 9:52-9:78 pipeline.q.target.governance.grants.0.permissions: 'USE CATALOGS' cannot be granted here; permissions are BROWSE, USE CATALOG, USE SCHEMA, SELECT, MODIFY, MANAGE
              = did you mean 'USE CATALOG'?
            V065 error 9:96-9:101 pipeline.q.target.governance.grants.1.principal: 'x;y' is not a principal: letters, digits, blanks and `_-.@` are allowed
              = write the name as the warehouse shows it
            V071 warning 11:44-11:47 pipeline.q.checks.null_rate.threshold: the value of 'pipeline.q.checks.null_rate.threshold' makes no sense: a share lies between 0 and 1
              = correct the number
            V071 warning 11:66-11:67 pipeline.q.checks.null_rate.sample_percent: the value of 'pipeline.q.checks.null_rate.sample_percent' makes no sense: a percentage lies between 1 and 100
              = correct the number
            V070 error 12:15-12:50 pipeline.q.checks.assertions.0: [pipeline.q.checks.assertions.0] needs 'min', 'max' or both
              = add `min = …`
            V070 error 12:61-12:68 pipeline.q.checks.assertions.1.type: 'uniqe' is not a value of 'pipeline.q.checks.assertions.1.type'; allowed are not_null, unique, accepted_values, relationships, expression, row_count_range, in_range, regex_match, aggregate, composite, not_in_future, older_than_n_days, unique_expr
              = did you mean 'unique'?
              fix 12:61-12:68: "\"unique\""
        "#]],
    );
}

#[test]
fn schema_patterns() {
    let pattern = SchemaPattern {
        prefix: "lake_".into(),
        separator: "_x_".into(),
        components: ["team", "zone...", "feed"].map(SmolStr::new).to_vec(),
    };
    let show = |schema: &str| match pattern.parse(schema) {
        Ok(values) => {
            let parts: Vec<String> = values
                .iter()
                .map(|(name, value)| match value {
                    ComponentValue::One(text) => format!("{name}={text}"),
                    ComponentValue::Many(texts) => format!("{name}=[{}]", texts.join(",")),
                })
                .collect();
            parts.join(" ")
        }
        Err(mismatch) => mismatch.to_string(),
    };
    expect![[r#"
        team=ops zone=[eu] feed=crm
        team=ops zone=[eu,it,rome] feed=crm
        it has too few segments: 2, and the pattern needs at least 3
        it does not start with the prefix
        one of its segments is empty"#]]
    .assert_eq(
        &[
            show("lake_ops_x_eu_x_crm"),
            show("lake_ops_x_eu_x_it_x_rome_x_crm"),
            show("lake_ops_x_crm"),
            show("other_ops_x_eu_x_crm"),
            show("lake_ops_x__x_crm"),
        ]
        .join("\n"),
    );
    let single = SchemaPattern { prefix: "a__".into(), separator: "__".into(), components: vec!["x".into()] };
    assert!(single.parse("a__b__c").is_err());
    let values = pattern.parse("lake_ops_x_eu_x_it_x_crm").unwrap_or_default();
    assert_eq!(fill_template("stage_{zone}_{feed}_{other}", &values, "_"), "stage_eu_it_crm_{other}");
    assert_eq!(fill_template("{zone:-}/{team:-}", &values, "_"), "eu-it/ops");
}

#[test]
fn no_text_makes_it_panic() {
    let pieces = [
        "[adapter", "]", "\ntype=", "\"${", "}", "\"", "[[", "=", "{", "'", "\u{0}", "é", "\n", "pipeline",
        ".", "1",
    ];
    let mut seed = 7u64;
    for _ in 0..2000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        let document = parse(&text);
        for finding in document.findings {
            assert!(usize::from(finding.range.end()) <= text.len(), "{text:?}: {finding:?}");
        }
    }
}

#[test]
fn the_layout_of_files() {
    let document = parse("[format]\nline_width = 80\nindent = \"tab\"\ncomma = \"leading\"\n");
    assert!(document.findings.is_empty());
    let options = document.config.format.options();
    assert_eq!((options.line_width, options.indent), (80, rocky_format::Indent::Tab));
    assert_eq!(options.commas, rocky_format::Commas::Leading);
    assert_eq!(options.keyword_case, rocky_format::LetterCase::Upper);
    check(
        "[format]\nline_widht = 80\nline_width = 5\nindent = 99\nkeyword_case = \"uper\"\ncomma = 1\n",
        expect![[r#"
            V003 error 2:1-2:11 format.line_widht: 'line_widht' is not a key of [format]
              = did you mean 'line_width'?
              fix 2:1-2:11: "line_width"
            V004 error 3:14-3:15 format.line_width: 'format.line_width' is 5, but it must be between 20 and 1000
              = write a number from 20 to 1000
            V004 error 4:10-4:12 format.indent: 'format.indent' is 99, but it must be between 1 and 16
              = write a number from 1 to 16
            V004 error 5:16-5:22 format.keyword_case: 'uper' is not a value of 'format.keyword_case'; allowed are upper, lower, preserve
              = did you mean 'upper'?
              fix 5:16-5:22: "\"upper\""
            V004 error 6:9-6:10 format.comma: 'format.comma' must be a string, but it is an integer
              = write a string
        "#]],
    );
}
