//! What a whole compilation amounted to, in one file: the graph, the facts of each model, its findings.
//!
//! The next process reads it at once, decodes what it needs, and computes only what a change reaches. The
//! image says which project it is of; of another one it says nothing.

use crate::project_files::{CacheOptions, ProjectFiles, write_file};
use crate::questions::Questions;
use crate::snapshot::ProjectSnapshot;
use rocky_base_db::{Diagnostic, Digest, DigestWriter, File, FilePath, FileStatus};
use rocky_check::{check_model, project_findings};
use rocky_hir::{ModelHeader, dag, is_cyclic, model_header, model_index};
use rocky_project::{config_diagnostics, has_frontmatter_block, layout, model_config};
use rocky_store::{SealedFile, TailPlace, TailWriter};
use rocky_types::{FactsBundle, model_facts, output_schema};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};

/// Raised when the encoding below, or the meaning of a part of it, changes.
const LABEL: &str = "image 1";

fn image_path(cache: &Path) -> PathBuf {
    cache.join("project.bin")
}

/// The part of an image that is decoded at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImageHead<'a> {
    /// The project, to the last byte of every file.
    pub(crate) key: Digest,
    /// The project without the texts of models whose configuration stands elsewhere.
    pub(crate) surroundings: Digest,
    /// What was asked of the world.
    pub(crate) questions: Questions,
    /// All models by path.
    #[serde(borrow)]
    pub(crate) models: Vec<ImageModel<'a>>,
    /// The models of the graph, in alphabetical order of their names, as positions in `models`.
    pub(crate) graph: Vec<u32>,
    /// For each model of the graph what it reads, as positions in `graph`.
    pub(crate) reads: Vec<Vec<u32>>,
    /// The order of a report, as positions in `models`.
    pub(crate) report_order: Vec<u32>,
    /// Number of layers.
    pub(crate) layers: u32,
    /// Findings that belong to no single model.
    pub(crate) project_findings: TailPlace,
    /// Findings of `rocky.toml` as an editor shows them.
    pub(crate) settings_findings: TailPlace,
}

/// What is known of a model.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct ImageModel<'a> {
    pub(crate) path: &'a str,
    /// Digest of its text.
    pub(crate) text: Digest,
    /// Whether its text holds its query and nothing else, and can be read.
    pub(crate) plain: bool,
    pub(crate) name: &'a str,
    /// Its table in the index.
    pub(crate) target: Option<&'a str>,
    /// Digest of what other models' queries may know of its text.
    pub(crate) header: Digest,
    /// Fingerprint of its columns.
    pub(crate) schema: Digest,
    /// Its facts; nothing for a model that is in no order.
    pub(crate) facts: Option<TailPlace>,
    /// Its findings; nothing when there are none.
    pub(crate) findings: Option<TailPlace>,
}

/// An image that was read.
#[derive(Debug)]
pub(crate) struct Image {
    file: SealedFile,
}

impl Image {
    pub(crate) fn read(cache: &CacheOptions) -> Option<Image> {
        SealedFile::read(&image_path(&cache.folder), LABEL).map(|file| Image { file })
    }

    pub(crate) fn head(&self) -> Option<ImageHead<'_>> {
        postcard::from_bytes(self.file.head()).ok()
    }

    pub(crate) fn facts(&self, place: TailPlace) -> Option<FactsBundle> {
        postcard::from_bytes(self.file.part(place)?).ok()
    }

    /// Findings, the empty list where there is no part. `None` when the part is damaged.
    pub(crate) fn findings(&self, place: Option<TailPlace>) -> Option<Vec<Diagnostic>> {
        match place {
            Some(place) => postcard::from_bytes(self.file.part(place)?).ok(),
            None => Some(Vec::new()),
        }
    }

    /// The unchanged parts of this image under their new places.
    pub(crate) fn copy(&self, place: TailPlace, tail: &mut TailWriter) -> TailPlace {
        tail.copy(&self.file, place)
    }
}

/// The digest of everything but the texts of models whose configuration stands elsewhere: with the same one,
/// and the same headers, index and graph are the same.
pub(crate) fn surroundings_digest<'m>(
    files: &ProjectFiles,
    questions: &Questions,
    plain: impl Iterator<Item = &'m str>,
) -> Option<Digest> {
    let mut key = files.key_of(questions, None)?;
    let mut digest = DigestWriter::new();
    let mut plain = plain.peekable();
    for (path, facts) in &files.files {
        while plain.next_if(|model| *model < path.as_str()).is_some() {}
        let is_plain = plain.next_if(|model| *model == path.as_str()).is_some();
        write_file(&mut digest, path, facts, !is_plain);
    }
    key.files = digest.finish();
    Some(key.digest())
}

/// Digest of what other models' queries may know of a model's text.
pub(crate) fn header_digest(header: &ModelHeader) -> Digest {
    postcard::to_stdvec(header).map_or(Digest::ZERO, |bytes| Digest::of(&bytes))
}

/// Adds findings to a tail.
pub(crate) fn push_findings(tail: &mut TailWriter, findings: &[Diagnostic]) -> Option<TailPlace> {
    let bytes = if findings.is_empty() { None } else { postcard::to_stdvec(findings).ok() };
    bytes.map(|bytes| tail.push(&bytes))
}

/// Adds facts to a tail.
pub(crate) fn push_facts(tail: &mut TailWriter, facts: &FactsBundle) -> Option<TailPlace> {
    postcard::to_stdvec(facts).ok().map(|bytes| tail.push(&bytes))
}

/// Puts an image in place.
pub(crate) fn write(cache: &CacheOptions, head: &ImageHead<'_>, tail: &TailWriter) {
    if let Ok(head) = postcard::to_stdvec(head) {
        SealedFile::write(&image_path(&cache.folder), LABEL, &head, tail);
    }
}

/// Writes the image of a project that has been compiled as a whole.
pub(crate) fn write_whole(snapshot: &ProjectSnapshot, files: &ProjectFiles) -> Option<()> {
    let (db, project) = (snapshot.db(), snapshot.project());
    let cache = files.cache.as_ref()?;
    let questions = files.questions();
    let key = files.key(&questions)?;
    let dag = dag(db, project);
    let index = model_index(db, project);
    let mut targets: FxHashMap<File, &str> = FxHashMap::default();
    for (target, of) in &index.by_target {
        targets.extend(of.iter().map(|file| (*file, target.as_str())));
    }
    let mut tail = TailWriter::default();
    let order = snapshot.report_order();
    let models: Vec<(&FilePath, File, SmolStr)> = layout(db, project)
        .models
        .iter()
        .map(|(path, (file, _))| (path, *file, model_config(db, *file).name.clone()))
        .collect();
    let positions: FxHashMap<File, u32> =
        models.iter().enumerate().map(|(position, (_, file, _))| (*file, position as u32)).collect();
    let place = |file: &File| positions.get(file).copied();
    let described = models
        .iter()
        .map(|(path, file, name)| {
            let is_ordered = dag.number(*file).is_some() && !is_cyclic(db, *file);
            ImageModel {
                path: path.as_str(),
                text: file.digest(db),
                plain: *file.status(db) == FileStatus::Present && !has_frontmatter_block(db, *file),
                name,
                target: targets.get(file).copied(),
                header: header_digest(model_header(db, *file)),
                schema: output_schema(db, *file).fingerprint,
                facts: if is_ordered { push_facts(&mut tail, &model_facts(db, *file)) } else { None },
                findings: push_findings(&mut tail, check_model(db, *file)),
            }
        })
        .collect::<Vec<_>>();
    let plain = described.iter().filter(|model| model.plain).map(|model| model.path);
    let surroundings = surroundings_digest(files, &questions, plain)?;
    let project_findings = postcard::to_stdvec(&project_findings(db, project).to_vec()).ok()?;
    let settings_findings = postcard::to_stdvec(&config_diagnostics(db, project).to_vec()).ok()?;
    let head = ImageHead {
        key,
        surroundings,
        graph: dag.models.iter().map(place).collect::<Option<_>>()?,
        reads: dag.reads.clone(),
        report_order: order.iter().map(place).collect::<Option<_>>()?,
        layers: dag.layer_count(),
        project_findings: tail.push(&project_findings),
        settings_findings: tail.push(&settings_findings),
        models: described,
        questions,
    };
    if db.saw_unsteady_text() {
        return None;
    }
    write(cache, &head, &tail);
    Some(())
}
