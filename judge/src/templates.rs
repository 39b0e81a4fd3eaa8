//! The shapes of expressions, read from `data/expressions.txt`.

use std::collections::BTreeMap;

const TEXT: &str = include_str!("../data/expressions.txt");

/// A shape: `abs({num})`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Template {
    /// What the expression serves as.
    pub(crate) kind: &'static str,
    pub(crate) text: &'static str,
}

#[derive(Debug, Default)]
pub(crate) struct Templates {
    by_class: BTreeMap<&'static str, Vec<Template>>,
    by_kind: BTreeMap<(&'static str, &'static str), Vec<Template>>,
}

impl Templates {
    pub(crate) fn read() -> Templates {
        let mut templates = Templates::default();
        let mut class = "scalar";
        for line in TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                class = name;
            } else if let Some((kind, text)) = line.split_once(": ") {
                let template = Template { kind, text };
                templates.by_class.entry(class).or_default().push(template);
                templates.by_kind.entry((class, kind)).or_default().push(template);
            }
        }
        templates
    }

    /// All shapes of a class: `scalar`, `aggregate`, `window`.
    pub(crate) fn class(&self, class: &'static str) -> &[Template] {
        self.by_class.get(class).map_or(&[], Vec::as_slice)
    }

    /// The scalar shapes that give one kind.
    pub(crate) fn kind(&self, kind: &'static str) -> &[Template] {
        self.by_kind.get(&("scalar", kind)).map_or(&[], Vec::as_slice)
    }

    /// The kind of that name, as a name that lives as long as the program.
    pub(crate) fn known_kind(&self, name: &str) -> &'static str {
        self.by_class
            .values()
            .flatten()
            .map(|template| template.kind)
            .find(|kind| *kind == name)
            .unwrap_or("any")
    }
}
