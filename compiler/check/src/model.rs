//! All findings of one model.

use crate::contract::contract_findings;
use crate::graph::{first_byte, graph_findings};
use crate::lint::{add_lint_findings, fix_of};
use crate::strategy::strategy_findings;
use crate::suppression::suppress;
use crate::window_filter::closed_ends;
use rocky_base_db::{
    Annotation, Db, Diagnostic, File, FileStatus, Fix, Severity, sort_diagnostics, source_text,
};
use rocky_hir::body::Ident;
use rocky_hir::references::relation_references;
use rocky_hir::{
    SyntaxFinding, macro_expansion, model_dialect, model_header, original_range, syntax_findings,
};
use rocky_project::{
    LoadOptions, Project, Strategy, contract_document, layout, load_findings, model_config, model_parts,
    settings_spans,
};
use rocky_syntax::TextRange;
use rocky_types::{
    Anchor, Finding, Places, Schema, lowering_findings, model_facts, model_inference, output_schema,
};
use smol_str::SmolStr;

/// All findings of a model and of the files that belong to it, sorted.
///
/// Reads: load findings, syntax findings, place in the graph, facts, contract, strategy; the body and its
/// source map only when there is something to point at. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn check_model(db: &dyn Db, file: File) -> Box<[Diagnostic]> {
    let config = model_config(db, file);
    let places = Places::new(db, file);
    let mut findings: Vec<Diagnostic> = load_findings(db, file).to_vec();
    if *file.status(db) == FileStatus::Present {
        let syntax = syntax_findings(db, file);
        findings.extend(syntax.iter().map(|finding| of_syntax(db, file, finding)));
        let calls = has_macros(db) || model_header(db, file).macro_calls;
        let expansion = if calls { macro_expansion(db, file).as_ref() } else { None };
        let expansion = expansion.into_iter().flat_map(|expansion| &expansion.findings);
        findings.extend(expansion.map(|finding| finding.clone().into_diagnostic(file.path(db))));
        findings.extend(graph_findings(db, file, &|path| reference_range(&places, path)));
        if !model_header(db, file).broken {
            facts_findings(db, file, &places, &mut findings);
        }
        add_lint_findings(db, file, &mut findings);
    }
    let is_own = |finding: &Diagnostic| finding.file == *file.path(db);
    if findings.iter().any(|finding| is_own(finding) && finding.severity != Severity::Error) {
        let (mut own, other): (Vec<Diagnostic>, Vec<Diagnostic>) = findings.into_iter().partition(is_own);
        suppress(&source_text(db, file).text, &mut own);
        own.extend(other);
        findings = own;
    }
    for finding in &mut findings {
        if finding.model.is_empty() {
            finding.model = config.name.clone();
        }
    }
    sort_diagnostics(&mut findings);
    findings.into_boxed_slice()
}

/// Whether the project has macros at all. Reads: the macro files. Cut-off: **projection**.
fn has_macros(db: &dyn Db) -> bool {
    !layout(db, Project::get(db)).macros.is_empty()
}

fn of_syntax(db: &dyn Db, file: File, finding: &SyntaxFinding) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(
        &finding.code,
        finding.severity,
        file.path(db).clone(),
        original_range(db, file, finding.range()),
        finding.message.clone(),
    );
    diagnostic.suggestion.clone_from(&finding.help);
    // Only Rocky's findings have one, and its text is never expanded.
    diagnostic.fix = finding.fix.as_ref().map(|fix| fix_of(db, file, fix));
    diagnostic
}

/// The range of a header's reference: its first occurrence in the text.
fn reference_range(places: &Places<'_>, path: &[Ident]) -> Option<TextRange> {
    let (body, map) = places.body_and_map();
    let found = relation_references(body).into_iter().find(|reference| reference.path == path)?;
    places.in_file(map.relations[found.relation.index()])
}

fn facts_findings(db: &dyn Db, file: File, places: &Places<'_>, findings: &mut Vec<Diagnostic>) {
    let bundle = model_facts(db, file);
    for finding in &bundle.facts.findings {
        findings.push(of_inference(db, file, places, finding));
    }
    if bundle.has_lowering_findings {
        let known: Vec<(SmolStr, u32)> =
            syntax_findings(db, file).iter().map(|finding| (finding.code.clone(), finding.start)).collect();
        let new = lowering_findings(db, file)
            .iter()
            .filter(|finding| !known.contains(&(finding.code.clone(), finding.start)));
        findings.extend(new.map(|finding| of_syntax(db, file, finding)));
    }
    if bundle.lowering_failed {
        return;
    }
    let schema = output_schema(db, file);
    strategy(db, file, places, &schema, findings);
    window_filter(db, file, places, findings);
    contract(db, file, places, &schema, findings);
}

fn anchor_range(places: &Places<'_>, anchor: Anchor) -> Option<TextRange> {
    let (_, map) = places.body_and_map();
    let range = match anchor {
        Anchor::Expr(expr) => map.exprs.get(expr.index()).copied(),
        Anchor::Relation(relation) => map.relations.get(relation.index()).copied(),
        Anchor::Query(query) => map.queries.get(query.index()).copied(),
        Anchor::Item(item) => {
            let alias = map.item_aliases.iter().find(|(expr, _)| *expr == item).map(|(_, range)| *range);
            alias.or_else(|| map.exprs.get(item.index()).copied())
        }
    };
    places.in_file(range?)
}

fn of_inference(db: &dyn Db, file: File, places: &Places<'_>, finding: &Finding) -> Diagnostic {
    let path = file.path(db);
    let range = anchor_range(places, finding.anchor);
    let mut diagnostic =
        Diagnostic::new(&finding.code, finding.severity, path.clone(), range, finding.message.clone());
    diagnostic.suggestion.clone_from(&finding.suggestion);
    for place in &finding.related {
        if let Some(range) = anchor_range(places, place.anchor) {
            let message = place.message.clone();
            diagnostic.related.push(Annotation { file: path.clone(), range, message });
        }
    }
    if let (Some(range), Some(replacement)) = (range, &finding.replacement) {
        diagnostic.fix = rename_fix(db, file, range, replacement);
    }
    diagnostic
}

/// Replaces the last name of a dotted reference.
fn rename_fix(db: &dyn Db, file: File, range: TextRange, replacement: &str) -> Option<Fix> {
    let source = source_text(db, file);
    let written = source.text.get(std::ops::Range::<usize>::from(range))?;
    let skip = written.rfind('.').map_or(0, |dot| dot + 1);
    let start = range.start() + rocky_syntax::TextSize::try_from(skip).ok()?;
    Some(Fix {
        title: format!("Write '{replacement}'"),
        file: file.path(db).clone(),
        edits: vec![(TextRange::new(start, range.end()), replacement.to_owned())],
        is_safe: false,
    })
}

fn strategy(db: &dyn Db, file: File, places: &Places<'_>, schema: &Schema, findings: &mut Vec<Diagnostic>) {
    let config = model_config(db, file);
    let found = strategy_findings(&config.name, &config.strategy, schema, model_header(db, file));
    if found.is_empty() {
        return;
    }
    let settings = config.settings_file.unwrap_or(file);
    let spans = settings_spans(db, settings);
    for finding in found {
        let in_settings = finding.key.and_then(|key| spans.nearest(&format!("strategy.{key}")));
        let (place, range) = match in_settings {
            Some(range) => (settings, range),
            None => (file, first_token(db, file, places)),
        };
        let mut diagnostic =
            Diagnostic::new(finding.code, finding.severity, place.path(db).clone(), range, finding.message);
        diagnostic.suggestion = finding.suggestion;
        findings.push(diagnostic);
    }
}

/// Borders of time windows that belong to two partitions. Where nothing replaces the placeholders that is said
/// instead.
fn window_filter(db: &dyn Db, file: File, places: &Places<'_>, findings: &mut Vec<Diagnostic>) {
    let config = model_config(db, file);
    let has_windows = matches!(config.strategy, Strategy::TimeInterval(_) | Strategy::Microbatch(_));
    if !has_windows || !model_header(db, file).end_date {
        return;
    }
    let (body, map) = places.body_and_map();
    for found in closed_ends(body) {
        let Some(range) = map.exprs.get(found.expr).and_then(|range| places.in_file(*range)) else {
            continue;
        };
        let what = if found.is_between { "BETWEEN" } else { "this comparison" };
        let message = format!(
            "{what} takes @end_date in, where the next partition begins: rows on the border are counted twice"
        );
        let mut diagnostic =
            Diagnostic::new("W106", Severity::Warning, file.path(db).clone(), range, message);
        diagnostic.suggestion = Some("write `>= @start_date` and `< @end_date`".to_owned());
        findings.push(diagnostic);
    }
}

/// The first word of a model's query.
fn first_token(db: &dyn Db, file: File, places: &Places<'_>) -> TextRange {
    let (body, map) = places.body_and_map();
    let query = body.root.and_then(|root| map.queries.get(root.index()).copied());
    let start = query.and_then(|range| places.in_file(range)).unwrap_or_else(first_byte).start();
    let text = &source_text(db, file).text;
    let word = text.get(usize::from(start)..).unwrap_or_default();
    let length = word.find(|character: char| !character.is_alphanumeric()).unwrap_or(word.len());
    TextRange::at(start, rocky_syntax::TextSize::try_from(length).unwrap_or_default())
}

/// The contract of a model: from the folder of `--contracts`, else beside the model, else from
/// `contracts/`. Reads: the layout, the model's name. Cut-off: equality.
#[salsa::tracked(returns(copy))]
pub fn contract_file(db: &dyn Db, file: File) -> Option<File> {
    let project = Project::get(db);
    let LoadOptions { contracts: explicit, .. } = project.options(db).as_ref();
    let in_folder = layout(db, project).contracts.get(&model_config(db, file).name).copied();
    let beside = model_parts(db, file).and_then(|parts| parts.contract);
    if explicit.is_some() { in_folder.or(beside) } else { beside.or(in_folder) }
}

fn contract(db: &dyn Db, file: File, places: &Places<'_>, schema: &Schema, findings: &mut Vec<Diagnostic>) {
    let Some(contract) = contract_file(db, file) else { return };
    let document = contract_document(db, contract);
    let path = contract.path(db);
    findings.extend(rocky_project::file_problem(db, contract));
    findings.extend(document.findings.iter().map(|finding| finding.clone().into_diagnostic(path)));
    if !document.is_valid {
        return;
    }
    let name = &model_config(db, file).name;
    for finding in contract_findings(name, schema, &document.contract, model_dialect(db, file)) {
        let entry = document.spans.nearest(&finding.entry);
        let item = finding.column.as_ref().and_then(|column| column_range(db, file, places, column));
        // A wrong word in the contract is the contract's fault, a wrong output is the model's.
        let about_contract = finding.code == "W108";
        let (place, range, other) = match (about_contract, entry) {
            (true, Some(entry)) => (contract, entry, None),
            (_, entry) => (file, item.unwrap_or_else(|| first_token(db, file, places)), entry),
        };
        let mut diagnostic =
            Diagnostic::new(finding.code, finding.severity, place.path(db).clone(), range, finding.message);
        diagnostic.suggestion = finding.suggestion;
        if let Some(range) = other {
            let message = "the contract says so here".to_owned();
            diagnostic.related.push(Annotation { file: path.clone(), range, message });
        }
        findings.push(diagnostic);
    }
}

/// Where an output column is defined in the model's file.
fn column_range(db: &dyn Db, file: File, places: &Places<'_>, column: &str) -> Option<TextRange> {
    let (body, _) = places.body_and_map();
    let inference = model_inference(db, file);
    let query = inference.queries.get(body.root?.index())?;
    let found = query.columns.iter().find(|known| known.column.name.eq_ignore_ascii_case(column))?;
    anchor_range(places, Anchor::Item(found.item?))
}
