//! Questions about one moment of a project.

use crate::database::RootDatabase;
use crate::image::write_whole;
use crate::interruption::CancellationToken;
use crate::known::KnownFindings;
use crate::parallel::{check_in_order, check_these, prime_facts, prime_headers};
use crate::project_files::ProjectFiles;
use rocky_base_db::{Db as _, Diagnostic, File, FilePath, line_index, sort_diagnostics, source_text};
use rocky_check::{check_model, project_findings, related_models};
use rocky_hir::{RememberedGraph, dag, dependencies, find_model};
use rocky_project::{Project, config_diagnostics, layout};
use rocky_syntax::LineIndex;
use salsa::Database;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A moment of a project. Computes on demand; unwinds when the project changes meanwhile
/// (see [`crate::catch_cancelled`]).
pub struct ProjectSnapshot {
    db: RootDatabase,
    project: Project,
    /// All findings, while they are known without computing anything.
    known: Option<Arc<KnownFindings>>,
    /// The files of the project, while they are as they were when it was opened.
    files: Option<Arc<ProjectFiles>>,
}

impl ProjectSnapshot {
    pub(crate) fn new(
        db: RootDatabase,
        project: Project,
        known: Option<Arc<KnownFindings>>,
        files: Option<Arc<ProjectFiles>>,
    ) -> ProjectSnapshot {
        ProjectSnapshot { db, project, known, files }
    }

    /// The database.
    pub fn db(&self) -> &RootDatabase {
        &self.db
    }

    /// The project.
    pub fn project(&self) -> Project {
        self.project
    }

    /// What stops computations on this snapshot from another thread.
    pub fn cancellation_token(&self) -> CancellationToken {
        self.db.cancellation_token()
    }

    /// The file at a path, if the project knows it.
    pub fn file(&self, path: &FilePath) -> Option<File> {
        let config = self.project.config_file(&self.db);
        if config.path(&self.db) == path {
            return Some(config);
        }
        self.project.files(&self.db).get(path)
    }

    /// Text and lines of a file.
    pub fn source(&self, path: &FilePath) -> Option<(Arc<str>, Arc<LineIndex>)> {
        let file = self.file(path)?;
        Some((source_text(&self.db, file).text.clone(), line_index(&self.db, file).clone()))
    }

    /// The paths of all models, sorted.
    pub fn model_paths(&self) -> Vec<FilePath> {
        layout(&self.db, self.project).models.keys().cloned().collect()
    }

    /// The model at a path.
    pub fn model_at(&self, path: &FilePath) -> Option<File> {
        layout(&self.db, self.project).models.get(path).map(|(file, _)| *file)
    }

    /// The model of a name.
    pub fn model_named(&self, name: &str) -> Option<File> {
        find_model(&self.db, name)
    }

    /// Makes sure that nothing recurses along the graph when a model is asked about: computes the facts
    /// of everything it reads, in order. Cheap when they are there.
    pub fn prime(&self, file: File) {
        let dag = dag(&self.db, self.project);
        match dag.number(file) {
            Some(number) => prime_facts(&self.db, dag, &dag.ancestors(number)),
            // A second model of one name is not in the graph, but what it reads is.
            None => {
                let reads = dependencies(&self.db, file).models.iter();
                for number in reads.filter_map(|read| dag.number(*read)) {
                    prime_facts(&self.db, dag, &dag.ancestors(number));
                }
            }
        }
    }

    /// All findings that stand in one file, sorted.
    pub fn file_diagnostics(&self, path: &FilePath) -> Vec<Diagnostic> {
        if let Some(known) = &self.known {
            return known.of_file(path);
        }
        let Some(file) = self.file(path) else { return Vec::new() };
        let mut findings: Vec<Diagnostic> = project_findings(&self.db, self.project).to_vec();
        if file == self.project.config_file(&self.db) {
            // The precise findings below say what the summary for batch commands says.
            findings.retain(|finding| finding.code.as_str() != "V001");
        }
        for model in related_models(&self.db, file) {
            self.prime(model);
            findings.extend(check_model(&self.db, model).iter().cloned());
        }
        findings.extend(self.settings_findings(file));
        findings.retain(|finding| finding.file == *path);
        sort_diagnostics(&mut findings);
        findings
    }

    /// Findings of `rocky.toml` itself, as an editor shows them on that file.
    fn settings_findings(&self, file: File) -> Vec<Diagnostic> {
        if file != self.project.config_file(&self.db) {
            return Vec::new();
        }
        config_diagnostics(&self.db, self.project).to_vec()
    }

    /// The findings of every file that has some, by path.
    pub fn all_diagnostics(&self) -> Vec<(FilePath, Vec<Diagnostic>)> {
        if let Some(known) = &self.known {
            return known.all();
        }
        let mut by_file: BTreeMap<FilePath, Vec<Diagnostic>> = BTreeMap::new();
        let mut all = self.sweep();
        all.retain(|finding| finding.code.as_str() != "V001");
        all.extend(self.settings_findings(self.project.config_file(&self.db)));
        for finding in all {
            by_file.entry(finding.file.clone()).or_default().push(finding);
        }
        by_file
            .into_iter()
            .map(|(path, mut findings)| {
                sort_diagnostics(&mut findings);
                (path, findings)
            })
            .collect()
    }

    /// Computes, if all findings were known without, what the next edit will ask for; and writes what the next
    /// process can use. For a background thread that has nothing else to do.
    pub fn warm_up_and_keep(&self) {
        if self.known.is_some() {
            self.sweep();
        }
        if let Some(files) = &self.files {
            if self.known.is_none() {
                write_whole(self, files);
            }
            files.note_stamps();
        }
        if let Some(store) = self.db.row_store() {
            store.flush();
            store.rest();
        }
    }

    /// Every finding of the project on one thread, in the order of the graph.
    fn sweep(&self) -> Vec<Diagnostic> {
        let mut findings = project_findings(&self.db, self.project).to_vec();
        let dag = dag(&self.db, self.project);
        prime_facts(&self.db, dag, &dag.order);
        for (file, _) in layout(&self.db, self.project).models.values() {
            findings.extend(check_model(&self.db, *file).iter().cloned());
        }
        findings
    }

    /// Summaries of all files, on all cores. Nothing where index and graph are remembered.
    pub fn prime_headers(&self) {
        if RememberedGraph::try_get(&self.db).is_some() {
            return;
        }
        prime_headers(&self.db, self.project);
    }

    /// Findings of some models, on all cores.
    pub(crate) fn check_these(&self, models: &[File]) {
        check_these(&self.db, models);
    }

    /// Facts and findings of all models, on all cores.
    pub fn check_everything(&self) {
        check_in_order(&self.db, self.project);
    }
}

/// Plans.
impl ProjectSnapshot {
    /// Plans the models of a pipeline. Compiles first what the plan needs.
    ///
    /// # Errors
    /// [`rocky_plan::PlanProblem`] when the selection names nothing, or something that cannot be planned.
    pub fn plan(
        &self,
        request: &rocky_plan::PlanRequest,
    ) -> Result<rocky_plan_model::Plan, rocky_plan::PlanProblem> {
        self.prime_headers();
        self.check_everything();
        rocky_plan::plan(&self.db, request)
    }

    /// Plans local tests. Compiles first what they need.
    ///
    /// # Errors
    /// [`rocky_plan::PlanProblem`] when the selection names nothing.
    pub fn test_plan(
        &self,
        request: &rocky_plan::TestRequest,
    ) -> Result<rocky_plan_model::TestPlan, rocky_plan::PlanProblem> {
        self.prime_headers();
        self.check_everything();
        rocky_plan::test_plan(&self.db, request)
    }
}
