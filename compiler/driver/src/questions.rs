//! What a compilation asked the world beside the texts of its files.

use rocky_base_db::{Digest, DigestWriter, DirEntryKind, FilePath, System};
use std::collections::BTreeSet;

/// Questions, without their answers: an answer may be a secret, a question is not. Whoever uses an earlier
/// outcome asks them again and compares the digest of all answers.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Questions {
    /// Environment variables.
    pub variables: BTreeSet<String>,
    /// Places at which something may stand.
    pub places: BTreeSet<FilePath>,
}

impl Questions {
    /// The digest of the questions and of what the world answers now.
    pub fn answers(&self, system: &dyn System) -> Digest {
        let mut digest = DigestWriter::new();
        digest.number(self.variables.len() as u64);
        for name in &self.variables {
            digest.text(name);
            match system.variable(name) {
                Some(value) => digest.number(1).text(&value),
                None => digest.number(0),
            };
        }
        digest.number(self.places.len() as u64);
        for place in &self.places {
            digest.text(place.as_str());
            match system.kind(place) {
                Ok(None) => digest.number(0),
                Ok(Some(DirEntryKind::File)) => digest.number(1),
                Ok(Some(DirEntryKind::Folder)) => digest.number(2),
                Err(failure) => digest.number(3).text(&format!("{failure:?}")),
            };
        }
        digest.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Questions;
    use rocky_base_db::FilePath;
    use rocky_base_db::testing::MemorySystem;

    #[test]
    fn every_answer_counts() {
        let system = MemorySystem::with_files([("a/b.sql", "")]);
        let questions = Questions {
            variables: ["HOST".to_owned()].into(),
            places: ["a", "a/b.sql", "c"].map(FilePath::new).into(),
        };
        let mut seen = vec![questions.answers(&system)];
        let note = |seen: &mut Vec<_>| {
            let answers = questions.answers(&system);
            assert!(!seen.contains(&answers));
            seen.push(answers);
        };
        system.set_variable("HOST", "");
        note(&mut seen);
        system.set_variable("HOST", "x");
        note(&mut seen);
        system.write("c", "");
        note(&mut seen);
        system.fail("c", "permission denied");
        note(&mut seen);
        system.remove("a/b.sql");
        note(&mut seen);
        system.set_variable("OTHER", "y");
        assert_eq!(questions.answers(&system), seen[5]);
    }
}
