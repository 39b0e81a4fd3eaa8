use expect_test::expect;

use crate::*;

fn model(name: &str, depends_on: &[&str]) -> PlanNode {
    let name = ModelName::new(name).expect("name");
    PlanNode {
        id: NodeId::model(&name),
        depends_on: depends_on
            .iter()
            .map(|other| NodeId::model(&ModelName::new(*other).expect("name")))
            .collect(),
        status: NodeStatus::Selected,
        kind: NodeKind::Model(ModelNode {
            file: format!("models/{name}.sql"),
            select: SelectSql::new("SELECT 1 AS id;\n"),
            materialization: Materialization::Relation {
                target: RelationName::new("shop", "mart", name.as_str()).expect("relation"),
                strategy: TableStrategy::Incremental {
                    timestamp_column: ColumnName::new("ts").expect("column"),
                },
            },
            output: OutputSchema::Closed {
                columns: vec![ExpectedColumn::named(ColumnName::new("id").expect("column"))],
            },
            tests: vec![],
            name,
        }),
    }
}

fn plan(nodes: Vec<PlanNode>) -> Plan {
    Plan {
        format: PLAN_FORMAT,
        pipeline: PipelineName::new("shop").expect("name"),
        pipeline_type: PipelineType::Transformation,
        adapter: AdapterName::new("local").expect("name"),
        dialect: Dialect::DuckDb,
        config_digest: String::new(),
        filter: String::new(),
        execution: ExecutionSettings::default(),
        auto_create_catalogs: false,
        auto_create_schemas: true,
        nodes,
    }
}

#[test]
fn names_are_checked_on_every_way_in() {
    assert!(TableName::new("orders_2024").is_ok());
    for bad in ["", "a.b", "a b", "x\"; DROP TABLE y", "é"] {
        assert!(TableName::new(bad).is_err(), "{bad:?}");
        let json = serde_json::to_string(bad).expect("json");
        assert!(serde_json::from_str::<TableName>(&json).is_err(), "{bad:?}");
    }
    assert!(CatalogName::new("").is_ok());
    assert!(CatalogName::new("my-project-1").is_ok());
    assert!(CatalogName::new("example.com:my-project").is_ok());
    for bad in ["My-Project", "a-", "1abcde-f", "a.b"] {
        assert!(CatalogName::new(bad).is_err(), "{bad:?}");
    }
    assert!(ColumnName::new("Total Revenue").is_ok());
    assert!(ColumnName::new("a\0b").is_err());
    expect!["'a.b' is not a valid schema name: use letters, digits and underscores only, at least one"]
        .assert_eq(&SchemaName::new("a.b").expect_err("rejected").to_string());
}

#[test]
fn numbers_are_kept_as_written_or_rejected() {
    for good in ["0", "-1.50", "+2", ".5", "1.", "1e6", "1.5E-3"] {
        assert_eq!(DecimalText::new(good).expect("number").as_str(), good);
    }
    for bad in ["", "-", ".", "1e", "nan", "inf", "1 OR 1=1", "0x10", "1.2.3"] {
        assert!(DecimalText::new(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn a_query_loses_trailing_semicolons_also_when_read_back() {
    assert_eq!(SelectSql::new("SELECT ';' ; ;\n").as_str(), "SELECT ';'");
    let read: SelectSql = serde_json::from_str("\"SELECT 1;\"").expect("json");
    assert_eq!(read.as_str(), "SELECT 1");
}

#[test]
fn layers_follow_dependencies() {
    let plan = plan(vec![model("a", &[]), model("b", &["a"]), model("c", &[]), model("d", &["b", "c"])]);
    assert_eq!(plan.verify(), Ok(()));
    let layers: Vec<Vec<String>> =
        plan.layers().iter().map(|layer| layer.iter().map(|node| node.label()).collect()).collect();
    assert_eq!(layers, [vec!["a", "c"], vec!["b"], vec!["d"]]);
}

#[test]
fn a_plan_out_of_order_is_refused() {
    expect!["'model:b' depends on 'model:a', which does not come before it in the plan: make the plan again"]
        .assert_eq(
            &plan(vec![model("b", &["a"]), model("a", &[])]).verify().expect_err("refused").to_string(),
        );
    assert!(plan(vec![model("a", &[]), model("a", &[])]).verify().is_err());
    let mut newer = plan(vec![]);
    newer.format += 1;
    assert!(newer.verify().is_err());
}

#[test]
fn the_plan_reads_back_as_written() {
    let plan = plan(vec![model("a", &[])]);
    let text = serde_json::to_string_pretty(&plan).expect("json");
    expect![[r#"
        {
          "format": 1,
          "pipeline": "shop",
          "pipeline_type": "transformation",
          "adapter": "local",
          "dialect": "duckdb",
          "config_digest": "",
          "filter": "",
          "execution": {
            "concurrency": "adaptive",
            "fail_fast": false,
            "error_rate_abort_pct": 50,
            "table_retries": 1
          },
          "auto_create_catalogs": false,
          "auto_create_schemas": true,
          "nodes": [
            {
              "id": "model:a",
              "depends_on": [],
              "status": {
                "status": "selected"
              },
              "kind": {
                "type": "model",
                "name": "a",
                "file": "models/a.sql",
                "select": "SELECT 1 AS id",
                "materialization": {
                  "kind": "relation",
                  "target": {
                    "catalog": "shop",
                    "schema": "mart",
                    "table": "a"
                  },
                  "strategy": {
                    "type": "incremental",
                    "timestamp_column": "ts"
                  }
                },
                "output": {
                  "kind": "closed",
                  "columns": [
                    {
                      "name": "id"
                    }
                  ]
                }
              }
            }
          ]
        }"#]]
    .assert_eq(&text);
    assert_eq!(serde_json::from_str::<Plan>(&text).expect("plan"), plan);
}
