//! How a project wants its files laid out.

use crate::Analysis;
use rocky_compiler::base_db::FilePath;
use rocky_compiler::project::{FormatSettings, config_document, file_dialect};
use rocky_compiler::syntax::DialectKind;

impl Analysis {
    /// What `[format]` of `rocky.toml` says.
    pub fn format_settings(&self) -> FormatSettings {
        config_document(self.db(), self.host().project()).config.format
    }

    /// Whose SQL a file is.
    pub fn sql_dialect(&self, path: &FilePath) -> DialectKind {
        file_dialect(self.db(), path)
    }
}
