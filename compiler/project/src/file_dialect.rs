//! Whose SQL a file is, model or not.

use crate::inputs::Project;
use crate::{layout, model_config, model_scopes};
use rocky_base_db::{Db, FilePath};
use rocky_syntax::DialectKind;

/// The dialect of a SQL file: a model's own; any other file speaks the project's only dialect, if it has one.
pub fn file_dialect(db: &dyn Db, path: &FilePath) -> DialectKind {
    let project = Project::get(db);
    if let Some((file, _)) = layout(db, project).models.get(path) {
        return model_config(db, *file).dialect;
    }
    match model_scopes(db, project).dialects.as_slice() {
        [(_, dialect), rest @ ..] if rest.iter().all(|(_, other)| other == dialect) => *dialect,
        _ => DialectKind::Permissive,
    }
}
