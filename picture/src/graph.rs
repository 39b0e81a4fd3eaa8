//! What is to be drawn.

/// A box: a title and rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Box {
    /// The title.
    pub title: String,
    /// A word beside the title, such as `external`.
    pub note: String,
    /// Whether it is what the picture is about.
    pub is_subject: bool,
    /// Whether it is drawn as something outside.
    pub is_outside: bool,
    /// The rows.
    pub rows: Vec<Row>,
    /// How many further rows are not shown.
    pub hidden_rows: usize,
}

/// A row of a box.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// A word beside the name, such as a type.
    pub note: String,
    /// Whether it is what the picture is about.
    pub is_subject: bool,
}

/// Where an arrow begins or ends: a row of a box, or the box as a whole.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct End {
    /// Number of the box.
    pub in_box: usize,
    /// Number of the row.
    pub row: Option<usize>,
}

/// How an arrow is drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ArrowKind {
    /// A solid line: values flow.
    Flow,
    /// A dashed line: it decides about rows.
    Influence,
}

/// An arrow.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Arrow {
    /// Where it begins.
    pub from: End,
    /// Where it ends.
    pub to: End,
    /// How it is drawn.
    pub kind: ArrowKind,
    /// What is said when one points at it.
    pub label: String,
}

/// What is to be drawn. Arrows that name boxes or rows that do not exist are left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Graph {
    /// What the picture shows.
    pub title: String,
    /// The boxes.
    pub boxes: Vec<Box>,
    /// The arrows.
    pub arrows: Vec<Arrow>,
}

impl Graph {
    /// The arrows whose ends exist and differ, sorted, each once.
    pub(crate) fn sound_arrows(&self) -> Vec<&Arrow> {
        let exists = |end: &End| {
            let found = self.boxes.get(end.in_box);
            found.is_some_and(|found| end.row.is_none_or(|row| row < found.rows.len()))
        };
        let mut arrows: Vec<&Arrow> = self
            .arrows
            .iter()
            .filter(|arrow| exists(&arrow.from) && exists(&arrow.to))
            .filter(|arrow| arrow.from.in_box != arrow.to.in_box)
            .collect();
        arrows.sort();
        arrows.dedup();
        arrows
    }
}
