//! What is known of all findings before anything was computed: a project that is as the compilation before saw
//! it has the findings that it had.

use crate::image::Image;
use crate::project_files::ProjectFiles;
use rocky_base_db::{Diagnostic, FilePath, sort_diagnostics};
use std::collections::BTreeMap;

/// All findings of an unchanged project, by file.
#[derive(Debug, Default)]
pub(crate) struct KnownFindings {
    by_file: BTreeMap<FilePath, Vec<Diagnostic>>,
}

impl KnownFindings {
    /// What the image says, if it is of exactly these files.
    pub(crate) fn of(files: &ProjectFiles) -> Option<KnownFindings> {
        let image = Image::read(files.cache.as_ref()?)?;
        if files.key(&image.head.questions)? != image.head.key {
            return None;
        }
        let findings = image.findings()?.into_iter().map(|known| known.finding);
        // The precise findings of `rocky.toml` say what the summary for batch commands says.
        let findings = findings.filter(|finding| finding.code.as_str() != "V001");
        let mut by_file: BTreeMap<FilePath, Vec<Diagnostic>> = BTreeMap::new();
        for finding in findings.chain(image.settings_findings()?) {
            by_file.entry(finding.file.clone()).or_default().push(finding);
        }
        by_file.values_mut().for_each(sort_diagnostics);
        Some(KnownFindings { by_file })
    }

    /// The findings of a file.
    pub(crate) fn of_file(&self, path: &FilePath) -> Vec<Diagnostic> {
        self.by_file.get(path).cloned().unwrap_or_default()
    }

    /// The findings of every file that has some.
    pub(crate) fn all(&self) -> Vec<(FilePath, Vec<Diagnostic>)> {
        self.by_file.iter().map(|(path, findings)| (path.clone(), findings.clone())).collect()
    }
}
