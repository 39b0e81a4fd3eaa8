//! Which state file, and what is wrong with it.

use crate::failure::Failure;
use crate::log::Log;
use crate::project_location::ProjectLocation;
use crate::session::Session;
use rocky_engine::state::{StateError, StateStore};
use std::path::PathBuf;

/// The name beside the configuration.
const STATE_NAME: &str = ".rocky-state.redb";

/// The file of `--state-path`; else the one beside the configuration; else, if that is not there but exactly one of
/// the places of earlier versions has one, that one, which is said once.
pub(crate) fn path(session: &Session<'_>, location: &ProjectLocation, log: &Log<'_>) -> PathBuf {
    if let Some(path) = &session.global.state_path {
        return path.clone();
    }
    let beside_config = location.root.join(STATE_NAME);
    // An answer that cannot be had counts as "there": then nothing else is taken in its place.
    if beside_config.try_exists().unwrap_or(true) {
        return beside_config;
    }
    let mut earlier: Vec<PathBuf> =
        [location.working_directory.join(STATE_NAME), location.root.join("models").join(STATE_NAME)].into();
    earlier.retain(|path| *path != beside_config && path.is_file());
    match earlier.as_slice() {
        [only] => {
            log.warn(&format!(
                "the state file {} is used; there is none beside the configuration",
                only.display()
            ));
            only.clone()
        }
        _ => beside_config,
    }
}

/// Opens the file for a run.
pub(crate) fn open(
    session: &Session<'_>,
    location: &ProjectLocation,
    log: &Log<'_>,
) -> Result<StateStore, Failure> {
    let path = path(session, location, log);
    StateStore::open(&path, "rocky run").map_err(|error| failure(&error))
}

/// A failure for an error of the state file. The codes are E110 to E113.
pub(crate) fn failure(error: &StateError) -> Failure {
    let code = match error {
        StateError::Locked { .. } => "E110",
        StateError::Io { .. } => "E111",
        StateError::Corrupt { .. } => "E112",
        StateError::Version { .. } => "E113",
    };
    Failure::new(error.to_string()).with_code(code).with_help(error.hint())
}

#[cfg(test)]
mod tests {
    use super::failure;
    use expect_test::expect;
    use rocky_engine::state::StateError;
    use std::path::PathBuf;

    #[test]
    fn a_damaged_file_says_what_to_do() {
        let error = StateError::Corrupt { path: PathBuf::from("a.redb"), reason: "bad magic".to_owned() };
        expect![[r#"
            Error[E112]: the state file a.redb is damaged: bad magic

              help: nothing was changed. Put back a copy of a.redb, or move it away to start anew: incremental models go on from what is in their tables; run history and resume points are lost
        "#]].assert_eq(&failure(&error).render());
    }

    #[test]
    fn every_trouble_has_its_code() {
        let path = || PathBuf::from("a.redb");
        let code = |error: StateError| failure(&error).details.code.clone().unwrap_or_default();
        assert_eq!(code(StateError::Locked { path: path(), holder: "another run".to_owned() }), "E110");
        let reason = "it is a folder".to_owned();
        assert_eq!(code(StateError::Io { action: "open", path: path(), reason }), "E111");
        assert_eq!(code(StateError::Version { path: path(), writer: "version 9".to_owned() }), "E113");
    }
}
