//! Schema patterns: how the name of a source schema says whose data it holds.

use smol_str::SmolStr;

/// `prefix`, `separator` and the names of the parts between.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct SchemaPattern {
    /// What a managed schema starts with.
    pub prefix: SmolStr,
    /// What separates the parts.
    pub separator: SmolStr,
    /// The parts as written, such as `client` or `region...`.
    pub components: Vec<SmolStr>,
}

/// The value of one component of a parsed schema name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ComponentValue {
    /// One segment.
    One(SmolStr),
    /// The segments of a `name...` component.
    Many(Vec<SmolStr>),
}

/// The values of all components by name, in the pattern's order.
pub type ComponentValues = Vec<(SmolStr, ComponentValue)>;

impl ComponentValue {
    /// Its segments.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        let segments = match self {
            ComponentValue::One(segment) => std::slice::from_ref(segment),
            ComponentValue::Many(segments) => segments.as_slice(),
        };
        segments.iter().map(SmolStr::as_str)
    }
}

/// Why a schema name does not fit a pattern.
#[derive(Clone, PartialEq, Eq, Hash, Debug, thiserror::Error)]
pub enum PatternMismatch {
    /// It does not start with the prefix: not ours, no error.
    #[error("it does not start with the prefix")]
    Unmanaged,
    /// Fewer segments than components.
    #[error("it has too few segments: {found}, and the pattern needs at least {needed}")]
    NotEnoughSegments {
        /// Segments in the name.
        found: usize,
        /// Components of the pattern.
        needed: usize,
    },
    /// More segments than components, and none takes several.
    #[error(
        "it has {found} segments, but the pattern has only {taken} components and none of them takes several"
    )]
    TooManySegments {
        /// Segments in the name.
        found: usize,
        /// Components of the pattern.
        taken: usize,
    },
    /// Two separators in a row, or one at the end.
    #[error("one of its segments is empty")]
    EmptySegment,
}

const MANY: &str = "...";

impl SchemaPattern {
    /// The component names without `...`.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.components.iter().map(|component| component.strip_suffix(MANY).unwrap_or(component))
    }

    /// What is wrong with the pattern, each as a reason; `is_warning` marks what is merely odd.
    pub fn problems(&self) -> Vec<PatternProblem> {
        let mut problems = Vec::new();
        let mut error = |message: String| problems.push(PatternProblem { message, is_warning: false });
        if self.separator.is_empty() {
            error("the separator is empty, so names cannot be split".to_owned());
        }
        for (index, component) in self.components.iter().enumerate() {
            let name = component.strip_suffix(MANY).unwrap_or(component);
            if name.is_empty() {
                error(format!("component '{component}' has no name"));
            } else if name == "id" {
                error(
                    "no component may be called 'id', which `--filter id=…` uses for the connector"
                        .to_owned(),
                );
            } else if self.names().take(index).any(|earlier| earlier == name) {
                error(format!("component '{name}' appears twice"));
            }
        }
        let many = self.components.iter().filter(|component| component.ends_with(MANY)).count();
        if many > 1 {
            error(format!("{many} components end with `...`, but only one can take several segments"));
        }
        if self.components.is_empty() {
            let message = "it has no components, so every schema counts as the same one".to_owned();
            problems.push(PatternProblem { message, is_warning: true });
        }
        problems
    }

    /// Splits a schema name into the values of the components, in component order.
    ///
    /// # Errors
    /// [`PatternMismatch`] says why it does not fit.
    pub fn parse(&self, schema: &str) -> Result<ComponentValues, PatternMismatch> {
        let rest = schema.strip_prefix(self.prefix.as_str()).ok_or(PatternMismatch::Unmanaged)?;
        let segments: Vec<&str> = if rest.is_empty() {
            Vec::new()
        } else if self.separator.is_empty() {
            vec![rest]
        } else {
            rest.split(self.separator.as_str()).collect()
        };
        let needed = self.components.len();
        if segments.len() < needed {
            return Err(PatternMismatch::NotEnoughSegments { found: segments.len(), needed });
        }
        if segments.iter().any(|segment| segment.is_empty()) {
            return Err(PatternMismatch::EmptySegment);
        }
        let mut at = 0;
        let mut values = Vec::with_capacity(needed);
        for (index, component) in self.components.iter().enumerate() {
            let value = match component.strip_suffix(MANY) {
                Some(_) => {
                    let later = needed - index - 1;
                    let end = segments.len() - later;
                    let many = segments[at..end].iter().map(SmolStr::new).collect();
                    at = end;
                    ComponentValue::Many(many)
                }
                None => {
                    at += 1;
                    ComponentValue::One(SmolStr::new(segments[at - 1]))
                }
            };
            values.push((SmolStr::new(component.strip_suffix(MANY).unwrap_or(component)), value));
        }
        if at < segments.len() {
            return Err(PatternMismatch::TooManySegments { found: segments.len(), taken: needed });
        }
        Ok(values)
    }
}

/// Something wrong with a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PatternProblem {
    /// What is wrong.
    pub message: String,
    /// Whether the pattern can be used all the same.
    pub is_warning: bool,
}

/// A placeholder of a template: `{name}` or `{name:SEP}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TemplatePlaceholder<'t> {
    /// The component's name.
    pub name: &'t str,
    /// The separator it pins.
    pub separator: Option<&'t str>,
    /// Where it stands in the template, braces included.
    pub range: std::ops::Range<usize>,
}

/// The placeholders of a template, in order.
pub fn template_placeholders(template: &str) -> Vec<TemplatePlaceholder<'_>> {
    let mut placeholders = Vec::new();
    let mut at = 0;
    while let Some(open) = template[at..].find('{').map(|offset| at + offset) {
        let Some(length) = template[open..].find('}') else { break };
        let inner = &template[open + 1..open + length];
        at = open + length + 1;
        let (name, separator) = match inner.split_once(':') {
            Some((name, separator)) => (name, Some(separator)),
            None => (inner, None),
        };
        placeholders.push(TemplatePlaceholder { name, separator, range: open..at });
    }
    placeholders
}

/// Fills a template in one pass. Several values are joined with `separator` unless the placeholder pins
/// one; unknown placeholders stay as they are (V064 reports them).
pub fn fill_template(template: &str, values: &[(SmolStr, ComponentValue)], separator: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut copied = 0;
    for placeholder in template_placeholders(template) {
        let Some((_, value)) = values.iter().find(|(name, _)| name == placeholder.name) else { continue };
        out.push_str(&template[copied..placeholder.range.start]);
        match value {
            ComponentValue::One(text) => out.push_str(text),
            ComponentValue::Many(texts) => {
                out.push_str(&texts.join(placeholder.separator.unwrap_or(separator)));
            }
        }
        copied = placeholder.range.end;
    }
    out.push_str(&template[copied..]);
    out
}
