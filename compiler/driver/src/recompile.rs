//! Compiling what a change reaches, over the image of the compilation before it.
//!
//! The short way is open when nothing differs from the image but the texts of some models, and when what other
//! models may know of those texts, their headers, is as it was: then index, graph and configuration of every
//! model are the remembered ones. The changed models are computed; the readers of those whose columns changed
//! are computed after them; the wave stops where a schema stays equal. All else is as the image says.

use crate::host::{OpenOptions, ProjectHost};
use crate::image::{
    Image, ImageHead, ImageModel, header_digest, push_facts, push_findings, surroundings_digest, write,
};
use crate::compile::ModelReport;
use crate::parallel::visit_below;
use crate::project_files::ProjectFiles;
use crate::questions::Questions;
use crate::snapshot::ProjectSnapshot;
use rocky_base_db::{Diagnostic, Digest, File, FilePath, FileStatus, sort_diagnostics};
use rocky_check::check_model;
use rocky_hir::{Dag, GraphParts, ModelIndex, RememberedGraph, dag, model_header};
use rocky_project::{has_frontmatter_block, layout};
use rocky_store::{RowStore, TailWriter};
use rocky_types::{FactsBundle, FactsSource, RememberedFacts, model_facts, output_schema};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a host remembers of the compilation before.
pub(crate) struct Memory {
    image: Arc<Image>,
    /// All model files by path, as in the image.
    models: Vec<File>,
    facts: Arc<ImageFacts>,
}

impl Memory {
    pub(crate) fn questions(&self) -> Option<Questions> {
        self.image.head().map(|head| head.questions)
    }
}

/// The facts of the models that no change reaches.
struct ImageFacts {
    image: Arc<Image>,
    numbers: FxHashMap<File, u32>,
    places: Vec<Option<rocky_store::TailPlace>>,
    /// Models whose facts have to be computed. A model is marked before anything that may ask for its facts
    /// is computed, so every question about it gets the same answer.
    reached: Vec<AtomicBool>,
}

impl std::fmt::Debug for ImageFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImageFacts").field("models", &self.places.len()).finish_non_exhaustive()
    }
}

impl ImageFacts {
    fn reach(&self, model: File) {
        if let Some(number) = self.numbers.get(&model) {
            self.reached[*number as usize].store(true, Ordering::Release);
        }
    }

    fn is_reached(&self, position: usize) -> bool {
        self.reached[position].load(Ordering::Acquire)
    }
}

impl FactsSource for ImageFacts {
    fn facts(&self, file: File) -> Option<FactsBundle> {
        let position = *self.numbers.get(&file)? as usize;
        if self.is_reached(position) { None } else { self.image.facts(self.places[position]?) }
    }
}

/// What is different from the compilation before.
#[derive(Clone, Debug)]
pub struct Recompiled {
    /// The project before, as [`ProjectFiles::key`] of it.
    pub before: Digest,
    /// The project now.
    pub now: Digest,
    /// The models that were computed, with their places in the order of the report.
    pub models: Vec<(usize, ModelReport)>,
    /// Every finding of the project before, sorted.
    pub findings_before: Vec<Diagnostic>,
    /// Every finding of the project, sorted.
    pub findings: Vec<Diagnostic>,
    /// Files whose text changed: findings in all others look as they did.
    pub changed_files: Vec<FilePath>,
}

/// The models of an image whose texts differ now. `None` when something else differs as well.
fn changed_models(files: &ProjectFiles, head: &ImageHead<'_>) -> Option<Vec<usize>> {
    let plain = head.models.iter().filter(|model| model.plain).map(|model| model.path);
    let surroundings = surroundings_digest(files, &head.questions, plain)?;
    if surroundings != head.surroundings {
        return None;
    }
    let differs = |model: &ImageModel<'_>| {
        files.facts(model.path).is_none_or(|facts| {
            facts.digest != model.text || (model.plain && facts.status != FileStatus::Present)
        })
    };
    Some((0..head.models.len()).filter(|at| differs(&head.models[*at])).collect())
}

impl ProjectHost {
    /// Opens a project over what an earlier process knew of it, if that bears on it and no more than `most`
    /// models changed; and if what is known is of the project `before`, where that is given. For one-shot commands.
    ///
    /// # Errors
    /// The files, for [`ProjectHost::from_files`], when there is nothing to build upon.
    pub fn from_memory(
        files: ProjectFiles,
        most: usize,
        before: Option<Digest>,
    ) -> Result<ProjectHost, Box<ProjectFiles>> {
        let Some(image) = files.cache.as_ref().and_then(Image::read) else { return Err(Box::new(files)) };
        let image = Arc::new(image);
        let Some(head) = image.head() else { return Err(Box::new(files)) };
        if before.is_some_and(|before| before != head.key) {
            return Err(Box::new(files));
        }
        let Some(changed) = changed_models(&files, &head).filter(|changed| changed.len() <= most) else {
            return Err(Box::new(files));
        };
        let mut host = ProjectHost::from_files(files, OpenOptions::default());
        match host.remember(&image, &head, &changed) {
            Some(()) => Ok(host),
            None => Err(host.into_files()),
        }
    }

    /// Sets what is remembered and computes what the change reaches. `None` when a text says more than it may.
    fn remember(&mut self, image: &Arc<Image>, head: &ImageHead<'_>, changed: &[usize]) -> Option<()> {
        let models = self.models_of(head)?;
        let (index, graph) = remembered_graph(head, &models);
        RememberedGraph::new(self.db(), Arc::new(GraphParts::new(index, graph)));
        let numbers = models.iter().enumerate().map(|(number, file)| (*file, number as u32)).collect();
        let facts = Arc::new(ImageFacts {
            image: image.clone(),
            numbers,
            places: head.models.iter().map(|model| model.facts).collect(),
            reached: head.models.iter().map(|_| AtomicBool::new(false)).collect(),
        });
        RememberedFacts::new(self.db(), facts.clone());
        let db = self.db();
        for at in changed {
            let model = models[*at];
            facts.reach(model);
            if has_frontmatter_block(db, model) || header_digest(model_header(db, model)) != head.models[*at].header
            {
                return None;
            }
        }
        if !changed.is_empty() {
            let changed: Vec<File> = changed.iter().map(|at| models[*at]).collect();
            self.snapshot().settle(&changed, &facts, head);
        }
        if db.saw_unsteady_text() {
            return None;
        }
        self.set_memory(Memory { image: image.clone(), models, facts });
        Some(())
    }

    /// The files of the image's models.
    fn models_of(&self, head: &ImageHead<'_>) -> Option<Vec<File>> {
        let layout = layout(self.db(), self.project());
        if layout.models.len() != head.models.len() {
            return None;
        }
        let pairs = layout.models.iter().zip(&head.models);
        pairs.map(|((path, (file, _)), model)| (path.as_str() == model.path).then_some(*file)).collect()
    }

    /// Checks what a change reached and gathers all findings; notes the result for the next process. `None` when
    /// this host remembers nothing, or a part of what it remembers turns out to be damaged.
    pub fn recompile(&self) -> Option<Recompiled> {
        let memory = self.memory()?;
        let head = memory.image.head()?;
        let snapshot = self.snapshot();
        let db = snapshot.db();
        let files = self.files();
        let now = files.key(&head.questions)?;
        let reached: Vec<usize> =
            (0..memory.models.len()).filter(|at| memory.facts.is_reached(*at)).collect();
        let reached_files: Vec<File> = reached.iter().map(|at| memory.models[*at]).collect();
        snapshot.check_these(&reached_files);
        let mut before = memory.image.findings(Some(head.project_findings))?;
        let mut after = before.clone();
        for (at, model) in head.models.iter().enumerate() {
            let is_reached = memory.facts.is_reached(at);
            if model.findings.is_some() {
                let known = memory.image.findings(model.findings)?;
                if !is_reached {
                    after.extend(known.iter().cloned());
                }
                before.extend(known);
            }
            if is_reached {
                after.extend(check_model(db, memory.models[at]).iter().cloned());
            }
        }
        sort_diagnostics(&mut before);
        sort_diagnostics(&mut after);
        let mut rank = vec![0; head.models.len()];
        head.report_order.iter().enumerate().for_each(|(rank_of, at)| rank[*at as usize] = rank_of);
        let models =
            reached.iter().map(|at| (rank[*at], snapshot.model_report(memory.models[*at]))).collect();
        if db.saw_unsteady_text() {
            return None;
        }
        let is_changed = |at: &&usize| {
            files.facts(head.models[**at].path).is_none_or(|facts| facts.digest != head.models[**at].text)
        };
        let changed = reached.iter().filter(is_changed);
        Some(Recompiled {
            before: head.key,
            now,
            models,
            findings_before: before,
            findings: after,
            changed_files: changed.map(|at| FilePath::new(head.models[*at].path)).collect(),
        })
    }

    /// What writes for the next process, on another thread if need be.
    pub fn keeper(&self) -> Keeper<'_> {
        Keeper {
            snapshot: self.snapshot(),
            files: self.files(),
            memory: self.memory(),
            store: self.row_store(),
        }
    }
}

/// Writes what the next process can use.
pub struct Keeper<'a> {
    snapshot: ProjectSnapshot,
    files: &'a ProjectFiles,
    memory: Option<&'a Memory>,
    store: Option<Arc<RowStore>>,
}

impl Keeper<'_> {
    /// Writes the image of the project, which has been compiled as a whole: a new one, or the remembered one
    /// with what changed. Then the stamps of its files and the rows of its models.
    pub fn keep_all(&self) {
        match self.memory {
            Some(memory) => {
                self.update_image(memory, self.files);
            }
            None => {
                crate::image::write_whole(&self.snapshot, self.files);
            }
        }
        self.files.note_stamps();
        if let Some(store) = &self.store {
            store.flush();
        }
    }

    fn update_image(&self, memory: &Memory, files: &ProjectFiles) -> Option<()> {
        let db = self.snapshot.db();
        let mut head = memory.image.head()?;
        let now = files.key(&head.questions)?;
        if now == head.key {
            return None;
        }
        let asked = files.questions();
        let is_new = !asked.variables.is_subset(&head.questions.variables)
            || !asked.places.is_subset(&head.questions.places);
        if is_new || db.saw_unsteady_text() {
            return None;
        }
        let mut tail = TailWriter::default();
        for (at, model) in head.models.iter_mut().enumerate() {
            if !memory.facts.is_reached(at) {
                model.facts = model.facts.map(|place| memory.image.copy(place, &mut tail));
                model.findings = model.findings.map(|place| memory.image.copy(place, &mut tail));
                continue;
            }
            let file = memory.models[at];
            model.text = file.digest(db);
            model.schema = output_schema(db, file).fingerprint;
            model.facts = model.facts.and_then(|_| push_facts(&mut tail, &model_facts(db, file)));
            model.findings = push_findings(&mut tail, check_model(db, file));
        }
        head.project_findings = memory.image.copy(head.project_findings, &mut tail);
        head.settings_findings = memory.image.copy(head.settings_findings, &mut tail);
        head.key = now;
        write(files.cache.as_ref()?, &head, &tail);
        Some(())
    }
}

/// Index and graph as the image has them.
fn remembered_graph(head: &ImageHead<'_>, models: &[File]) -> (ModelIndex, Dag) {
    let mut index = ModelIndex::default();
    for (model, file) in head.models.iter().zip(models) {
        index.by_name.entry(SmolStr::new(model.name)).or_default().push(*file);
        if let Some(target) = model.target {
            index.by_target.entry(SmolStr::new(target)).or_default().push(*file);
        }
    }
    for name in index.by_name.keys() {
        index.by_folded_name.entry(name.to_lowercase().into()).or_default().push(name.clone());
    }
    let of = |at: &u32| head.models.get(*at as usize).map_or("", |model| model.name);
    let names = head.graph.iter().map(|at| SmolStr::new(of(at))).collect();
    let files = head.graph.iter().filter_map(|at| models.get(*at as usize).copied()).collect();
    (index, Dag::new(files, names, head.reads.clone()))
}

impl ProjectSnapshot {
    /// Computes the facts of the changed models and of what their columns reach, in the order of the graph.
    fn settle(&self, changed: &[File], facts: &ImageFacts, head: &ImageHead<'_>) {
        let db = self.db();
        let dag = dag(db, self.project());
        let start = changed.iter().filter_map(|model| dag.number(*model)).collect();
        visit_below(db, dag, start, |db, number| {
            let model = dag.models[number as usize];
            let Some(position) = facts.numbers.get(&model).map(|at| *at as usize) else { return };
            if !facts.is_reached(position) {
                return;
            }
            let schema = model_facts(db, model).facts.schema.fingerprint;
            if schema != head.models[position].schema {
                for reader in &dag.readers[number as usize] {
                    facts.reach(dag.models[*reader as usize]);
                }
            }
        });
        // A changed model without facts, on a cycle, is unknown to its readers before and after.
    }
}
