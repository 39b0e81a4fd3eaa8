//! The relations a file reads, for headers and dependency graphs.

use rowan::TextRange;

use super::ast::{AnyDslItem, AnyStep, AstNode, DottedName, DslFile, Pipeline};
use super::text::range_of;

/// A relation that a pipeline reads and that is not one of its own `let` names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The name's parts, backticks removed.
    pub parts: Vec<String>,
    /// Whether a part is written in backticks.
    pub quoted: bool,
    /// Where the name stands.
    pub range: TextRange,
    /// Which step reads it.
    pub kind: ReferenceKind,
    /// The name of the binding whose pipeline reads it; `None` in the main pipeline.
    pub binding: Option<String>,
}

/// The step that reads a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// `from`
    From,
    /// Any kind of `join`.
    Join,
    /// `union`
    Union,
}

/// The relations that `file` reads, in the order of the text.
///
/// A bare name means an earlier `let` if there is one; a binding's own name inside its own body
/// means the model or table of that name.
pub fn dsl_references(file: &DslFile) -> Vec<Reference> {
    let mut bound: Vec<String> = Vec::new();
    let mut references = Vec::new();
    for item in file.items() {
        match item {
            AnyDslItem::LetBinding(binding) => {
                let name = binding.name().map(|name| name.text());
                if let Some(pipeline) = binding.pipeline() {
                    collect(&pipeline, name.as_deref(), &bound, &mut references);
                }
                bound.extend(name);
            }
            AnyDslItem::Pipeline(pipeline) => collect(&pipeline, None, &bound, &mut references),
        }
    }
    references
}

/// The relation name of a step, if it reads one.
pub(crate) fn relation_of(step: &AnyStep) -> Option<(DottedName, ReferenceKind)> {
    let (name, kind) = match step {
        AnyStep::FromStep(step) => (step.dotted_name(), ReferenceKind::From),
        AnyStep::JoinStep(step) => (step.dotted_name(), ReferenceKind::Join),
        AnyStep::UnionStep(step) => (step.dotted_name(), ReferenceKind::Union),
        _ => return None,
    };
    Some((name?, kind))
}

fn collect(pipeline: &Pipeline, binding: Option<&str>, bound: &[String], out: &mut Vec<Reference>) {
    for (name, kind) in pipeline.steps().filter_map(|step| relation_of(&step)) {
        let parts = name.texts();
        if let [single] = parts.as_slice()
            && bound.iter().any(|name| name.eq_ignore_ascii_case(single))
        {
            continue;
        }
        out.push(Reference {
            quoted: name.parts().any(|part| part.is_quoted()),
            range: range_of(name.syntax()),
            parts,
            kind,
            binding: binding.map(str::to_owned),
        });
    }
}
