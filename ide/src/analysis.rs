//! The host, its snapshots, and how questions are interrupted.

use crate::{Action, Completion, Highlight, Hover, NavigationTarget, SemanticToken, Symbol, SyntaxDocument};
use crate::{actions, completion, definition, hover, occurrences, semantic_tokens, symbols};
use rocky_compiler::base_db::{Diagnostic, FilePath};
use rocky_compiler::store::RowStore;
use rocky_compiler::syntax::{LineIndex, TextRange, TextSize};
use rocky_compiler::{CacheOptions, Change, OpenOptions, ProjectHost, RootDatabase};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A place in a project file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilePosition {
    /// The file.
    pub path: FilePath,
    /// Byte offset into its text.
    pub offset: TextSize,
}

/// The text of a file and where its lines begin.
#[derive(Clone, Debug)]
pub struct Source {
    /// The text: unsaved, if an editor has it open.
    pub text: Arc<str>,
    /// Its lines.
    pub line_index: Arc<LineIndex>,
}

/// Why a question has no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Interrupted {
    /// The project changed meanwhile: ask again on a new snapshot.
    Edited,
    /// Nobody wants the answer any more.
    Cancelled,
    /// A defect of ours; the text says which.
    Panicked(String),
}

/// Stops a computation on one snapshot.
#[derive(Clone)]
pub struct CancelHandle(rocky_compiler::CancellationToken);

impl CancelHandle {
    /// Stops it at its next query.
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// The owner of a project's database.
pub struct AnalysisHost {
    host: ProjectHost,
}

impl AnalysisHost {
    /// Opens the project whose `rocky.toml` (or `config_name`) lies in `root` on this machine's disk. With the name
    /// of this build, what earlier processes of it kept is used.
    pub fn open_folder(root: &Path, config_name: Option<&str>, build: Option<&str>) -> AnalysisHost {
        let cache = build.map(|build| CacheOptions {
            folder: root.join(".rocky").join("cache"),
            build: build.to_owned(),
            trust_stamps: true,
        });
        let rows = cache.as_ref().and_then(|cache| RowStore::open(&cache.folder.join("rows.redb")));
        let options = OpenOptions {
            config: config_name.map(FilePath::new),
            // What an editor shows of it does not depend on this, and commands say so too.
            config_optional: true,
            long_lived: true,
            store: rows.map(Arc::new),
            cache,
            ..OpenOptions::default()
        };
        AnalysisHost::new(ProjectHost::open_folder(root, options))
    }

    /// Wraps an open project.
    pub fn new(host: ProjectHost) -> AnalysisHost {
        AnalysisHost { host }
    }

    /// Applies a change. Blocks until no snapshot computes any more; they notice at their next query.
    pub fn apply_change(&mut self, change: Change) {
        self.host.apply_change(change);
    }

    /// This moment, for another thread. While it lives, changes wait for it.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { analysis: Analysis { host: self.host.snapshot() } }
    }
}

/// A moment of a project. Not `Clone`: the thread that gets it drops it.
pub struct Snapshot {
    analysis: Analysis,
}

impl Snapshot {
    /// Answers a question, or says what came between.
    ///
    /// # Errors
    /// [`Interrupted`], see there.
    pub fn run<T>(&self, question: impl FnOnce(&Analysis) -> T) -> Result<T, Interrupted> {
        // The database is not left half-changed by an unwinding reader: readers change nothing but memos,
        // and salsa discards those of unwound queries.
        let outcome =
            catch_unwind(AssertUnwindSafe(|| rocky_compiler::catch_cancelled(|| question(&self.analysis))));
        match outcome {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(rocky_compiler::Stopped::Edited)) => Err(Interrupted::Edited),
            Ok(Err(rocky_compiler::Stopped::Cancelled)) => Err(Interrupted::Cancelled),
            Err(payload) => {
                let message = payload
                    .downcast_ref::<String>()
                    .map(String::as_str)
                    .or_else(|| payload.downcast_ref::<&str>().copied())
                    .unwrap_or("a panic without a message");
                Err(Interrupted::Panicked(message.to_owned()))
            }
        }
    }

    /// What stops a question on this snapshot from another thread.
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle(self.analysis.host.cancellation_token())
    }
}

/// Answers questions about one moment of a project.
pub struct Analysis {
    host: rocky_compiler::ProjectSnapshot,
}

impl Analysis {
    pub(crate) fn db(&self) -> &RootDatabase {
        self.host.db()
    }

    pub(crate) fn host(&self) -> &rocky_compiler::ProjectSnapshot {
        &self.host
    }

    /// The text of a project file; `None` for a file that the project does not know.
    pub fn source(&self, path: &FilePath) -> Option<Source> {
        let (text, line_index) = self.host.source(path)?;
        Some(Source { text, line_index })
    }

    /// All findings of a file, sorted.
    pub fn diagnostics(&self, path: &FilePath) -> Vec<Diagnostic> {
        self.host.file_diagnostics(path)
    }

    /// Does what can be done while nothing else is to do: computes what was only remembered, and writes what the
    /// next process can use.
    pub fn warm_up_and_keep(&self) {
        self.host.warm_up_and_keep();
    }

    /// The findings of every file that has some, by path, computed in the order of the model graph.
    pub fn all_diagnostics(&self) -> Vec<(FilePath, Vec<Diagnostic>)> {
        self.host.all_diagnostics()
    }

    /// What is to be known about the thing at a position.
    pub fn hover(&self, at: FilePosition) -> Option<Hover> {
        hover::hover(self, &at)
    }

    /// Where the thing at a position comes from; the nearest definition first.
    pub fn definition(&self, at: FilePosition) -> Vec<NavigationTarget> {
        definition::definition(self, &at)
    }

    /// The outline of a file.
    pub fn document_symbols(&self, path: &FilePath) -> Vec<Symbol> {
        symbols::document_symbols(self, path)
    }

    /// A file as syntax alone: what needs no meaning is asked of it.
    pub fn syntax_document(&self, path: &FilePath) -> Option<SyntaxDocument> {
        SyntaxDocument::of(self, path)
    }

    /// What the words of a file are, those of a range of it or all: sorted, none over another. Knows models
    /// from other tables, which [`SyntaxDocument::semantic_tokens`] cannot.
    pub fn semantic_tokens(
        &self,
        path: &FilePath,
        document: &SyntaxDocument,
        within: Option<TextRange>,
    ) -> Vec<SemanticToken> {
        semantic_tokens::project_tokens(self, path, document, within)
    }

    /// What all words of the project's files depend on besides their text: which models and macros there are, and whose
    /// SQL is spoken. As long as it stays the same, so do the tokens of a text.
    pub fn token_basis(&self) -> u64 {
        semantic_tokens::basis(self)
    }

    /// The places that belong to what stands at a position, in order: names by what they mean where that is known.
    pub fn highlights(&self, at: &FilePosition, document: &SyntaxDocument) -> Vec<Highlight> {
        occurrences::highlights(self, at, document)
    }

    /// The fixes of the findings that touch a range, and what mends or suppresses more at once.
    pub fn quick_fixes(&self, path: &FilePath, range: TextRange) -> Vec<Action> {
        actions::quick_fixes(self, path, range)
    }

    /// What mends everything in a file that can be mended unseen.
    pub fn fix_all(&self, path: &FilePath) -> Option<Action> {
        actions::fix_all(self, path)
    }

    /// What may stand at a position, the likeliest first.
    pub fn completions(&self, at: FilePosition) -> Vec<Completion> {
        completion::completions(self, &at)
    }
}

/// Every folder at or below `folder` that holds a `rocky.toml`; `folder` itself when it holds none but
/// has a `models` folder. Sorted.
pub fn find_project_roots(folder: &Path) -> Vec<PathBuf> {
    rocky_compiler::base_db::os::find_project_roots(folder)
}

/// The nearest folder at or above `path` that holds a `rocky.toml`.
pub fn nearest_project_root(path: &Path) -> Option<PathBuf> {
    rocky_compiler::base_db::os::nearest_project_root(path)
}
