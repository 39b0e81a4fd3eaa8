//! The graph of models: dependencies, order, layers, cycles.

use crate::graph::Graph;
use crate::index::{Name, ReferenceTarget, model_by_name, model_index, resolved_references};
use crate::remembered::remembered_dag;
use rocky_base_db::{Db, File};
use rocky_project::{Project, layout, model_config, pipeline_names};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// What a model depends on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dependencies {
    /// Declared first, then found ones, each once, never itself.
    pub models: Vec<File>,
    /// Those found in its text.
    pub found: Vec<File>,
    /// Declared names that are no model, seed or pipeline.
    pub unknown: Vec<SmolStr>,
    /// Found models that a non-empty declared list misses.
    pub undeclared: Vec<File>,
}

/// Reads: the references of one model, its configuration, name projections. Cut-off: equality.
#[salsa::tracked(returns(ref))]
pub fn dependencies(db: &dyn Db, file: File) -> Dependencies {
    let config = model_config(db, file);
    let mut dependencies = Dependencies::default();
    for target in resolved_references(db, file) {
        if let ReferenceTarget::Model(model) = target
            && !dependencies.found.contains(model)
        {
            dependencies.found.push(*model);
        }
    }
    for name in &config.depends_on {
        match model_by_name(db, Name::new(db, name.clone())) {
            Some(model) if model != file && !dependencies.models.contains(&model) => {
                dependencies.models.push(model);
            }
            Some(_) => {}
            None if is_seed_or_pipeline(db, name) => {}
            None => dependencies.unknown.push(name.clone()),
        }
    }
    for model in &dependencies.found {
        if !dependencies.models.contains(model) {
            if !config.depends_on.is_empty() {
                dependencies.undeclared.push(*model);
            }
            dependencies.models.push(*model);
        }
    }
    dependencies
}

fn is_seed_or_pipeline(db: &dyn Db, name: &SmolStr) -> bool {
    let project = Project::get(db);
    let seeds = &layout(db, project).seeds;
    seeds.iter().any(|seed| seed.path(db).stem() == name) || pipeline_names(db, project).contains(name)
}

/// The graph of all models.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dag {
    /// Models in alphabetical order of their names; positions here are the numbers below. Of several
    /// models of one name only the first by path is in the graph.
    pub models: Vec<File>,
    /// Their names.
    pub names: Vec<SmolStr>,
    /// For each model the models it reads.
    pub reads: Vec<Vec<u32>>,
    /// For each model the models that read it, ascending.
    pub readers: Vec<Vec<u32>>,
    /// Models outside cycles, each after everything it reads.
    pub order: Vec<u32>,
    /// The layer of each model; `None` on a cycle.
    pub layers: Vec<Option<u32>>,
    /// For each model on a cycle the number of its cycle.
    pub cycle_of: Vec<Option<u32>>,
    /// Closed paths.
    pub cycles: Vec<Vec<u32>>,
    /// Number of each model.
    pub numbers: Numbers,
}

/// Numbers of models in a [`Dag`]. Equality follows from that of the models.
#[derive(Clone, Debug, Default)]
pub struct Numbers(FxHashMap<File, u32>);

impl Numbers {
    fn of(models: &[File]) -> Numbers {
        Numbers(models.iter().enumerate().map(|(number, file)| (*file, number as u32)).collect())
    }
}

impl PartialEq for Numbers {
    fn eq(&self, _: &Numbers) -> bool {
        true
    }
}

impl Eq for Numbers {}

impl Dag {
    /// The graph of these models, in alphabetical order of their names, given what each reads.
    pub fn new(models: Vec<File>, names: Vec<SmolStr>, reads: Vec<Vec<u32>>) -> Dag {
        let numbers = Numbers::of(&models);
        let graph = Graph { edges: reads };
        let ordering = graph.order();
        Dag {
            models,
            names,
            reads: graph.edges,
            readers: ordering.readers,
            order: ordering.order,
            layers: ordering.layers,
            cycle_of: ordering.cycle_of,
            cycles: ordering.cycles,
            numbers,
        }
    }

    /// The number of a model.
    pub fn number(&self, file: File) -> Option<u32> {
        self.numbers.0.get(&file).copied()
    }

    /// How many layers there are.
    pub fn layer_count(&self) -> u32 {
        self.layers.iter().flatten().max().map_or(0, |layer| layer + 1)
    }

    /// Everything that a model reads, directly or not, itself left out, in execution order. Members of
    /// cycles are left out.
    pub fn ancestors(&self, number: u32) -> Vec<u32> {
        let mut seen = vec![false; self.models.len()];
        let mut stack = vec![number];
        while let Some(at) = stack.pop() {
            for read in &self.reads[at as usize] {
                if !std::mem::replace(&mut seen[*read as usize], true) {
                    stack.push(*read);
                }
            }
        }
        seen[number as usize] = false;
        self.order.iter().copied().filter(|model| seen[*model as usize]).collect()
    }
}

/// Reads: the index, every model's dependencies. Cut-off: equality. Read [`cycle_path`] instead where
/// one model is concerned.
#[salsa::tracked(returns(ref))]
pub fn dag(db: &dyn Db, project: Project) -> Dag {
    project.volatile(db);
    if let Some(dag) = remembered_dag(db) {
        return dag;
    }
    let index = model_index(db, project);
    let (names, models): (Vec<SmolStr>, Vec<File>) =
        index.by_name.iter().filter_map(|(name, files)| Some((name.clone(), *files.first()?))).unzip();
    let numbers = Numbers::of(&models);
    let reads: Vec<Vec<u32>> = models
        .iter()
        .map(|file| {
            dependencies(db, *file).models.iter().filter_map(|read| numbers.0.get(read).copied()).collect()
        })
        .collect();
    Dag::new(models, names, reads)
}

/// The names on the cycle that a model is part of, first and last the same; `None` when it is on none.
/// Reads: [`dag`]. Cut-off: **projection**.
#[salsa::tracked(returns(clone))]
pub fn cycle_path(db: &dyn Db, file: File) -> Option<Arc<[SmolStr]>> {
    let dag = dag(db, Project::get(db));
    let cycle = dag.cycle_of[dag.number(file)? as usize]?;
    let path = &dag.cycles[cycle as usize];
    Some(path.iter().map(|number| dag.names[*number as usize].clone()).collect())
}

/// Whether a model is on a cycle: then its columns are unknown and nothing recurses through it.
/// Reads: [`dag`]. Cut-off: **projection**.
#[salsa::tracked(returns(copy))]
pub fn is_cyclic(db: &dyn Db, file: File) -> bool {
    let dag = dag(db, Project::get(db));
    dag.number(file).is_some_and(|number| dag.cycle_of[number as usize].is_some())
}
