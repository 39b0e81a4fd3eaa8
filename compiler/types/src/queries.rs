//! The queries around inference: what it is given, what is stored of it, what other models may read.

use crate::remembered::remembered_facts;
use crate::{Environment, Inference, ModelFacts, Nullability, RelationSchema, Schema, TypedColumn};
use crate::{facts, infer, parse_type};
use rocky_base_db::{Db, Digest, File};
use rocky_hir::body::{Body, BodySourceMap, Ident};
use rocky_hir::{
    Language, ModelText, ModelTree, ReferenceTarget, SyntaxFinding, body_digest, is_cyclic, is_transient,
    language, lower, model_dialect, model_header, original_range, parsed_model, path_text, query_text,
    resolved_references, with_text,
};
use rocky_project::{CatalogOrigin, CatalogRelation, Project, model_config};
use rocky_store::Stored;
use rocky_syntax::dsl::{LowerContext, Lowered, RelationColumns, lower_dsl};
use rocky_syntax::{DialectKind, TextRange};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

/// The columns of an external table. Reads: that table's catalog entry. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn source_schema(db: &dyn Db, relation: CatalogRelation) -> Schema {
    let columns = relation.columns(db).iter().map(|column| {
        // A snapshot has no dialect of its own; names that mean different things do so only with
        // parameters, which the raw type keeps.
        let ty = parse_type(&column.raw_type, DialectKind::Permissive);
        let nullability = nullability_of(column.nullable);
        TypedColumn {
            raw: Some(column.raw_type.clone()),
            exact: !ty.is_unknown() && relation.origin(db) <= CatalogOrigin::Snapshot,
            ..TypedColumn::new(&column.name, ty, nullability)
        }
    });
    Schema::new(columns.collect(), false)
}

/// What a declaration or a warehouse says of NULL.
fn nullability_of(nullable: Option<bool>) -> Nullability {
    match nullable {
        Some(true) => Nullability::Nullable,
        Some(false) => Nullability::NotNull,
        None => Nullability::Unknown,
    }
}

/// What a model's references stand for, with columns: all that its inference may know of the outside.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Surroundings {
    relations: Vec<(Vec<Ident>, RelationSchema)>,
}

impl Surroundings {
    /// The relation of a reference; `None` when nothing is known of it.
    pub fn find(&self, path: &[Ident]) -> Option<&RelationSchema> {
        self.relations.iter().find(|(known, _)| known == path).map(|(_, relation)| relation)
    }
}

/// Reads: resolved references, the **output schema** of each upstream model, the catalog entries of
/// external tables. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn surroundings(db: &dyn Db, file: File) -> Surroundings {
    let header = model_header(db, file);
    let cyclic = is_cyclic(db, file);
    let relations = header
        .references
        .iter()
        .zip(resolved_references(db, file))
        .map(|(path, target)| (path.clone(), relation_schema(db, file, path, *target, cyclic)))
        .collect();
    Surroundings { relations }
}

fn relation_schema(
    db: &dyn Db,
    file: File,
    path: &[Ident],
    target: ReferenceTarget,
    cyclic: bool,
) -> RelationSchema {
    match target {
        ReferenceTarget::Model(model) => RelationSchema {
            id: model_config(db, model).name.clone(),
            is_model: true,
            // A model on a cycle must not ask its own cycle: the answer would depend on who asked first.
            schema: if cyclic { Arc::default() } else { output_schema(db, model) },
        },
        ReferenceTarget::Itself => {
            RelationSchema { id: model_config(db, file).name.clone(), is_model: true, schema: Arc::default() }
        }
        ReferenceTarget::External => RelationSchema {
            id: SmolStr::new(path_text(path)),
            is_model: false,
            schema: Arc::new(external_schema(db, file, path)),
        },
    }
}

fn external_schema(db: &dyn Db, file: File, path: &[Ident]) -> Schema {
    let parts: Vec<&str> = path.iter().map(|part| part.text.as_str()).collect();
    let declared = model_config(db, file)
        .sources
        .iter()
        .find(|source| {
            let full = [source.catalog.as_str(), source.schema.as_str(), source.table.as_str()];
            !source.columns.is_empty()
                && parts.len() <= full.len()
                && full[full.len() - parts.len()..]
                    .iter()
                    .zip(&parts)
                    .all(|(left, right)| left.eq_ignore_ascii_case(right))
        })
        .cloned();
    if let Some(source) = declared {
        let dialect = model_dialect(db, file);
        let columns = source.columns.iter().map(|column| {
            let raw = column.raw_type.clone().unwrap_or_default();
            let ty = parse_type(&raw, dialect);
            let nullability = nullability_of(column.nullable);
            TypedColumn {
                exact: !ty.is_unknown(),
                raw: column.raw_type.clone(),
                ..TypedColumn::new(&column.name, ty, nullability)
            }
        });
        return Schema::new(columns.collect(), false);
    }
    match Project::get(db).catalog(db).find(&parts) {
        Some(relation) => source_schema(db, relation).clone(),
        None => Schema::unknown(),
    }
}

/// A Rocky model as SQL; `None` for models that are SQL already.
///
/// Reads: the tree, the surroundings. Never compared. Kept: the last 128.
#[salsa::tracked(no_eq, lru = 128, returns(ref))]
pub fn lowered_model(db: &dyn Db, file: File) -> Option<Lowered> {
    if language(db, file) == Language::Sql {
        return None;
    }
    let ModelTree::Rocky(parse) = parsed_model(db, file) else { return None };
    Some(lower_rocky(parse, model_dialect(db, file), surroundings(db, file)))
}

pub(crate) fn lower_rocky(
    parse: &rocky_syntax::Parse<rocky_syntax::dsl::ast::DslFile>,
    dialect: DialectKind,
    surroundings: &Surroundings,
) -> Lowered {
    let relation = |parts: &[String]| {
        let path: Vec<Ident> = parts.iter().map(|part| Ident::new(part)).collect();
        surroundings.find(&path).map(|relation| RelationColumns {
            columns: relation.schema.columns.iter().map(|column| column.name.clone()).collect(),
            complete: !relation.schema.open,
        })
    };
    lower_dsl(parse, &LowerContext { dialect, relation: &relation })
}

/// The SQL that a model's body was made of: its own text, or what it was lowered to.
///
/// Reads: the text or the lowering. Kept: the last 128.
#[salsa::tracked(lru = 128, returns(clone))]
pub fn model_sql(db: &dyn Db, file: File) -> Arc<str> {
    match lowered_model(db, file) {
        Some(lowered) => Arc::from(lowered.sql.as_str()),
        None => query_text(db, file).text,
    }
}

/// The body of a model and where its parts stand in [`model_sql`].
///
/// Reads: the text, or the lowering. Never compared. Kept: the last 128.
#[salsa::tracked(no_eq, lru = 128, returns(ref))]
pub fn body_with_map(db: &dyn Db, file: File) -> (Body, BodySourceMap) {
    let dialect = model_dialect(db, file);
    lower::lower_sql(&model_sql(db, file), dialect)
}

/// A range of [`model_sql`] as a range of the model's file.
pub fn range_in_file(db: &dyn Db, file: File, range: TextRange) -> Option<TextRange> {
    match lowered_model(db, file) {
        Some(lowered) => lowered.source_map.dsl_of(range),
        None => Some(original_range(db, file, range)),
    }
}

/// The whole inference over a model's body, for hover, completion and definitions.
///
/// Reads: the body, the surroundings. Never compared. Kept: the last 64.
#[salsa::tracked(no_eq, lru = 64, returns(ref))]
pub fn model_inference(db: &dyn Db, file: File) -> Inference {
    let surroundings = surroundings(db, file);
    infer_in(&body_with_map(db, file).0, model_dialect(db, file), surroundings)
}

fn infer_in(body: &Body, dialect: DialectKind, surroundings: &Surroundings) -> Inference {
    let relations = |path: &[Ident]| surroundings.find(path).cloned();
    infer(body, &Environment { dialect, relations: &relations })
}

/// What is kept of a model's inference.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FactsBundle {
    /// Columns, lineage, findings by expression.
    pub facts: ModelFacts,
    /// Whether lowering to SQL found something; then it has to be lowered again to say where.
    pub has_lowering_findings: bool,
    /// Whether there is no SQL with the meaning of the text.
    pub lowering_failed: bool,
}

struct ModelFactsRow;

/// Everything that [`ModelFacts`] are computed from.
#[derive(Serialize)]
struct ModelFactsKey<'a> {
    language: Language,
    dialect: &'static str,
    body: Digest,
    broken: bool,
    cyclic: bool,
    upstream: Vec<(&'a [Ident], &'a str, bool, Digest)>,
}

impl Stored for ModelFactsRow {
    type Key<'a> = ModelFactsKey<'a>;
    type Value = FactsBundle;
    const NAME: &'static str = "model_facts";
    const VERSION: u32 = 4;
}

/// What a model's query amounts to: columns, lineage, findings. No offsets.
///
/// Reads: body digest, dialect, header, cycle flag, surroundings; on a miss of its row, the body.
/// Cut-off: equality.
#[salsa::tracked(returns(clone))]
pub fn model_facts(db: &dyn Db, file: File) -> Arc<FactsBundle> {
    if let Some(bundle) = remembered_facts(db, file) {
        return Arc::new(bundle);
    }
    let dialect = model_dialect(db, file);
    let surroundings = surroundings(db, file);
    let broken = model_header(db, file).broken;
    let key = ModelFactsKey {
        language: language(db, file),
        dialect: dialect.name(),
        body: body_digest(db, file),
        broken,
        cyclic: is_cyclic(db, file),
        upstream: surroundings
            .relations
            .iter()
            .map(|(path, relation)| {
                (path.as_slice(), relation.id.as_str(), relation.is_model, relation.schema.fingerprint)
            })
            .collect(),
    };
    if let Some(bundle) = db.row_store().and_then(|store| store.get::<ModelFactsRow>(&key)) {
        return Arc::new(bundle);
    }
    let (bundle, storable) = compute_facts(db, file, dialect, surroundings, broken);
    if let Some(store) = db.row_store()
        && storable
    {
        store.put::<ModelFactsRow>(&key, &bundle);
    }
    Arc::new(bundle)
}

fn compute_facts(
    db: &dyn Db,
    file: File,
    dialect: DialectKind,
    surroundings: &Surroundings,
    broken: bool,
) -> (FactsBundle, bool) {
    // Through `model_body`, so that a change of the tree that keeps the body ends there. Where nobody
    // types there is nothing to end, and 10,000 models must not keep 10,000 bodies.
    if is_transient(db, file) {
        return with_text(db, file, |text| {
            let body = lower_body(text, surroundings);
            (facts_of_body(&body, dialect, surroundings, broken), text.matches_digest)
        });
    }
    let body = model_body(db, file);
    (facts_of_body(body, dialect, surroundings, broken), body.matches_digest)
}

/// A model's body, and what lowering it to SQL amounted to. No offsets.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct ModelBody {
    body: Body,
    has_lowering_findings: bool,
    lowering_failed: bool,
    /// Whether the text was the promised one; without that nothing made of it may be stored.
    matches_digest: bool,
}

/// Reads: the tree, the surroundings of Rocky models. Cut-off: equality. Kept: the last 128.
#[salsa::tracked(lru = 128, returns(ref))]
pub(crate) fn model_body(db: &dyn Db, file: File) -> ModelBody {
    with_text(db, file, |text| ModelBody {
        matches_digest: text.matches_digest,
        ..lower_body(text, surroundings(db, file))
    })
}

fn lower_body(text: &ModelText<'_>, surroundings: &Surroundings) -> ModelBody {
    let ((body, _), lowered) = lower_text(text, surroundings);
    let Some(lowered) = lowered else { return ModelBody { body, ..ModelBody::default() } };
    ModelBody {
        body,
        has_lowering_findings: !lowered.findings.is_empty(),
        lowering_failed: !lowered.ok,
        matches_digest: true,
    }
}

/// Lowers a model's text; a Rocky model by way of SQL.
pub(crate) fn lower_text(
    text: &ModelText<'_>,
    surroundings: &Surroundings,
) -> ((Body, BodySourceMap), Option<Lowered>) {
    if text.language == Language::Sql {
        return (lower::lower_sql(text.text, text.dialect), None);
    }
    let ModelTree::Rocky(parse) = text.tree() else { return Default::default() };
    let lowered = lower_rocky(parse, text.dialect, surroundings);
    (lower::lower_sql(&lowered.sql, text.dialect), Some(lowered))
}

fn facts_of_body(
    model: &ModelBody,
    dialect: DialectKind,
    surroundings: &Surroundings,
    broken: bool,
) -> FactsBundle {
    let mut facts = facts(infer_in(&model.body, dialect, surroundings));
    if broken || model.lowering_failed {
        // What was typed so far may still help completion, but its absence proves nothing.
        facts.schema = Arc::new(Schema::new(facts.schema.columns.clone(), true));
        facts.findings.clear();
    }
    FactsBundle {
        facts,
        has_lowering_findings: model.has_lowering_findings,
        lowering_failed: model.lowering_failed,
    }
}

/// The ordered columns of a model: **the firewall**. Nothing else of a model reaches its readers.
///
/// Reads: [`model_facts`], the cycle flag. Cut-off: equality.
#[salsa::tracked(returns(clone))]
pub fn output_schema(db: &dyn Db, file: File) -> Arc<Schema> {
    if is_cyclic(db, file) {
        return Arc::default();
    }
    model_facts(db, file).facts.schema.clone()
}

/// What lowering a Rocky model to SQL found. Asked for only when there is something.
/// Reads: [`lowered_model`]. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn lowering_findings(db: &dyn Db, file: File) -> Box<[SyntaxFinding]> {
    let Some(lowered) = lowered_model(db, file) else { return Box::default() };
    lowered.findings.iter().map(SyntaxFinding::from).collect()
}
