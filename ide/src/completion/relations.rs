//! What may stand in a FROM clause: models, sources, seeds.

use super::scope::{World, spelled};
use super::{CompletionKind, Items, Rank};
use rocky_compiler::hir::body::Ident;
use rocky_compiler::hir::{Dag, ReferenceTarget, dag, model_header, resolved_references};
use rocky_compiler::project::{Project, model_config, seeds};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Models and the first parts of sources; behind a qualifier the next parts.
pub(super) fn complete(world: &World<'_>, qualifier: &[Ident], items: &mut Items<'_>) {
    let db = world.analysis.db();
    let project = world.analysis.host().project();
    if qualifier.is_empty() {
        models(world, project, items);
        for seed in seeds(db, project) {
            let name = seed.name.as_str();
            let insert = spelled(name, world.dialect());
            items.add_text(Rank::Possible, CompletionKind::Source, name, insert, Some("seed".to_owned()));
        }
    }
    for path in known_tables(world, project) {
        let Some(rest) = behind(&path, qualifier) else { continue };
        let (label, insert) = if qualifier.is_empty() {
            let written: Vec<String> = path.iter().map(|part| spelled(part, world.dialect())).collect();
            (path.join("."), written.join("."))
        } else {
            (rest[0].to_string(), spelled(&rest[0], world.dialect()))
        };
        let detail = if rest.len() == 1 || qualifier.is_empty() { "source" } else { "schema" };
        items.add_text(Rank::Possible, CompletionKind::Source, &label, insert, Some(detail.to_owned()));
    }
}

fn models(world: &World<'_>, project: Project, items: &mut Items<'_>) {
    let db = world.analysis.db();
    let dag = dag(db, project);
    let own = dag.number(world.file);
    let readers = own.map(|own| descendants(dag, own)).unwrap_or_default();
    for (number, name) in dag.names.iter().enumerate() {
        if Some(number as u32) == own {
            continue;
        }
        let (rank, detail) = if readers.contains(&(number as u32)) {
            (Rank::Last, "model · would make a cycle")
        } else {
            (Rank::Likely, "model")
        };
        let insert = spelled(name, world.dialect());
        items.add_text(rank, CompletionKind::Model, name, insert, Some(detail.to_owned()));
    }
}

/// Everything that reads a model, directly or not.
fn descendants(dag: &Dag, number: u32) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut stack = vec![number];
    while let Some(at) = stack.pop() {
        stack.extend(dag.readers[at as usize].iter().copied().filter(|reader| found.insert(*reader)));
    }
    found
}

/// The parts of a name that stand behind its qualifier.
fn behind<'p>(path: &'p [SmolStr], qualifier: &[Ident]) -> Option<&'p [SmolStr]> {
    let starts = (0..path.len()).find(|start| {
        path.len() > start + qualifier.len()
            && path[*start..]
                .iter()
                .zip(qualifier)
                .all(|(part, wanted)| part.eq_ignore_ascii_case(&wanted.text))
    })?;
    Some(&path[starts + qualifier.len()..])
}

/// Tables outside the project: declared, in the catalog, or read by some model.
fn known_tables(world: &World<'_>, project: Project) -> BTreeSet<Vec<SmolStr>> {
    let db = world.analysis.db();
    let mut tables = BTreeSet::new();
    for name in project.catalog(db).names() {
        tables.insert(name.split('.').map(SmolStr::new).collect());
    }
    for model in &dag(db, project).models {
        for source in &model_config(db, *model).sources {
            let parts = [&source.catalog, &source.schema, &source.table];
            tables.insert(parts.into_iter().filter(|part| !part.is_empty()).cloned().collect());
        }
        if *model == world.file {
            // The text that is being typed would offer its own half words.
            continue;
        }
        let references = model_header(db, *model).references.iter().zip(resolved_references(db, *model));
        for (path, target) in references {
            if *target == ReferenceTarget::External {
                tables.insert(path.iter().map(|part| part.text.clone()).collect());
            }
        }
    }
    tables
}
