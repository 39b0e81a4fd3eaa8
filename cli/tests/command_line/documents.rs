//! Every JSON document: a rich sample validates against its schema, and the wire form is pinned.

use crate::harness::assert_valid;
use expect_test::{expect, expect_file};
use rocky_cli::output::*;
use serde::Serialize;

/// The document is what its schema says, and is written as `tests/documents/<file>.json` shows.
fn check(schema: &str, file: &str, document: &impl Serialize) {
    let value = serde_json::to_value(document).expect("serialisable");
    assert_valid(schema, &value);
    let text = serde_json::to_string_pretty(document).expect("serialisable");
    expect_file![format!("{}/tests/documents/{file}.json", env!("CARGO_MANIFEST_DIR"))]
        .assert_eq(&format!("{text}\n"));
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

#[test]
fn the_schemas_are_pinned() {
    for name in SCHEMA_NAMES {
        let text = serde_json::to_string_pretty(&schema(name).expect("schema")).expect("serialisable");
        expect_file![format!("{}/tests/schemas/{name}.schema.json", env!("CARGO_MANIFEST_DIR"))]
            .assert_eq(&format!("{text}\n"));
    }
    assert!(schema("nope").is_none());
}

#[test]
fn cache_document() {
    let share = |files, bytes| CacheShare { files, bytes };
    let cache = CacheOutput {
        version: VERSION,
        command: "cache",
        action: "verify",
        folder: ".rocky/cache".into(),
        stamps: share(1, 100),
        images: share(2, 2_000),
        outcomes: share(3, 30_000),
        rows: share(1, 400_000),
        unfinished: share(0, 0),
        functions: vec![CacheFunction { name: "model_facts".into(), version: 3, rows: 12, bytes: 800 }],
        moved_rows: Some(12),
        verification: Some(CacheVerification { rows_compared: 24, models_compared: 12, wrong: 0 }),
    };
    check("cache", "cache", &cache);
}

/// Clients tell the two lineage documents apart by the key `column`.
#[test]
fn lineage_documents() {
    let column =
        |model: &str, column: &str| LineageQualifiedColumn { model: model.into(), column: column.into() };
    let edge = LineageEdgeRecord {
        source: column("orders", "amount"),
        target: column("totals", "total"),
        transform: "aggregation: sum".into(),
    };
    let lineage = LineageOutput {
        version: VERSION,
        command: "lineage",
        model: "totals".into(),
        columns: vec![
            LineageColumnDef { name: "total".into(), data_type: Some("Decimal".into()) },
            LineageColumnDef { name: "odd".into(), data_type: None },
        ],
        upstream: strings(&["orders"]),
        downstream: vec![],
        edges: vec![edge.clone()],
        influences: vec![LineageInfluenceRecord {
            source: column("orders", "state"),
            kind: LineageInfluenceKind::Filter,
        }],
    };
    check("lineage", "lineage", &lineage);
    let trace = ColumnLineageOutput {
        version: VERSION,
        command: "lineage",
        model: "totals".into(),
        column: "total".into(),
        direction: "upstream",
        trace: vec![edge],
    };
    check("column_lineage", "column_lineage", &trace);
}

fn span(file: &str, line: u32, col: u32) -> SourceSpan {
    SourceSpan { file: file.into(), line, col, end_line: line, end_col: col + 3 }
}

fn detail(name: &str, strategy: StrategyConfig) -> ModelDetail {
    ModelDetail {
        name: name.into(),
        strategy,
        target: TargetConfig { catalog: "shop".into(), schema: "mart".into(), table: name.into() },
        freshness: None,
        contract_source: None,
        incrementality_hint: None,
        cost_hint: None,
        depends_on: vec![],
        type_coverage: TypeCoverageOutput {
            columns: 3,
            columns_typed: 2,
            coverage_pct: Some(66.6),
            open: true,
        },
    }
}

#[test]
fn the_compile_document() {
    let document = CompileOutput {
        version: VERSION,
        command: "compile",
        models: 2,
        execution_layers: 2,
        diagnostics: vec![
            Diagnostic {
                severity: DiagnosticSeverity::Error,
                code: "E003".into(),
                message: "'idd' is not a column of orders".into(),
                span: Some(span("models/totals.sql", 1, 8)),
                model: "totals".into(),
                suggestion: Some("did you mean 'id'?".into()),
                related: vec![RelatedPlace {
                    message: "put out here".into(),
                    span: span("models/orders.sql", 2, 1),
                }],
            },
            Diagnostic {
                severity: DiagnosticSeverity::Warning,
                code: "W011".into(),
                message: "contract for an unknown model".into(),
                span: None,
                model: "nope".into(),
                suggestion: None,
                related: vec![],
            },
        ],
        has_errors: true,
        compile_timings: PhaseTimings { total_ms: 5, ..PhaseTimings::default() },
        models_detail: vec![
            detail("orders", StrategyConfig::Ephemeral),
            ModelDetail {
                freshness: Some(ModelFreshnessConfig { max_lag_seconds: 60 }),
                contract_source: Some(ContractSource::Auto),
                incrementality_hint: Some(IncrementalityHint {
                    is_candidate: true,
                    recommended_column: "updated_at".into(),
                    confidence: HintConfidence::High,
                    signals: strings(&["name"]),
                }),
                cost_hint: Some(CostHint {
                    estimated_rows: 10_000,
                    estimated_bytes: 2_560_000,
                    estimated_cost_usd: 0.0,
                    confidence: HintConfidence::Low,
                }),
                depends_on: strings(&["orders"]),
                ..detail("totals", StrategyConfig::FullRefresh)
            },
        ],
        type_coverage: ProjectTypeCoverage {
            columns: 6,
            columns_typed: 4,
            coverage_pct: Some(66.6),
            open_models: 2,
        },
        expanded_sql: None,
    };
    check("compile", "compile", &document);
}

#[test]
fn every_strategy_on_the_wire() {
    let strategies = [
        StrategyConfig::FullRefresh,
        StrategyConfig::Incremental { timestamp_column: "ts".into() },
        StrategyConfig::Merge { unique_key: strings(&["id"]), update_columns: None },
        StrategyConfig::TimeInterval {
            time_column: "ts".into(),
            granularity: TimeGrain::Day,
            lookback: 0,
            batch_size: 1,
            first_partition: None,
        },
        StrategyConfig::Ephemeral,
        StrategyConfig::DeleteInsert { partition_by: strings(&["day"]) },
        StrategyConfig::Microbatch {
            timestamp_column: "ts".into(),
            granularity: TimeGrain::Hour,
            lookback: 1,
            batch_size: 2,
            first_partition: Some("2031-01-01T00".into()),
        },
        StrategyConfig::MaterializedView,
        StrategyConfig::DynamicTable { target_lag: "1 hour".into(), warehouse: None },
        StrategyConfig::Snapshot {
            unique_key: strings(&["id"]),
            updated_at: Some("ts".into()),
            check_cols: None,
            hard_deletes: HardDeletesConfig::Ignore,
        },
        StrategyConfig::View,
    ];
    let lines: Vec<String> =
        strategies.iter().map(|strategy| serde_json::to_string(strategy).expect("serialisable")).collect();
    expect![[r#"
        {"type":"full_refresh"}
        {"type":"incremental","timestamp_column":"ts"}
        {"type":"merge","unique_key":["id"],"update_columns":null}
        {"type":"time_interval","time_column":"ts","granularity":"day","lookback":0,"batch_size":1,"first_partition":null}
        {"type":"ephemeral"}
        {"type":"delete_insert","partition_by":["day"]}
        {"type":"microbatch","timestamp_column":"ts","granularity":"hour","lookback":1,"batch_size":2,"first_partition":"2031-01-01T00"}
        {"type":"materialized_view"}
        {"type":"dynamic_table","target_lag":"1 hour"}
        {"type":"snapshot","unique_key":["id"],"updated_at":"ts","hard_deletes":"ignore"}
        {"type":"view"}"#]].assert_eq(&lines.join("\n"));
}

#[test]
fn the_plan_document() {
    let document = PlanOutput {
        version: VERSION,
        command: "plan",
        filter: String::new(),
        statements: vec![PlannedStatement {
            purpose: "full_refresh".into(),
            target: "shop.mart.totals".into(),
            sql: "CREATE OR REPLACE TABLE shop.mart.totals AS SELECT 1".into(),
        }],
        models: strings(&["totals"]),
        execution_layers: vec![strings(&["totals"])],
        skipped: vec![SkippedModel { model: "base".into(), reason: "ephemeral".into() }],
        skipped_schemas: vec![SkippedSchema { schema: "raw__a".into(), reason: "it is empty".into() }],
    };
    check("plan", "plan", &document);
}

#[test]
fn the_test_document() {
    let document = TestOutput {
        version: VERSION,
        command: "test",
        total: 3,
        passed: 1,
        failed: 1,
        warned: 1,
        not_evaluated: 1,
        failures: vec![TestFailure {
            name: "fct_trips".into(),
            error: "Binder Error: no column 'fare'".into(),
        }],
        warnings: vec![TestFailure { name: "stg::unique:id".into(), error: "1 row".into() }],
        model_results: vec![
            ModelTestResult { model: "stg".into(), status: ModelTestStatus::Pass, error: None },
            ModelTestResult {
                model: "fct_trips".into(),
                status: ModelTestStatus::Fail,
                error: Some("Binder Error: no column 'fare'".into()),
            },
            ModelTestResult {
                model: "after".into(),
                status: ModelTestStatus::NotEvaluated,
                error: Some("not built: it reads 'fct_trips', which failed".into()),
            },
        ],
        declarative: Some(DeclarativeTestSummary {
            total: 1,
            passed: 0,
            failed: 1,
            warned: 0,
            errored: 0,
            results: vec![DeclarativeTestResult {
                model: "stg".into(),
                table: "shop.mart.stg".into(),
                test_type: "not_null".into(),
                column: Some("id".into()),
                status: DeclarativeTestStatus::Fail,
                severity: CheckSeverity::Error,
                detail: Some("2 rows".into()),
                sql: "SELECT COUNT(*) FROM shop.mart.stg WHERE id IS NULL".into(),
            }],
        }),
    };
    check("test", "test", &document);
}

fn diagnostic() -> Diagnostic {
    Diagnostic {
        severity: DiagnosticSeverity::Error,
        code: "E003".into(),
        message: "'idd' is not a column of orders".into(),
        span: Some(span("models/totals.sql", 1, 8)),
        model: "totals".into(),
        suggestion: None,
        related: vec![],
    }
}

#[test]
fn the_ci_document() {
    let failure = |name: &str| TestFailure { name: name.into(), error: "1 violation".into() };
    let document = CiOutput {
        version: VERSION,
        command: "ci",
        compile_ok: false,
        tests_ok: false,
        models_compiled: 2,
        tests_passed: 1,
        tests_failed: 1,
        exit_code: 1,
        diagnostics: vec![diagnostic()],
        failures: vec![failure("totals::not_null_id")],
        tests_warned: 1,
        tests_not_evaluated: 1,
        warnings: vec![failure("totals::unique_id")],
        model_results: vec![ModelTestResult {
            model: "totals".into(),
            status: ModelTestStatus::Fail,
            error: Some("1 violation".into()),
        }],
    };
    check("ci", "ci", &document);
}

#[test]
fn the_ci_diff_document() {
    let column =
        |model: &str, column: &str| LineageQualifiedColumn { model: model.into(), column: column.into() };
    let document = CiDiffOutput {
        version: VERSION,
        command: "ci-diff",
        base_ref: "main".into(),
        head_ref: "HEAD".into(),
        mode: CiDiffMode::Head,
        base_commit: "a".repeat(40),
        summary: DiffSummary { total_models: 3, unchanged: 1, modified: 1, added: 1, removed: 0 },
        models: vec![
            DiffResult {
                model_name: "new".into(),
                status: ModelDiffStatus::Added,
                cause: None,
                column_changes: vec![],
                nullability_changes: vec![],
            },
            DiffResult {
                model_name: "orders".into(),
                status: ModelDiffStatus::Modified,
                cause: Some(ModelDiffCause::Files),
                column_changes: vec![ColumnDiff {
                    column_name: "id".into(),
                    change_type: ColumnChangeType::TypeChanged,
                    old_type: Some("INT32".into()),
                    new_type: Some("STRING".into()),
                }],
                nullability_changes: vec![NullabilityDiff {
                    column_name: "id".into(),
                    old_nullable: false,
                    new_nullable: true,
                }],
            },
        ],
        breaking: true,
        impacts: vec![ImpactOutput {
            model: "orders".into(),
            column: Some("id".into()),
            change: ImpactEffect::TypeChanged,
            affected: vec![ImpactedColumn {
                model: "totals".into(),
                column: Some("id".into()),
                effect: ImpactEffect::Error,
                detail: "E011: …".into(),
                path: vec![column("orders", "id")],
            }],
        }],
        new_errors: vec![diagnostic()],
        not_evaluated: vec![NotEvaluatedOutput {
            model: "odd".into(),
            side: "base",
            reason: "it does not compile".into(),
        }],
        markdown: "## Rocky CI Diff\n".into(),
    };
    check("ci_diff", "ci_diff", &document);
}

#[test]
fn the_lineage_diff_document() {
    let column =
        |model: &str, column: &str| LineageQualifiedColumn { model: model.into(), column: column.into() };
    let edge = |source: &str| LineageEdgeRecord {
        source: column("orders", source),
        target: column("totals", "total"),
        transform: "aggregation: sum".into(),
    };
    let document = LineageDiffOutput {
        version: VERSION,
        command: "lineage-diff",
        base_ref: "main".into(),
        head_ref: "HEAD".into(),
        mode: CiDiffMode::WorkingTree,
        base_commit: "a".repeat(40),
        summary: LineageDiffSummary {
            models_changed: 1,
            columns_changed: 1,
            edges_added: 1,
            edges_removed: 1,
            transforms_changed: 1,
        },
        models: vec![LineageDiffModel {
            model: "totals".into(),
            columns: vec![LineageDiffColumn {
                column: "total".into(),
                added: vec![edge("net")],
                removed: vec![edge("gross")],
                changed: vec![ChangedTransform {
                    source: column("orders", "tip"),
                    old_transform: "direct".into(),
                    new_transform: "cast".into(),
                }],
                downstream: vec![column("report", "total")],
            }],
        }],
        not_evaluated: vec![],
        markdown: "## Rocky Lineage Diff\n".into(),
    };
    check("lineage_diff", "lineage_diff", &document);
}

#[test]
fn the_validate_document() {
    let message = ValidateMessage {
        severity: ValidateSeverity::Error,
        code: "V023".into(),
        message: "pipeline 'p' names the unknown adapter 'locl'".into(),
        file: Some("rocky.toml".into()),
        field: Some("pipeline.p.target.adapter".into()),
        line: Some(7),
        col: Some(11),
        end_line: Some(7),
        end_col: Some(17),
        suggestion: Some("did you mean 'local'?".into()),
    };
    let document = ValidateOutput {
        version: VERSION,
        command: "validate",
        valid: false,
        adapters: vec![ValidateAdapterStatus {
            name: "local".into(),
            adapter_type: "duckdb".into(),
            ok: true,
        }],
        pipelines: vec![ValidatePipelineStatus {
            name: "p".into(),
            pipeline_type: "transformation".into(),
            strategy: String::new(),
            catalog_template: String::new(),
            schema_template: String::new(),
            ok: false,
        }],
        models: ValidateModelsStatus { found: true, count: 2, dag_valid: true },
        messages: vec![
            ValidateMessage {
                severity: ValidateSeverity::Ok,
                code: "V001".into(),
                message: "the configuration is valid".into(),
                field: None,
                line: None,
                col: None,
                end_line: None,
                end_col: None,
                suggestion: None,
                ..message.clone()
            },
            message,
        ],
    };
    check("validate", "validate", &document);
}

#[test]
fn the_lint_document() {
    let document = LintOutput {
        version: VERSION,
        command: "lint",
        models: 2,
        diagnostics: vec![Diagnostic {
            severity: DiagnosticSeverity::Warning,
            code: "S112".into(),
            message: "`*` puts out whatever columns there are".into(),
            span: Some(span("models/a.sql", 1, 8)),
            model: "a".into(),
            suggestion: Some("name the columns".into()),
            related: vec![],
        }],
        has_errors: false,
        fixable: 0,
        fixable_unsafely: 0,
        fixed: vec![LintFixedFile { file: "models/b.sql".into(), findings: [("S101".to_owned(), 2)].into() }],
    };
    check("lint", "lint", &document);
}

#[test]
fn the_scaffold_document() {
    let document = ScaffoldOutput {
        version: VERSION,
        command: "init",
        path: "shop".into(),
        template: "duckdb".into(),
        files: strings(&["rocky.toml"]),
        run: None,
    };
    check("scaffold", "scaffold", &document);
}

fn check_result(name: &str, detail: CheckDetail) -> CheckResult {
    CheckResult {
        name: name.into(),
        passed: true,
        severity: CheckSeverity::Error,
        error: None,
        not_evaluated: false,
        detail,
    }
}

fn checks() -> Vec<CheckResult> {
    vec![
        check_result("row_count", CheckDetail::RowCount { source_count: 42, target_count: 42 }),
        check_result("column_match", CheckDetail::ColumnMatch { missing: vec![], extra: vec![] }),
        check_result("freshness", CheckDetail::Freshness { lag_seconds: 3, threshold_seconds: 60 }),
        check_result(
            "null_rate",
            CheckDetail::NullRate { column: "fare".into(), null_rate: 0.0, threshold: 0.1 },
        ),
        check_result(
            "not_null:id",
            CheckDetail::Assertion { kind: "not_null".into(), column: Some("id".into()), failing_rows: 0 },
        ),
        CheckResult {
            passed: false,
            error: Some("the table is not there".into()),
            not_evaluated: true,
            ..check_result(
                "mine",
                CheckDetail::Custom { query: "SELECT 0".into(), result_value: 0, threshold: 0 },
            )
        },
    ]
}

fn key() -> Vec<String> {
    strings(&["shop", "mart", "totals"])
}

fn materialization() -> MaterializationOutput {
    MaterializationOutput {
        asset_key: key(),
        rows_copied: None,
        duration_ms: 310,
        started_at: "2031-05-02T08:15:00.120Z".into(),
        metadata: MaterializationMetadata {
            strategy: "incremental".into(),
            watermark: Some("2031-05-02T08:15:00Z".into()),
            target_table_full_name: Some("shop.mart.totals".into()),
            sql_hash: Some("00c0ffee00c0ffee".into()),
            column_count: Some(3),
            compile_time_ms: None,
        },
        partition: Some(PartitionInfo {
            key: "2031-05".into(),
            start: "2031-05-01T00:00:00Z".into(),
            end: "2031-06-01T00:00:00Z".into(),
            batched_with: vec![],
        }),
    }
}

fn quality() -> (Vec<QuarantineOutput>, Vec<AnomalyOutput>) {
    let quarantine = vec![QuarantineOutput {
        asset_key: key(),
        mode: QuarantineMode::Split,
        valid_table: "totals__valid".into(),
        quarantine_table: "totals__bad".into(),
        valid_rows: Some(1),
        quarantined_rows: None,
        ok: true,
        error: None,
    }];
    let anomalies = vec![AnomalyOutput {
        table: "shop.mart.totals".into(),
        current_count: 10,
        baseline_avg: 100.0,
        deviation_pct: 90.0,
        reason: "fewer rows than usual".into(),
        asset_key: key(),
    }];
    (quarantine, anomalies)
}

fn drift() -> DriftSummary {
    DriftSummary {
        tables_checked: 1,
        tables_drifted: 1,
        actions_taken: vec![DriftActionOutput {
            table: "shop.mart.totals".into(),
            action: "add_columns".into(),
            reason: "new column 'tip'".into(),
            asset_key: key(),
        }],
    }
}

#[test]
fn the_run_document() {
    let (quarantine, anomalies) = quality();
    let document = RunOutput {
        version: VERSION,
        command: "run",
        run_id: "run-20310502-081500-120".into(),
        status: RunStatus::PartialFailure,
        pipeline_type: Some("transformation".into()),
        filter: String::new(),
        duration_ms: 913,
        tables_copied: 1,
        tables_failed: 1,
        tables_skipped: 0,
        excluded_tables: vec![ExcludedTableOutput {
            asset_key: key(),
            source_schema: "raw".into(),
            table_name: "gone".into(),
            reason: "missing_from_source".into(),
        }],
        resumed_from: Some("run-20310501-081500-120".into()),
        shadow: false,
        materializations: vec![materialization()],
        check_results: vec![TableCheckOutput { asset_key: key(), checks: checks() }],
        quarantine,
        anomalies,
        errors: vec![TableErrorOutput {
            asset_key: key(),
            error: "Catalog Error: no table".into(),
            failure_kind: "query-rejected".into(),
        }],
        execution: ExecutionSummary {
            concurrency: 4,
            tables_processed: 2,
            tables_failed: 1,
            adaptive_concurrency: true,
            final_concurrency: Some(3),
            rate_limits_detected: Some(0),
        },
        metrics: Some(MetricsSnapshot {
            tables_processed: 2,
            error_rate_pct: 50.0,
            ..MetricsSnapshot::default()
        }),
        permissions: PermissionSummary { schemas_created: 1, ..PermissionSummary::default() },
        drift: drift(),
        partition_summaries: vec![PartitionSummary {
            model: "totals".into(),
            partitions_planned: 1,
            partitions_succeeded: 1,
            partitions_failed: 0,
            partitions_skipped: 0,
        }],
        interrupted: false,
    };
    check("run", "run", &document);
    let bare = RunOutput {
        pipeline_type: None,
        resumed_from: None,
        excluded_tables: vec![],
        materializations: vec![],
        check_results: vec![],
        quarantine: vec![],
        anomalies: vec![],
        errors: vec![],
        metrics: None,
        drift: DriftSummary::default(),
        partition_summaries: vec![],
        ..document
    };
    check("run", "run_bare", &bare);
}
