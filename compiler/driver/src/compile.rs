//! The whole project at once, for batch commands.

use crate::host::ProjectHost;
use crate::snapshot::ProjectSnapshot;
use rocky_base_db::{Diagnostic, File, FilePath, Severity, sort_diagnostics};
use rocky_check::{check_model, contract_file, project_findings};
use rocky_hir::{dag, dependencies};
use rocky_project::{ModelConfig, Project, layout, model_config};
use rocky_types::{Schema, output_schema};
use smol_str::SmolStr;
use std::sync::Arc;

/// A part of a batch compile. The caller has a clock, the compiler has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Summaries of all files.
    ProjectLoad,
    /// Index, graph, order.
    SemanticGraph,
    /// Types, lineage, findings of every model.
    TypeCheck,
    /// Gathering what was found.
    Report,
}

/// Where a model's contract comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContractSource {
    /// The contract file.
    pub file: FilePath,
    /// Whether the command line named the folder.
    pub explicit: bool,
}

/// One model.
#[derive(Clone, Debug)]
pub struct ModelReport {
    /// Its name.
    pub name: SmolStr,
    /// Its file.
    pub file: FilePath,
    /// What is said about it outside its query.
    pub config: Arc<ModelConfig>,
    /// Its output.
    pub schema: Arc<Schema>,
    /// What it depends on, declared first.
    pub depends_on: Vec<SmolStr>,
    /// Its contract.
    pub contract: Option<ContractSource>,
    /// Whether it has errors.
    pub has_errors: bool,
}

/// What a batch compile found.
#[derive(Clone, Debug)]
pub struct CompileReport {
    /// The models in execution order; then those without a place in it, by path.
    pub models: Vec<ModelReport>,
    /// Number of layers.
    pub layers: u32,
    /// Every finding of the project, sorted.
    pub diagnostics: Vec<Diagnostic>,
}

impl CompileReport {
    /// Whether there is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|finding| finding.severity == Severity::Error)
    }
}

impl ProjectHost {
    /// Compiles everything. `at` is told when a phase begins.
    pub fn compile(&self, at: &mut dyn FnMut(Phase)) -> CompileReport {
        self.snapshot().compile(at)
    }
}

impl ProjectSnapshot {
    /// Compiles everything. `at` is told when a phase begins.
    pub fn compile(&self, at: &mut dyn FnMut(Phase)) -> CompileReport {
        let (db, project) = (self.db(), self.project());
        at(Phase::ProjectLoad);
        self.prime_headers();
        at(Phase::SemanticGraph);
        let dag = dag(db, project);
        at(Phase::TypeCheck);
        self.check_everything();
        at(Phase::Report);
        let files = self.report_order();
        let mut diagnostics = project_findings(db, project).to_vec();
        for file in &files {
            diagnostics.extend(check_model(db, *file).iter().cloned());
        }
        sort_diagnostics(&mut diagnostics);
        let models = files.into_iter().map(|file| self.model_report(file)).collect();
        CompileReport { models, layers: dag.layer_count(), diagnostics }
    }

    /// The models in execution order; then those without a place in it, by path.
    pub(crate) fn report_order(&self) -> Vec<File> {
        let (db, project) = (self.db(), self.project());
        let dag = dag(db, project);
        let mut files: Vec<File> = dag.order.iter().map(|number| dag.models[*number as usize]).collect();
        let unordered = layout(db, project)
            .models
            .values()
            .map(|(file, _)| *file)
            .filter(|file| dag.number(*file).is_none_or(|number| dag.layers[number as usize].is_none()));
        files.extend(unordered);
        files
    }

    /// What a report says about one model.
    pub(crate) fn model_report(&self, file: File) -> ModelReport {
        let db = self.db();
        let config = model_config(db, file);
        let explicit = Project::get(db).options(db).contracts.clone();
        let contract = contract_file(db, file).map(|contract| {
            let path = contract.path(db).clone();
            ContractSource { explicit: explicit.is_some_and(|folder| path.is_within(&folder)), file: path }
        });
        let depends_on = dependencies(db, file).models.iter();
        ModelReport {
            name: config.name.clone(),
            file: file.path(db).clone(),
            schema: output_schema(db, file),
            depends_on: depends_on.map(|model| model_config(db, *model).name.clone()).collect(),
            contract,
            has_errors: check_model(db, file).iter().any(|finding| finding.severity == Severity::Error),
            config,
        }
    }
}
