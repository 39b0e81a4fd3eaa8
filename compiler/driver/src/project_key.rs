//! Everything that the outcome of compiling a project depends on.

use rocky_base_db::{Digest, DigestWriter, FilePath};
use rocky_project::LoadOptions;

/// A part of a [`ProjectKey`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum KeyPart {
    Build,
    Models,
    Contracts,
    Dialect,
    ConfigOptional,
    Config,
    Files,
    Problems,
    Answers,
}

impl KeyPart {
    #[cfg(test)]
    pub(crate) const ALL: [KeyPart; 9] = [
        KeyPart::Build,
        KeyPart::Models,
        KeyPart::Contracts,
        KeyPart::Dialect,
        KeyPart::ConfigOptional,
        KeyPart::Config,
        KeyPart::Files,
        KeyPart::Problems,
        KeyPart::Answers,
    ];
}

/// The inputs of a compilation. [`ProjectKey::digest`] takes the value apart by name, so that a new field that
/// is not part of the digest does not compile.
pub(crate) struct ProjectKey<'a> {
    /// Which build of the tool.
    pub(crate) build: &'a str,
    /// What the command line says.
    pub(crate) load: &'a LoadOptions,
    /// Path, digest and status of the configuration.
    pub(crate) config: Digest,
    /// Path, digest and status of every other file.
    pub(crate) files: Digest,
    /// What could not be walked.
    pub(crate) problems: Digest,
    /// What the world answered beside that.
    pub(crate) answers: Digest,
    /// A part that is left out, in the test that shows that none may be.
    pub(crate) without: Option<KeyPart>,
}

impl ProjectKey<'_> {
    pub(crate) fn digest(&self) -> Digest {
        let ProjectKey { build, load, config, files, problems, answers, without } = self;
        let LoadOptions { models, contracts, dialect, config_optional } = load;
        let mut digest = DigestWriter::new();
        let mut add = |part: KeyPart, write: &dyn Fn(&mut DigestWriter)| {
            if *without != Some(part) {
                write(&mut digest);
            }
            digest.number(part as u64);
        };
        add(KeyPart::Build, &|digest| {
            digest.text(build);
        });
        add(KeyPart::Models, &|digest| write_path(digest, models.as_ref()));
        add(KeyPart::Contracts, &|digest| write_path(digest, contracts.as_ref()));
        add(KeyPart::Dialect, &|digest| {
            digest.text(dialect.map_or("", |dialect| dialect.name()));
        });
        add(KeyPart::ConfigOptional, &|digest| {
            digest.number(u64::from(*config_optional));
        });
        for (part, of) in [
            (KeyPart::Config, config),
            (KeyPart::Files, files),
            (KeyPart::Problems, problems),
            (KeyPart::Answers, answers),
        ] {
            add(part, &|digest| {
                digest.digest(*of);
            });
        }
        digest.finish()
    }
}

fn write_path(digest: &mut DigestWriter, path: Option<&FilePath>) {
    match path {
        Some(path) => digest.number(1).text(path.as_str()),
        None => digest.number(0),
    };
}

#[cfg(test)]
mod tests {
    use super::KeyPart;
    use crate::project_files::{CacheOptions, ProjectFiles};
    use crate::questions::Questions;
    use rocky_base_db::testing::MemorySystem;
    use rocky_base_db::{Digest, FilePath};
    use rocky_project::LoadOptions;
    use rocky_syntax::DialectKind;
    use std::sync::Arc;

    const CONFIG: &str = "[adapter.a]\ntype = \"duckdb\"\npath = \"${FILE:-x}\"\n";

    /// The key of a project after a change of its world or of the command line.
    fn key_after(
        without: Option<KeyPart>,
        change: impl Fn(&MemorySystem, &mut LoadOptions, &mut CacheOptions),
    ) -> Digest {
        let system = MemorySystem::with_files([
            ("rocky.toml", CONFIG),
            ("models/a.sql", "SELECT 1 AS a"),
            ("other/b.sql", "SELECT 2 AS b"),
        ]);
        let mut load = LoadOptions::default();
        let folder = tempfile::tempdir().unwrap();
        let mut cache =
            CacheOptions { folder: folder.path().to_owned(), build: "1".to_owned(), trust_stamps: true };
        change(&system, &mut load, &mut cache);
        let files = ProjectFiles::look(Arc::new(system), FilePath::new("rocky.toml"), load, Some(cache));
        // The same question in all cases: which ones are asked depends on what was found.
        let questions = Questions { variables: ["FILE".to_owned()].into(), ..Questions::default() };
        files.key_of(&questions, without).unwrap().digest()
    }

    type Change = fn(&MemorySystem, &mut LoadOptions, &mut CacheOptions);

    /// Each changes what a compilation says, and nothing but the part that it names.
    const CHANGES: [(KeyPart, Change); 11] = [
        (KeyPart::Build, |_, _, cache| cache.build = "2".to_owned()),
        // The folder is the same one, but other findings follow from naming it.
        (KeyPart::Models, |_, load, _| load.models = Some(FilePath::new("models"))),
        (KeyPart::Contracts, |_, load, _| load.contracts = Some(FilePath::new("contracts"))),
        (KeyPart::Dialect, |_, load, _| load.dialect = Some(DialectKind::Snowflake)),
        (KeyPart::ConfigOptional, |_, load, _| load.config_optional = true),
        (KeyPart::Config, |system, _, _| system.write("rocky.toml", format!("{CONFIG}# note\n"))),
        (KeyPart::Files, |system, _, _| system.write("models/a.sql", "SELECT 2 AS a")),
        (KeyPart::Files, |system, _, _| {
            system.remove("models/a.sql");
            system.write("models/b.sql", "SELECT 1 AS a");
        }),
        (KeyPart::Files, |system, _, _| system.fail("models/a.sql", "permission denied")),
        (KeyPart::Problems, |system, _, _| system.write("macros/readme.txt", "")),
        (KeyPart::Answers, |system, _, _| system.set_variable("FILE", "y")),
    ];

    #[test]
    fn every_change_gives_another_key() {
        let mut keys = vec![key_after(None, |_, _, _| {})];
        assert_eq!(key_after(None, |_, _, _| {}), keys[0], "a key depends on nothing else");
        for (part, change) in CHANGES {
            let key = key_after(None, change);
            assert!(!keys.contains(&key), "{part:?}");
            keys.push(key);
        }
    }

    #[test]
    fn no_part_of_the_key_can_be_left_out() {
        for part in KeyPart::ALL {
            let unchanged = key_after(Some(part), |_, _, _| {});
            let mut of_part = CHANGES.iter().filter(|(other, _)| *other == part).peekable();
            assert!(of_part.peek().is_some(), "no change is about {part:?}");
            for (_, change) in of_part {
                assert_eq!(key_after(Some(part), change), unchanged, "{part:?} is covered by another part");
            }
        }
    }
}
