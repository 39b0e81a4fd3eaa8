//! The shape of the generated projects; benchmarks compare only while it stays.

use rocky_benches::generator::{GeneratedFile, generate};
use sqlparser::dialect::DuckDbDialect;
use sqlparser::parser::Parser;

fn with_extension<'a>(files: &'a [GeneratedFile], extension: &str) -> Vec<&'a GeneratedFile> {
    files
        .iter()
        .filter(|file| file.path.starts_with("models/") && file.path.ends_with(extension))
        .filter(|file| !file.path.ends_with("_defaults.toml"))
        .collect()
}

#[test]
fn the_shape_is_fixed() {
    for models in [100, 1_000, 10_000] {
        let files = generate(models, 1);
        let (sql, dsl) = (with_extension(&files, ".sql"), with_extension(&files, ".rocky"));
        assert_eq!(sql.len() + dsl.len(), models);
        assert_eq!(dsl.len(), models * 11 / 100);
        assert_eq!(with_extension(&files, ".toml").len(), models, "one sidecar each");
        let bytes: usize = sql.iter().map(|file| file.text.len()).sum();
        let average = bytes / sql.len();
        assert!((450..=550).contains(&average), "{average} bytes of SQL a model");
    }
}

#[test]
fn equal_arguments_give_equal_projects() {
    assert_eq!(generate(300, 7), generate(300, 7));
    assert_ne!(generate(300, 7), generate(300, 8));
}

#[test]
fn every_model_parses_and_reads_only_models_of_the_project() {
    let files = generate(500, 3);
    for file in with_extension(&files, ".sql") {
        let parsed = Parser::parse_sql(&DuckDbDialect {}, &file.text);
        assert!(parsed.is_ok(), "{}: {parsed:?}", file.path);
    }
    let names: Vec<&str> = with_extension(&files, ".toml")
        .iter()
        .map(|file| file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml"))
        .collect();
    for file in &files {
        for word in file.text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            let reference = ["src_", "stg_", "int_", "mart_"].iter().any(|prefix| word.starts_with(prefix));
            assert!(!reference || names.contains(&word), "{} mentions `{word}`", file.path);
        }
    }
}

#[test]
fn small_projects_are_possible() {
    for models in 0..20 {
        let files = generate(models, 1);
        assert_eq!(with_extension(&files, ".toml").len(), models);
    }
}
