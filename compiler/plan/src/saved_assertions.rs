//! Saved queries that must give no rows: `tests/**/*.sql` beside the models folders.

use crate::test_plan::rename_relation;
use crate::tests_of_models::named_model;
use crate::{PlanProblem, quote_identifier};
use rocky_base_db::{Db, File, FilePath, source_text};
use rocky_plan_model::{ModelName, SavedAssertion, SelectSql};
use rocky_project::{Project, model_config, models_roots};
use rocky_syntax::DialectKind;

/// The saved assertions whose models are all `planned`, by path; with `only` those that read that model.
pub(crate) fn saved_assertions(
    db: &dyn Db,
    planned: &[ModelName],
    only: Option<File>,
) -> Result<Vec<SavedAssertion>, PlanProblem> {
    let mut assertions = Vec::new();
    for file in files(db) {
        let assertion = saved_assertion(db, file)?;
        let reads =
            |only: File| assertion.depends_on.iter().any(|name| name.as_str() == model_config(db, only).name);
        if only.is_none_or(reads) && assertion.depends_on.iter().all(|name| planned.contains(name)) {
            assertions.push(assertion);
        }
    }
    Ok(assertions)
}

fn files(db: &dyn Db) -> Vec<File> {
    let project = Project::get(db);
    let folders: Vec<FilePath> =
        models_roots(db, project).iter().map(|root| root.parent().join("tests")).collect();
    let is_assertion = |path: &FilePath| {
        path.extension() == Some("sql") && folders.iter().any(|folder| path.is_within(folder))
    };
    project.files(db).iter().filter(|(path, _)| is_assertion(path)).map(|(_, file)| file).collect()
}

/// One saved assertion. Its first lines may say `-- Test: NAME`.
fn saved_assertion(db: &dyn Db, file: File) -> Result<SavedAssertion, PlanProblem> {
    let dialect = DialectKind::DuckDb;
    let text = &source_text(db, file).text;
    let written = text.lines().find_map(|line| line.trim().strip_prefix("-- Test:")).map(str::trim);
    let name = written.filter(|name| !name.is_empty()).unwrap_or_else(|| file.path(db).stem());
    let (body, _) = rocky_hir::lower::lower_sql(text, dialect);
    let mut sql = text.to_string();
    let mut depends_on: Vec<ModelName> = Vec::new();
    for reference in rocky_hir::references::relation_references(&body) {
        let path = rocky_hir::path_text(&reference.path);
        let Some(model) = named_model(db, &path) else { continue };
        let model = model_config(db, model).name.clone();
        if reference.path.len() > 1 {
            sql = rename_relation(&sql, &reference.path, &quote_identifier(&model, dialect));
        }
        let model = ModelName::new(model.as_str())?;
        if !depends_on.contains(&model) {
            depends_on.push(model);
        }
    }
    Ok(SavedAssertion {
        name: name.to_owned(),
        file: file.path(db).to_string(),
        select: SelectSql::new(sql),
        depends_on,
    })
}
