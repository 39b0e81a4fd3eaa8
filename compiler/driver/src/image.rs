//! What a whole compilation amounted to: the graph, the facts of each model, all findings.
//!
//! The next process reads it at once, decodes what it needs, and computes only what a change reaches. The
//! image says which project it is of; of another one it says nothing.
//!
//! Facts are most of it and change little, so they stand in a file of their own that stays while the image
//! beside it is replaced; the image holds those that came later.

use crate::project_files::{CacheOptions, ProjectFiles};
use crate::questions::Questions;
use crate::snapshot::ProjectSnapshot;
use rocky_base_db::{Diagnostic, Digest, File, FilePath, FileStatus, compare_diagnostics};
use rocky_check::{check_model, project_findings};
use rocky_hir::{ModelHeader, dag, is_cyclic, model_header, model_index};
use rocky_project::{config_diagnostics, has_frontmatter_block, layout, model_config};
use rocky_store::{SealedFile, SealedWriter, TailPlace, TailWriter};
use rocky_types::{FactsBundle, model_facts, output_schema};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};

/// Raised when the encoding below, or the meaning of a part of it, changes.
const LABEL: &str = "image 2";
const FACTS_LABEL: &str = "facts 2";

fn image_path(cache: &Path) -> PathBuf {
    cache.join("project.bin")
}

fn facts_path(cache: &Path, id: Digest) -> PathBuf {
    cache.join(format!("facts-{}.bin", &id.to_string()[..16]))
}

fn facts_label(id: Digest) -> String {
    format!("{FACTS_LABEL} {id}")
}

/// The part of an image that is decoded at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImageHead {
    /// The project, to the last byte of every file.
    pub(crate) key: Digest,
    /// The project without the texts of models whose configuration stands elsewhere.
    pub(crate) surroundings: Digest,
    /// What was asked of the world.
    pub(crate) questions: Questions,
    /// Which file of facts belongs to this image.
    pub(crate) facts_file: Digest,
    /// All models by path.
    pub(crate) models: Vec<ImageModel>,
    /// The models of the graph, in alphabetical order of their names, as positions in `models`.
    pub(crate) graph: Vec<u32>,
    /// For each model of the graph what it reads, as positions in `graph`.
    pub(crate) reads: Vec<Vec<u32>>,
    /// The order of a report, as positions in `models`.
    pub(crate) report_order: Vec<u32>,
    /// All findings, see [`ImageFinding`].
    pub(crate) findings: TailPlace,
    /// Findings of `rocky.toml` as an editor shows them.
    pub(crate) settings_findings: TailPlace,
}

/// What is known of a model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImageModel {
    pub(crate) path: FilePath,
    /// Digest of its text.
    pub(crate) text: Digest,
    /// Whether its text holds its query and nothing else, and can be read.
    pub(crate) plain: bool,
    pub(crate) name: SmolStr,
    /// Its table in the index.
    pub(crate) target: Option<SmolStr>,
    /// Digest of what other models' queries may know of its text.
    pub(crate) header: Digest,
    /// Fingerprint of its columns.
    pub(crate) schema: Digest,
    /// Its facts.
    pub(crate) facts: FactsPlace,
}

/// Where facts are.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) enum FactsPlace {
    /// Nowhere: the model is in no order.
    Nowhere,
    /// In the file of facts.
    Apart(TailPlace),
    /// In the image.
    Here(TailPlace),
}

/// A finding. They are in the order of a report before equal ones are dropped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImageFinding {
    /// Whose it is: 0 for the project, else one more than the place of its model in the order of the report.
    pub(crate) rank: u32,
    pub(crate) finding: Diagnostic,
}

/// Puts findings in the order of a report: where the order of findings leaves a choice, the project's come first
/// and then those of the models in their order.
pub(crate) fn sort_findings(findings: &mut [ImageFinding]) {
    findings.sort_by(|left, right| {
        compare_diagnostics(&left.finding, &right.finding).then(left.rank.cmp(&right.rank))
    });
}

/// An image that was read.
#[derive(Debug)]
pub(crate) struct Image {
    pub(crate) head: ImageHead,
    file: SealedFile,
    facts: Option<SealedFile>,
}

impl Image {
    pub(crate) fn read(cache: &CacheOptions) -> Option<Image> {
        let file = SealedFile::open(&image_path(&cache.folder), LABEL)?;
        let head: ImageHead = postcard::from_bytes(file.head()).ok()?;
        let id = head.facts_file;
        let facts = SealedFile::open(&facts_path(&cache.folder, id), &facts_label(id));
        // Positions that lead nowhere are taken for what is not known; there are none in a whole image.
        Some(Image { head, file, facts })
    }

    fn facts_part(&self, place: FactsPlace) -> Option<Vec<u8>> {
        match place {
            FactsPlace::Nowhere => None,
            FactsPlace::Apart(place) => self.facts.as_ref()?.part(place),
            FactsPlace::Here(place) => self.file.part(place),
        }
    }

    pub(crate) fn facts(&self, place: FactsPlace) -> Option<FactsBundle> {
        postcard::from_bytes(&self.facts_part(place)?).ok()
    }

    /// All findings in order.
    pub(crate) fn findings(&self) -> Option<Vec<ImageFinding>> {
        postcard::from_bytes(&self.file.part(self.head.findings)?).ok()
    }

    /// Findings of `rocky.toml` as an editor shows them.
    pub(crate) fn settings_findings(&self) -> Option<Vec<Diagnostic>> {
        postcard::from_bytes(&self.file.part(self.head.settings_findings)?).ok()
    }
}

/// The digest of everything but the texts of models whose configuration stands elsewhere: with the same one,
/// and the same headers, index and graph are the same.
pub(crate) fn surroundings_digest<'m>(
    files: &ProjectFiles,
    questions: &Questions,
    plain: impl Iterator<Item = &'m FilePath>,
) -> Option<Digest> {
    let mut key = files.key_of(questions, None)?;
    let mut plain = plain.peekable();
    key.files = files.files_digest(|path| {
        while plain.next_if(|model| *model < path).is_some() {}
        plain.next_if(|model| *model == path).is_none()
    });
    Some(key.digest())
}

/// Digest of what other models' queries may know of a model's text.
pub(crate) fn header_digest(header: &ModelHeader) -> Digest {
    postcard::to_stdvec(header).map_or(Digest::ZERO, |bytes| Digest::of(&bytes))
}

/// An image that is being put together.
pub(crate) struct ImageWriter<'a> {
    cache: &'a CacheOptions,
    tail: TailWriter<'static>,
    /// A new file of facts, when there has to be one.
    facts: Option<SealedWriter>,
}

impl<'a> ImageWriter<'a> {
    /// An image over the file of facts that is there, or one with a file of its own. `None` when that cannot be
    /// written.
    pub(crate) fn new(cache: &'a CacheOptions, new_facts: Option<Digest>) -> Option<ImageWriter<'a>> {
        let facts = match new_facts {
            Some(id) => Some(SealedWriter::create(&facts_path(&cache.folder, id), &facts_label(id))?),
            None => None,
        };
        Some(ImageWriter { cache, tail: TailWriter::default(), facts })
    }

    /// Adds facts; to a new file of facts if there is one, else to the image.
    pub(crate) fn push_facts(&mut self, facts: &FactsBundle) -> FactsPlace {
        match (postcard::to_stdvec(facts), &mut self.facts) {
            (Ok(bytes), Some(apart)) => FactsPlace::Apart(apart.push(&bytes)),
            (Ok(bytes), None) => FactsPlace::Here(self.tail.push(bytes)),
            (Err(_), _) => FactsPlace::Nowhere,
        }
    }

    /// Adds facts of the image before.
    pub(crate) fn copy_facts(&mut self, image: &Image, place: FactsPlace) -> FactsPlace {
        match (place, &mut self.facts) {
            (FactsPlace::Nowhere, _) | (FactsPlace::Apart(_), None) => place,
            (FactsPlace::Here(place), None) => FactsPlace::Here(self.tail.copy(&image.file, place)),
            (_, Some(apart)) => match image.facts_part(place) {
                Some(bytes) => FactsPlace::Apart(apart.push(&bytes)),
                None => FactsPlace::Nowhere,
            },
        }
    }

    /// Adds a list of findings.
    pub(crate) fn push_findings<T: Serialize>(&mut self, findings: &[T]) -> Option<TailPlace> {
        postcard::to_stdvec(findings).ok().map(|bytes| self.tail.push(bytes))
    }

    /// Puts the image in place; before it, if there is one, the new file of facts.
    pub(crate) fn write(self, head: &ImageHead) {
        let Ok(bytes) = postcard::to_stdvec(head) else { return };
        let folder = &self.cache.folder;
        let has_facts = self.facts.is_some();
        if self.facts.is_some_and(|facts| !facts.finish()) {
            return;
        }
        if SealedFile::write(&image_path(folder), LABEL, &bytes, &self.tail) && has_facts {
            rocky_store::remove_others(folder, "facts-", &facts_path(folder, head.facts_file));
        }
    }
}

/// Writes the image of a project that has been compiled as a whole.
pub(crate) fn write_whole(snapshot: &ProjectSnapshot, files: &ProjectFiles) -> Option<()> {
    let (db, project) = (snapshot.db(), snapshot.project());
    let cache = files.cache.as_ref()?;
    let questions = files.questions();
    let key = files.key(&questions)?;
    let dag = dag(db, project);
    let mut targets: FxHashMap<File, &SmolStr> = FxHashMap::default();
    for (target, of) in &model_index(db, project).by_target {
        targets.extend(of.iter().map(|file| (*file, target)));
    }
    let mut writer = ImageWriter::new(cache, Some(key))?;
    let mut models = Vec::new();
    let mut positions: FxHashMap<File, u32> = FxHashMap::default();
    for (path, (file, _)) in &layout(db, project).models {
        let is_ordered = dag.number(*file).is_some() && !is_cyclic(db, *file);
        positions.insert(*file, models.len() as u32);
        models.push(ImageModel {
            path: path.clone(),
            text: file.digest(db),
            plain: *file.status(db) == FileStatus::Present && !has_frontmatter_block(db, *file),
            name: model_config(db, *file).name.clone(),
            target: targets.get(file).map(|target| (*target).clone()),
            header: header_digest(model_header(db, *file)),
            schema: output_schema(db, *file).fingerprint,
            facts: if is_ordered { writer.push_facts(&model_facts(db, *file)) } else { FactsPlace::Nowhere },
        });
    }
    let plain = models.iter().filter(|model| model.plain).map(|model| &model.path);
    let surroundings = surroundings_digest(files, &questions, plain)?;
    let order = snapshot.report_order();
    let mut findings: Vec<ImageFinding> = project_findings(db, project)
        .iter()
        .map(|finding| ImageFinding { rank: 0, finding: finding.clone() })
        .collect();
    for (rank, file) in order.iter().enumerate() {
        let of_model = check_model(db, *file).iter();
        findings
            .extend(of_model.map(|finding| ImageFinding { rank: rank as u32 + 1, finding: finding.clone() }));
    }
    sort_findings(&mut findings);
    let place = |file: &File| positions.get(file).copied();
    let head = ImageHead {
        key,
        surroundings,
        facts_file: key,
        graph: dag.models.iter().map(place).collect::<Option<_>>()?,
        reads: dag.reads.clone(),
        report_order: order.iter().map(place).collect::<Option<_>>()?,
        findings: writer.push_findings(&findings)?,
        settings_findings: writer.push_findings(config_diagnostics(db, project))?,
        models,
        questions,
    };
    if db.saw_unsteady_text() {
        return None;
    }
    writer.write(&head);
    Some(())
}
