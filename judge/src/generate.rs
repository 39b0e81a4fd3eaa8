//! Random queries over a world. They are meant to be right; DuckDB decides whether they are.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::random::Random;
use crate::templates::{Template, Templates};
use crate::world::World;

mod forms;
mod set_operations;
mod sources;

/// Marks around each reference to a column, for the mutations; taken out before anybody reads the text.
pub(crate) const OPEN: char = '\u{1}';
pub(crate) const CLOSE: char = '\u{2}';
/// Before each key of a GROUP BY.
pub(crate) const KEY: char = '\u{3}';
/// After the FROM clause of a query, where WHERE may stand.
pub(crate) const WHERE: char = '\u{4}';

/// A query as text with marks.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    pub(crate) marked: String,
    /// What stands behind an output column, by its name: the shape of its expression.
    pub(crate) shapes: BTreeMap<String, &'static str>,
}

impl Query {
    pub(crate) fn sql(&self) -> String {
        without_marks(&self.marked)
    }
}

pub(crate) fn without_marks(marked: &str) -> String {
    marked.replace([OPEN, CLOSE, KEY, WHERE], "")
}

/// What a name in scope stands for.
#[derive(Debug, Clone)]
struct Known {
    name: String,
    kind: &'static str,
}

impl Known {
    fn int(name: &str) -> Known {
        Known { name: name.to_owned(), kind: "int" }
    }
}

#[derive(Debug, Clone)]
struct Relation {
    alias: String,
    columns: Vec<Known>,
}

/// A select list with what it gives.
struct Items {
    text: Vec<String>,
    columns: Vec<Known>,
}

pub(crate) struct Generator<'a> {
    world: &'a World,
    templates: &'a Templates,
    random: Random,
    aliases: usize,
    names: usize,
    /// Whether the query being made is read by another one: then each item needs a name.
    nested: bool,
    ctes: Vec<Relation>,
    shapes: BTreeMap<String, &'static str>,
}

impl<'a> Generator<'a> {
    pub(crate) fn query(world: &'a World, templates: &'a Templates, random: Random) -> Query {
        let mut generator = Generator {
            world,
            templates,
            random,
            aliases: 0,
            names: 0,
            nested: false,
            ctes: Vec::new(),
            shapes: BTreeMap::new(),
        };
        let mut ctes = Vec::new();
        if generator.random.percent(20) {
            for number in 0..1 + generator.random.below(2) {
                let (query, columns) = generator.select(1);
                ctes.push((format!("q{number}"), query));
                generator.ctes.push(Relation { alias: format!("q{number}"), columns });
            }
        }
        let body = match generator.random.below(100) {
            0..12 => generator.set_operation(),
            _ => generator.select(0).0,
        };
        // DuckDB does not look at what nobody reads, so it says nothing of it.
        let mut marked = body;
        let mut kept = Vec::new();
        for (name, query) in ctes.into_iter().rev() {
            let read = format!(" {name} AS ");
            if marked.contains(&read) || kept.iter().any(|kept: &String| kept.contains(&read)) {
                kept.insert(0, format!("{name} AS ({query})"));
            }
        }
        if !kept.is_empty() {
            marked = format!("WITH {} {marked}", kept.join(", "));
        }
        Query { marked, shapes: generator.shapes }
    }

    fn select(&mut self, depth: usize) -> (String, Vec<Known>) {
        if self.random.percent(25) {
            self.nested = depth > 0;
            return self.rare(depth);
        }
        let (from, scope) = self.from(depth);
        self.nested = depth > 0;
        match self.random.below(100) {
            0..22 => self.grouped(&from, &scope),
            22..37 => self.star(&from, &scope, depth),
            _ => self.plain(&from, &scope),
        }
    }

    fn plain(&mut self, from: &str, scope: &[Relation]) -> (String, Vec<Known>) {
        let mut items = Items { text: Vec::new(), columns: Vec::new() };
        for _ in 0..1 + self.random.below(4) {
            let class = if self.random.percent(12) { "window" } else { "scalar" };
            let depth = *self.random.pick(&[1, 1, 1, 2, 2, 3]);
            if self.random.percent(20) {
                let column = self.column(None, scope);
                self.item(column, "a column", true, &mut items);
            } else {
                self.shape(class, depth, scope, &mut items);
            }
        }
        let distinct = if self.random.percent(8) { "DISTINCT " } else { "" };
        let mut text = format!("SELECT {distinct}{} {from}", items.text.join(", "));
        self.filter(&mut text, scope);
        if distinct.is_empty() && self.random.percent(4) {
            let key = self.expression("int", 0, scope);
            let _ = write!(text, " QUALIFY row_number() OVER (ORDER BY {key}) = 1");
        }
        self.order(&mut text, items.columns.len());
        (text, items.columns)
    }

    fn star(&mut self, from: &str, scope: &[Relation], depth: usize) -> (String, Vec<Known>) {
        let single = scope.len() == 1;
        let relation = self.random.pick(scope).clone();
        let nested = depth > 0;
        if nested && !single {
            return self.plain(from, scope);
        }
        let mut columns = relation.columns.clone();
        let star = match self.random.below(10) {
            0..3 if single => "*".to_owned(),
            0..4 => format!("{}.*", relation.alias),
            4 if single && columns.len() > 1 => {
                let gone = columns.remove(self.random.below(columns.len()));
                format!("* EXCLUDE ({})", gone.name)
            }
            5 if single => {
                let place = self.random.below(columns.len());
                let kind = columns[place].kind;
                let value = self.expression(kind, 1, scope);
                format!("* REPLACE ({value} AS {})", columns[place].name)
            }
            6 if single => {
                let place = self.random.below(columns.len());
                let old = std::mem::replace(&mut columns[place].name, "renamed".to_owned());
                format!("* RENAME ({old} AS renamed)")
            }
            7 if single && !nested => "COLUMNS(* EXCLUDE (id))".to_owned(),
            _ if !nested => "*".to_owned(),
            _ => format!("{}.*", relation.alias),
        };
        let mut items = Items { text: vec![star], columns };
        if self.random.percent(40) {
            self.shape("scalar", 1, scope, &mut items);
        }
        let mut text = format!("SELECT {} {from}", items.text.join(", "));
        self.filter(&mut text, scope);
        (text, items.columns)
    }

    fn grouped(&mut self, from: &str, scope: &[Relation]) -> (String, Vec<Known>) {
        let mut items = Items { text: Vec::new(), columns: Vec::new() };
        let mut keys = Vec::new();
        for _ in 0..self.random.below(3) {
            let key = if self.random.percent(70) {
                self.column(None, scope)
            } else {
                let kind = *self.random.pick(&["int", "text", "date"]);
                (self.expression(kind, 1, scope), kind)
            };
            if !keys.contains(&key.0) {
                keys.push(key.0.clone());
                self.item(key, "a key", true, &mut items);
            }
        }
        for _ in 0..1 + self.random.below(3) {
            let depth = *self.random.pick(&[1, 1, 2]);
            self.shape("aggregate", depth, scope, &mut items);
        }
        let mut text = format!("SELECT {} {from}", items.text.join(", "));
        self.filter(&mut text, scope);
        if !keys.is_empty() {
            let marked: Vec<String> = keys.iter().map(|key| format!("{KEY}{key}")).collect();
            let clause = match self.random.below(12) {
                0..6 => marked.join(", "),
                6..8 => (1..=keys.len()).map(|number| number.to_string()).collect::<Vec<_>>().join(", "),
                8 => "ALL".to_owned(),
                9 => format!("ROLLUP ({})", keys.join(", ")),
                10 => format!("CUBE ({})", keys.join(", ")),
                _ => format!("GROUPING SETS (({}), ())", keys.join(", ")),
            };
            let _ = write!(text, " GROUP BY {clause}");
        }
        if self.random.percent(20) {
            let argument = self.expression("int", 0, scope);
            let _ = write!(text, " HAVING max({argument}) > 1");
        }
        self.order(&mut text, items.columns.len());
        (text, items.columns)
    }

    fn filter(&mut self, text: &mut String, scope: &[Relation]) {
        text.push(WHERE);
        if self.random.percent(30) {
            let condition = if self.random.percent(40) {
                let column = self.column(None, scope).0;
                format!("{column} IS NOT NULL")
            } else {
                self.expression("bool", 1, scope)
            };
            let _ = write!(text, " WHERE {condition}");
        }
    }

    fn order(&mut self, text: &mut String, width: usize) {
        if self.random.percent(15) && width > 0 {
            let _ = write!(text, " ORDER BY {}", 1 + self.random.below(width));
            if self.random.percent(50) {
                let _ = write!(text, " DESC LIMIT {}", 1 + self.random.below(9));
            }
        }
    }

    fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("r{}", self.aliases)
    }

    /// A reference to a column of a kind if there is one, else a literal.
    fn column(&mut self, kind: Option<&'static str>, scope: &[Relation]) -> (String, &'static str) {
        let fits = |known: &Known| kind.is_none_or(|kind| serves(known.kind, kind));
        let found: Vec<(&Relation, &Known)> = scope
            .iter()
            .flat_map(|relation| relation.columns.iter().map(move |column| (relation, column)))
            .filter(|(_, column)| fits(column))
            .collect();
        if found.is_empty() {
            let kind = kind.unwrap_or("int");
            return (self.literal(kind), kind);
        }
        let (relation, column) = *self.random.pick(&found);
        let unique = scope
            .iter()
            .flat_map(|relation| &relation.columns)
            .filter(|other| other.name.eq_ignore_ascii_case(&column.name))
            .count()
            == 1;
        let text = if unique && self.random.percent(40) {
            column.name.clone()
        } else {
            format!("{}.{}", relation.alias, column.name)
        };
        (format!("{OPEN}{text}{CLOSE}"), column.kind)
    }

    fn literal(&mut self, kind: &str) -> String {
        let number = self.random.below(10);
        match kind {
            "dec" => format!("{number}.25"),
            "float" => format!("{number}.5::DOUBLE"),
            "text" => "'12'".to_owned(),
            "bool" => "TRUE".to_owned(),
            "date" => "DATE '2024-01-15'".to_owned(),
            "ts" => "TIMESTAMP '2024-01-15 10:00:00'".to_owned(),
            "tstz" => "TIMESTAMPTZ '2024-01-15 10:00:00+00'".to_owned(),
            "time" => "TIME '10:00:00'".to_owned(),
            "interval" => "INTERVAL 1 DAY".to_owned(),
            "blob" => "'ab'::BLOB".to_owned(),
            "uuid" => "'00000000-0000-0000-0000-000000000001'::UUID".to_owned(),
            "ilist" => "[1, 2]".to_owned(),
            "tlist" => "['a', 'b']".to_owned(),
            "struct" => "{'a': 1, 'b': 'x'}".to_owned(),
            "map" => "MAP {'k': 1}".to_owned(),
            "enum" => "'b'::ENUM('a', 'b', 'c')".to_owned(),
            "json" => "('{\"a\": 1}'::JSON)".to_owned(),
            "slist" => "[{'a': 1, 'b': 'x'}]".to_owned(),
            "array" => "([1, 2, 3]::INTEGER[3])".to_owned(),
            "farray" => "([1.5, 2, 3]::FLOAT[3])".to_owned(),
            "timetz" => "TIMETZ '10:00:00+01'".to_owned(),
            "bit" => "'0101'::BIT".to_owned(),
            _ => number.to_string(),
        }
    }

    /// An item of a random shape of a class.
    fn shape(&mut self, class: &'static str, depth: usize, scope: &[Relation], items: &mut Items) {
        let templates = self.templates;
        let template = *self.random.pick(templates.class(class));
        let text = self.fill(&template, depth, scope);
        let aliased = self.random.percent(80);
        self.item((text, template.kind), template.text, aliased, items);
    }

    fn item(&mut self, value: (String, &'static str), shape: &'static str, alias: bool, items: &mut Items) {
        if alias || self.nested {
            self.names += 1;
            let name = format!("x{}", self.names);
            items.text.push(format!("{} AS {name}", value.0));
            self.shapes.insert(name.clone(), shape);
            items.columns.push(Known { name, kind: value.1 });
        } else {
            items.text.push(value.0);
        }
    }

    fn expression(&mut self, kind: &'static str, depth: usize, scope: &[Relation]) -> String {
        let kind = match kind {
            "num" => *self.random.pick(&["int", "int", "dec", "float"]),
            "any" => *self.random.pick(&[
                "int", "int", "dec", "float", "text", "text", "bool", "date", "ts", "tstz", "time",
                "interval", "blob", "uuid", "ilist", "tlist", "struct", "map", "enum", "json", "slist",
                "array", "timetz", "bit",
            ]),
            kind => kind,
        };
        let templates = self.templates;
        let shapes = templates.kind(kind);
        if depth == 0 || shapes.is_empty() {
            return if self.random.percent(85) {
                self.column(Some(kind), scope).0
            } else {
                self.literal(kind)
            };
        }
        let template = *self.random.pick(shapes);
        let text = self.fill(&template, depth, scope);
        if stands_alone(&text) { text } else { format!("({text})") }
    }

    /// A shape with its places filled.
    fn fill(&mut self, template: &Template, depth: usize, scope: &[Relation]) -> String {
        let mut text = String::new();
        let mut rest = template.text;
        let mut same = "int";
        while let Some(start) = rest.find('{') {
            text.push_str(&rest[..start]);
            rest = &rest[start..];
            let place = rest[1..].find('}').map(|end| &rest[1..=end]);
            match place.filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase())) {
                Some(name) => {
                    rest = &rest[name.len() + 2..];
                    let value = self.place(name, depth - 1, &mut same, scope);
                    text.push_str(&value);
                }
                None => {
                    text.push('{');
                    rest = &rest[1..];
                }
            }
        }
        text.push_str(rest);
        text
    }

    fn place(&mut self, name: &str, depth: usize, same: &mut &'static str, scope: &[Relation]) -> String {
        match name {
            "n" => self.random.below(10).to_string(),
            "table" => self.random.pick(&self.world.tables).name.clone(),
            "structcol" => {
                let column = self.column(Some("struct"), scope).0;
                if column.starts_with(OPEN) { column } else { format!("({column})") }
            }
            "same" => self.expression(same, depth, scope),
            "any" => {
                *same = *self.random.pick(&[
                    "int", "int", "dec", "float", "text", "text", "bool", "date", "ts", "tstz", "interval",
                    "blob", "uuid", "ilist", "struct", "map", "enum", "slist", "array",
                ]);
                self.expression(same, depth, scope)
            }
            name => {
                let kind = if name == "num" { "num" } else { self.templates.known_kind(name) };
                self.expression(kind, depth, scope)
            }
        }
    }
}

fn serves(kind: &str, wanted: &str) -> bool {
    kind == wanted || wanted == "any" || (wanted == "num" && matches!(kind, "int" | "dec" | "float"))
}

/// Whether a text needs no parentheses as an operand: a call, a name, a number.
fn stands_alone(text: &str) -> bool {
    let Some(first) = text.find('(') else {
        return !text.contains(' ');
    };
    let call =
        text[..first].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && text.ends_with(')');
    let mut depth = 0usize;
    call && text[first..].char_indices().all(|(position, character)| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth > 0 || first + position + 1 == text.len()
    })
}
