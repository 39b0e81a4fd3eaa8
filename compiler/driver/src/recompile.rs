//! Compiling what a change reaches, over the image of the compilation before it.
//!
//! The short way is open when nothing differs from the image but the texts of some models, and when what other
//! models may know of those texts, their headers, is as it was: then index, graph and configuration of every
//! model are the remembered ones. The changed models are computed; the readers of those whose columns changed
//! are computed after them; the wave stops where a schema stays equal. All else is as the image says.

use crate::compile::ModelReport;
use crate::host::{OpenOptions, ProjectHost};
use crate::image::{
    FactsPlace, Image, ImageFinding, ImageHead, ImageWriter, header_digest, sort_findings,
    surroundings_digest, write_whole,
};
use crate::parallel::visit_below;
use crate::project_files::ProjectFiles;
use crate::questions::Questions;
use crate::snapshot::ProjectSnapshot;
use rocky_base_db::{Diagnostic, Digest, File, FilePath, FileStatus};
use rocky_check::check_model;
use rocky_hir::{Dag, GraphParts, ModelIndex, RememberedGraph, dag, model_header};
use rocky_project::{has_frontmatter_block, layout};
use rocky_store::RowStore;
use rocky_types::{FactsBundle, FactsSource, RememberedFacts, model_facts, output_schema};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// With more facts than this beside the file of facts, that file is written anew.
const MOST_FACTS_IN_IMAGE: usize = 256;

/// What a host remembers of the compilation before.
pub(crate) struct Memory {
    /// All model files by path, as in the image.
    models: Vec<File>,
    facts: Arc<ImageFacts>,
}

impl Memory {
    pub(crate) fn questions(&self) -> Questions {
        self.head().questions.clone()
    }

    fn head(&self) -> &ImageHead {
        &self.facts.image.head
    }

    /// The models that had to be computed, as positions in the image.
    fn reached(&self) -> Vec<usize> {
        (0..self.models.len()).filter(|at| self.facts.is_reached(*at)).collect()
    }
}

/// The facts of the models that no change reaches.
struct ImageFacts {
    image: Image,
    positions: FxHashMap<File, u32>,
    /// Models whose facts have to be computed. A model is marked before anything that may ask for its facts
    /// is computed, so every question about it gets the same answer.
    reached: Vec<AtomicBool>,
}

impl std::fmt::Debug for ImageFacts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImageFacts").field("models", &self.reached.len()).finish_non_exhaustive()
    }
}

impl ImageFacts {
    fn reach(&self, model: File) {
        if let Some(position) = self.positions.get(&model) {
            self.reached[*position as usize].store(true, Ordering::Release);
        }
    }

    fn is_reached(&self, position: usize) -> bool {
        self.reached[position].load(Ordering::Acquire)
    }
}

impl FactsSource for ImageFacts {
    fn facts(&self, file: File) -> Option<FactsBundle> {
        let position = *self.positions.get(&file)? as usize;
        if self.is_reached(position) {
            None
        } else {
            self.image.facts(self.image.head.models[position].facts)
        }
    }
}

/// What is different from the compilation before.
#[derive(Clone, Debug)]
pub struct Recompiled {
    /// The project before, as [`ProjectFiles::key`] of it.
    pub before: Digest,
    /// The number of findings of the project before.
    pub findings_before: usize,
    /// The models that were computed, with their places in the order of the report.
    pub models: Vec<(usize, ModelReport)>,
    /// Every finding of the project, sorted.
    pub findings: Vec<RecompiledFinding>,
}

/// A finding after a change.
#[derive(Clone, Debug)]
pub struct RecompiledFinding {
    /// The finding.
    pub finding: Diagnostic,
    /// Its place among the findings before, if it was one and no file that it points into has changed.
    pub before: Option<usize>,
}

/// What came of comparing an image with what was computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ImageComparison {
    /// Models that were compared.
    pub compared: u64,
    /// Those of them that the image is wrong about.
    pub wrong: u64,
}

/// The models of an image whose texts differ now. `None` when something else differs as well.
fn changed_models(files: &ProjectFiles, head: &ImageHead) -> Option<Vec<usize>> {
    let plain = head.models.iter().filter(|model| model.plain).map(|model| &model.path);
    if surroundings_digest(files, &head.questions, plain)? != head.surroundings {
        return None;
    }
    let mut changed = Vec::new();
    let mut known = files.files.iter();
    for (at, model) in head.models.iter().enumerate() {
        let (_, facts) = known.find(|(path, _)| *path == model.path)?;
        if facts.digest != model.text {
            if !model.plain || facts.status != FileStatus::Present {
                return None;
            }
            changed.push(at);
        }
    }
    Some(changed)
}

impl ProjectHost {
    /// Opens a project over what an earlier process knew of it, if that bears on it and no more than `most`
    /// models changed; and if what is known is of the project `before`, where that is given. For one-shot commands.
    ///
    /// # Errors
    /// The files, for [`ProjectHost::from_files`], when there is nothing to build upon.
    pub fn from_memory(
        files: Arc<ProjectFiles>,
        most: usize,
        before: Option<Digest>,
    ) -> Result<ProjectHost, Arc<ProjectFiles>> {
        // Mostly it will do, so the database is made meanwhile.
        let (image, mut host) = std::thread::scope(|scope| {
            let image = scope.spawn(|| {
                let image = Image::read(files.cache.as_ref()?)?;
                let is_wanted = before.is_none_or(|before| before == image.head.key);
                let changed = if is_wanted { changed_models(&files, &image.head)? } else { return None };
                (changed.len() <= most).then_some((image, changed))
            });
            let host = ProjectHost::from_files(files.clone(), OpenOptions::default());
            layout(host.db(), host.project());
            (image.join().ok().flatten(), host)
        });
        let Some((image, changed)) = image else { return Err(files) };
        match host.remember(image, &changed) {
            Some(()) => Ok(host),
            None => Err(host.into_files()),
        }
    }

    /// Sets what is remembered and computes what the change reaches. `None` when a text says more than it may.
    fn remember(&mut self, image: Image, changed: &[usize]) -> Option<()> {
        let models = self.models_of(&image.head)?;
        let (index, graph) = remembered_graph(&image.head, &models);
        RememberedGraph::new(self.db(), Arc::new(GraphParts::new(index, graph)));
        let facts = Arc::new(ImageFacts {
            positions: models.iter().enumerate().map(|(position, file)| (*file, position as u32)).collect(),
            reached: models.iter().map(|_| AtomicBool::new(false)).collect(),
            image,
        });
        RememberedFacts::new(self.db(), facts.clone());
        let db = self.db();
        for at in changed {
            let model = models[*at];
            facts.reach(model);
            let header = facts.image.head.models[*at].header;
            if has_frontmatter_block(db, model) || header_digest(model_header(db, model)) != header {
                return None;
            }
        }
        let changed: Vec<File> = changed.iter().map(|at| models[*at]).collect();
        if !changed.is_empty() {
            self.snapshot().settle(&changed, &facts);
        }
        if db.saw_unsteady_text() {
            return None;
        }
        self.set_memory(Memory { models, facts });
        Some(())
    }

    /// The files of the image's models.
    fn models_of(&self, head: &ImageHead) -> Option<Vec<File>> {
        let layout = layout(self.db(), self.project());
        if layout.models.len() != head.models.len() {
            return None;
        }
        let pairs = layout.models.iter().zip(&head.models);
        pairs.map(|((path, (file, _)), model)| (*path == model.path).then_some(*file)).collect()
    }

    /// Checks what a change reached and gathers all findings. `None` when this host remembers nothing, or a part of
    /// what it remembers turns out to be damaged.
    pub fn recompile(&self) -> Option<Recompiled> {
        let memory = self.memory()?;
        let head = memory.head();
        let snapshot = self.snapshot();
        let db = snapshot.db();
        let reached = memory.reached();
        let reached_files: Vec<File> = reached.iter().map(|at| memory.models[*at]).collect();
        snapshot.check_these(&reached_files);
        let ranks = ranks_of(head, &reached)?;
        let is_changed = |at: &&usize| memory.models[**at].digest(db) != head.models[**at].text;
        let changed: Vec<&FilePath> =
            reached.iter().filter(is_changed).map(|at| &head.models[*at].path).collect();
        let points_into_changed = |finding: &Diagnostic| {
            changed.contains(&&finding.file)
                || finding.related.iter().any(|place| changed.contains(&&place.file))
        };
        let known = memory.facts.image.findings()?;
        let mut findings: Vec<(ImageFinding, Option<usize>)> = Vec::with_capacity(known.len());
        let mut shown = 0;
        let mut last: Option<Diagnostic> = None;
        for known in known {
            // Equal ones behind each other are shown once.
            if last.as_ref() != Some(&known.finding) {
                shown += 1;
            }
            last = Some(known.finding.clone());
            if known.rank == 0 || !ranks.contains_key(&known.rank) {
                let before = (!points_into_changed(&known.finding)).then_some(shown - 1);
                findings.push((known, before));
            }
        }
        for (rank, at) in &ranks {
            let of_model = check_model(db, memory.models[*at]).iter();
            findings.extend(
                of_model.map(|finding| (ImageFinding { rank: *rank, finding: finding.clone() }, None)),
            );
        }
        sort_with_places(&mut findings);
        findings.dedup_by(|later, earlier| later.0.finding == earlier.0.finding);
        let models = ranks
            .iter()
            .map(|(rank, at)| (*rank as usize - 1, snapshot.model_report(memory.models[*at])))
            .collect();
        let findings = findings.into_iter();
        let findings =
            findings.map(|(known, before)| RecompiledFinding { finding: known.finding, before }).collect();
        self.is_steady().then_some(Recompiled { before: head.key, findings_before: shown, models, findings })
    }

    /// Compares the image that is kept, if it is of this project, with what this host computed.
    pub fn compare_image(&self) -> ImageComparison {
        let mut comparison = ImageComparison::default();
        let files = self.files();
        let Some(image) = files.cache.as_ref().and_then(Image::read) else { return comparison };
        if files.key(&image.head.questions) != Some(image.head.key) {
            return comparison;
        }
        let db = self.db();
        let Some(models) = self.models_of(&image.head) else {
            comparison.wrong = 1;
            return comparison;
        };
        for (model, file) in image.head.models.iter().zip(models) {
            let facts = image.facts(model.facts);
            let is_right = facts.is_none_or(|facts| facts == *model_facts(db, file))
                && model.schema == output_schema(db, file).fingerprint;
            comparison.compared += 1;
            comparison.wrong += u64::from(!is_right);
        }
        comparison
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

/// The ranks of some models, with their positions.
fn ranks_of(head: &ImageHead, positions: &[usize]) -> Option<BTreeMap<u32, usize>> {
    let mut rank_of = vec![None; head.models.len()];
    for (rank, at) in head.report_order.iter().enumerate() {
        *rank_of.get_mut(*at as usize)? = Some(rank as u32 + 1);
    }
    positions.iter().map(|at| Some((rank_of[*at]?, *at))).collect()
}

fn sort_with_places(findings: &mut [(ImageFinding, Option<usize>)]) {
    findings.sort_by(|(left, _), (right, _)| {
        rocky_base_db::compare_diagnostics(&left.finding, &right.finding).then(left.rank.cmp(&right.rank))
    });
}

/// Writes what the next process can use.
pub struct Keeper<'a> {
    snapshot: ProjectSnapshot,
    files: &'a ProjectFiles,
    memory: Option<&'a Memory>,
    store: Option<Arc<RowStore>>,
}

impl Keeper<'_> {
    /// Writes the rows of the models; the image of the project, which has been compiled as a whole: a new one, or
    /// the remembered one with what changed; the stamps of its files.
    pub fn keep_all(&self) {
        // One after the other: what is written is not in memory any more.
        self.files.system.forget();
        if let Some(store) = &self.store {
            store.flush();
        }
        match self.memory {
            Some(memory) => {
                self.update_image(memory);
            }
            None => {
                write_whole(&self.snapshot, self.files);
            }
        }
        self.files.note_stamps();
    }

    fn update_image(&self, memory: &Memory) -> Option<()> {
        let db = self.snapshot.db();
        let image = &memory.facts.image;
        let cache = self.files.cache.as_ref()?;
        let now = self.files.key(&image.head.questions)?;
        let asked = self.files.questions();
        let is_new = !asked.variables.is_subset(&image.head.questions.variables)
            || !asked.places.is_subset(&image.head.questions.places);
        if now == image.head.key || is_new || db.saw_unsteady_text() {
            return None;
        }
        let reached = memory.reached();
        let in_image = image.head.models.iter().filter(|model| matches!(model.facts, FactsPlace::Here(_)));
        let apart = in_image.count() + reached.len() > MOST_FACTS_IN_IMAGE;
        let ranks = ranks_of(&image.head, &reached)?;
        let mut findings = image.findings()?;
        findings.retain(|known| !ranks.contains_key(&known.rank));
        let mut writer = ImageWriter::new(cache, apart.then_some(now))?;
        let mut head = image.head.clone();
        for (at, model) in head.models.iter_mut().enumerate() {
            if !memory.facts.is_reached(at) {
                model.facts = writer.copy_facts(image, model.facts);
                continue;
            }
            let file = memory.models[at];
            model.text = file.digest(db);
            model.schema = output_schema(db, file).fingerprint;
            if !matches!(model.facts, FactsPlace::Nowhere) {
                model.facts = writer.push_facts(&model_facts(db, file));
            }
        }
        for (rank, at) in &ranks {
            let of_model = check_model(db, memory.models[*at]).iter();
            findings.extend(of_model.map(|finding| ImageFinding { rank: *rank, finding: finding.clone() }));
        }
        sort_findings(&mut findings);
        head.findings = writer.push_findings(&findings)?;
        head.settings_findings = writer.push_findings(&image.settings_findings()?)?;
        head.key = now;
        if apart {
            head.facts_file = now;
        }
        writer.write(&head);
        Some(())
    }
}

/// Index and graph as the image has them.
fn remembered_graph(head: &ImageHead, models: &[File]) -> (ModelIndex, Dag) {
    // Sorted lists become maps at once; both sorts keep the order of paths among equals.
    let mut named: Vec<(&SmolStr, File)> =
        head.models.iter().zip(models).map(|(model, file)| (&model.name, *file)).collect();
    named.sort_by(|left, right| left.0.cmp(right.0));
    let targets = head.models.iter().zip(models);
    let mut targets: Vec<(&SmolStr, File)> =
        targets.filter_map(|(model, file)| Some((model.target.as_ref()?, *file))).collect();
    targets.sort_by(|left, right| left.0.cmp(right.0));
    let by_name = grouped(&named);
    let mut folded: Vec<(SmolStr, SmolStr)> =
        by_name.keys().map(|name| (name.to_lowercase().into(), name.clone())).collect();
    folded.sort_by(|left, right| left.0.cmp(&right.0));
    let folded: Vec<(&SmolStr, SmolStr)> = folded.iter().map(|(key, name)| (key, name.clone())).collect();
    let index = ModelIndex { by_folded_name: grouped(&folded), by_target: grouped(&targets), by_name };
    let of = |at: &u32| head.models.get(*at as usize).map(|model| model.name.clone()).unwrap_or_default();
    let names = head.graph.iter().map(of).collect();
    let files = head.graph.iter().filter_map(|at| models.get(*at as usize).copied()).collect();
    (index, Dag::new(files, names, head.reads.clone()))
}

/// A sorted list as a map.
fn grouped<T: Clone>(sorted: &[(&SmolStr, T)]) -> BTreeMap<SmolStr, Vec<T>> {
    let groups = sorted.chunk_by(|left, right| left.0 == right.0);
    groups.map(|group| (group[0].0.clone(), group.iter().map(|(_, value)| value.clone()).collect())).collect()
}

impl ProjectSnapshot {
    /// Computes the facts of the changed models and of what their columns reach, in the order of the graph.
    /// Members of cycles are in no order, and unknown to their readers before and after.
    fn settle(&self, changed: &[File], facts: &ImageFacts) {
        let db = self.db();
        let dag = dag(db, self.project());
        let start = changed.iter().filter_map(|model| dag.number(*model)).collect();
        visit_below(db, dag, start, |db, number| {
            let model = dag.models[number as usize];
            let Some(position) = facts.positions.get(&model).map(|at| *at as usize) else { return };
            if !facts.is_reached(position) {
                return;
            }
            let schema = model_facts(db, model).facts.schema.fingerprint;
            if schema != facts.image.head.models[position].schema {
                for reader in &dag.readers[number as usize] {
                    facts.reach(dag.models[*reader as usize]);
                }
            }
        });
    }
}
