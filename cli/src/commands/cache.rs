//! `rocky cache`: what earlier commands left in `.rocky/cache`. It never holds anything that cannot be computed
//! again, and is not the state of runs.

use crate::arguments::CacheCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::opened_project::ProjectOptions;
use crate::opening::{Opening, cache_folder, rows_path};
use crate::output::{CacheFunction, CacheOutput, CacheShare, CacheVerification, VERSION};
use crate::project_location::ProjectLocation;
use crate::render::cache_text;
use crate::session::Session;
use rocky_compiler::store::{self, RowStore, Share};
use std::path::Path;
use std::sync::Arc;

pub(super) fn execute(session: &Session<'_>, command: &CacheCommand) -> Result<Exit, Failure> {
    let location = ProjectLocation::find(session)?;
    location.require_config()?;
    let folder = cache_folder(&location.root);
    let (action, moved, verification) = match command {
        CacheCommand::Stats => ("stats", None, None),
        CacheCommand::Verify => ("verify", None, Some(verify(session, &location)?)),
        CacheCommand::Clear => {
            clear(&location, &folder)?;
            ("clear", None, None)
        }
        CacheCommand::Export { file } => ("export", Some(export(&location, &folder, file)?), None),
        CacheCommand::Import { file } => ("import", Some(import(&location, &folder, file)?), None),
    };
    let failed = verification.is_some_and(|verification| verification.wrong > 0);
    let document = document(&location, &folder, action, moved, verification);
    if session.json() {
        session.terminal.document(&document);
    } else {
        session.terminal.out(&cache_text::render(&document));
    }
    Ok(if failed { Exit::Failure } else { Exit::Success })
}

fn document(
    location: &ProjectLocation,
    folder: &Path,
    action: &'static str,
    moved_rows: Option<u64>,
    verification: Option<CacheVerification>,
) -> CacheOutput {
    let contents = store::contents(folder);
    let share = |share: Share| CacheShare { files: share.files, bytes: share.bytes };
    let rows = if contents.rows.files > 0 { RowStore::open(&rows_path(folder)) } else { None };
    let functions = rows.map(|rows| rows.rows_by_function()).unwrap_or_default();
    CacheOutput {
        version: VERSION,
        command: "cache",
        action,
        folder: location.shown(".rocky/cache"),
        stamps: share(contents.stamps),
        images: share(contents.images),
        outcomes: share(contents.outcomes),
        rows: share(contents.rows),
        unfinished: share(contents.unfinished),
        functions: functions
            .into_iter()
            .map(|of| CacheFunction { name: of.name, version: of.version, rows: of.rows, bytes: of.bytes })
            .collect(),
        moved_rows,
        verification,
    }
}

/// Compiles without using anything, and holds what comes out against what is kept.
fn verify(session: &Session<'_>, location: &ProjectLocation) -> Result<CacheVerification, Failure> {
    let opening = Opening::begin_at(session, location.clone(), ProjectOptions::default())?;
    let rows = RowStore::open_to_compare(&rows_path(&cache_folder(&location.root))).map(Arc::new);
    let project = opening.open_with(rows.clone());
    project.snapshot().compile(&mut |_| {});
    let image = project.host().compare_image();
    let rows = rows.map(|rows| rows.statistics()).unwrap_or_default();
    Ok(CacheVerification {
        rows_compared: rows.compared,
        models_compared: image.compared,
        wrong: rows.wrong + image.wrong,
    })
}

fn clear(location: &ProjectLocation, folder: &Path) -> Result<(), Failure> {
    match store::clear(folder) {
        0 => Ok(()),
        failed => Err(Failure::new(format!(
            "{failed} files in '{}' could not be deleted",
            location.shown(".rocky/cache")
        ))
        .with_help("check the rights of the folder, or delete it yourself: nothing is lost")),
    }
}

fn export(location: &ProjectLocation, folder: &Path, file: &Path) -> Result<u64, Failure> {
    let rows = rows_path(folder).is_file().then(|| RowStore::open(&rows_path(folder))).flatten();
    let Some(rows) = rows else {
        return Err(Failure::new(format!(
            "'{}' holds no results that could be exported",
            location.shown(".rocky/cache")
        ))
        .with_help("'rocky compile' makes some"));
    };
    rows.export(file).ok_or_else(|| {
        Failure::new(format!("'{}' cannot be written", file.display()))
            .with_help("name a file in a folder that exists")
    })
}

fn import(location: &ProjectLocation, folder: &Path, file: &Path) -> Result<u64, Failure> {
    let Some(rows) = RowStore::open(&rows_path(folder)) else {
        return Err(Failure::new(format!("'{}' cannot be written", location.shown(".rocky/cache")))
            .with_help("check the rights of the folder"));
    };
    rows.import(file).ok_or_else(|| {
        Failure::new(format!("'{}' is not a whole export of 'rocky cache export'", file.display()))
            .with_help("export it again, with a version of Rocky that this one understands")
    })
}
