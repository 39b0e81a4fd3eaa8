//! Projects of any size that look like real ones and are the same on every machine.
//!
//! Four layers (sources, staging, intermediate, marts); 89 % of the models are SQL and 11 % the Rocky DSL; a SQL
//! model has about 500 bytes; each model has a sidecar. The models use star expansion, CTEs, windows, CASE, casts
//! and joins, they are free of errors, and they run: `data/seed.sql` makes the tables that the first layer reads.
//!
//! Figures of different versions compare only while this shape stays as it is.

use std::fs;
use std::io;
use std::path::Path;

mod dsl;
mod random;
mod sql;

use random::Random;

/// Of a hundred models, so many are written in the DSL.
const DSL_PERCENT: usize = 11;
/// Models of one folder.
const FOLDER_SIZE: usize = 250;
const DOMAINS: [&str; 8] =
    ["orders", "customers", "payments", "shipments", "returns", "visits", "invoices", "tickets"];

/// A file of a generated project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Relative to the project.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// The layers, in the order in which data flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Sources,
    Staging,
    Intermediate,
    Marts,
}

impl Layer {
    const ALL: [Self; 4] = [Self::Sources, Self::Staging, Self::Intermediate, Self::Marts];

    /// Of a hundred models, so many are in this layer.
    const fn percent(self) -> usize {
        match self {
            Self::Sources | Self::Marts => 20,
            Self::Staging | Self::Intermediate => 30,
        }
    }

    const fn folder(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Staging => "staging",
            Self::Intermediate => "intermediate",
            Self::Marts => "marts",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Sources => "src",
            Self::Staging => "stg",
            Self::Intermediate => "int",
            Self::Marts => "mart",
        }
    }
}

/// A model while it is generated: its name, and the columns beyond those that every model has.
#[derive(Debug, Clone)]
struct Model {
    name: String,
    layer: Layer,
    /// A numeric column that only this model adds.
    metric: String,
}

/// Generates a project of `models` models. Equal arguments give equal files, in the same order.
#[must_use]
pub fn generate(models: usize, seed: u64) -> Vec<GeneratedFile> {
    let mut random = Random::new(seed);
    let mut files = vec![
        GeneratedFile { path: "rocky.toml".to_owned(), text: CONFIG.to_owned() },
        GeneratedFile { path: "data/seed.sql".to_owned(), text: seed_data() },
    ];
    for layer in Layer::ALL {
        let path = format!("models/{}/_defaults.toml", layer.folder());
        let text = format!("[target]\ncatalog = \"bench\"\nschema = \"{}\"\n", layer.folder());
        files.push(GeneratedFile { path, text });
    }
    let mut known: Vec<Model> = Vec::with_capacity(models);
    let (mut languages, mut first_of_layer) = (Languages::new(models), 0);
    for layer in Layer::ALL {
        let start = known.len();
        for index in 0..count_of_layer(layer, models) {
            let number = known.len();
            let domain = DOMAINS[random.below(DOMAINS.len())];
            let model = Model {
                name: format!("{}_{domain}_{number:05}", layer.prefix()),
                layer,
                metric: format!("metric_{number}"),
            };
            let parents = parents(&mut random, layer, &known[first_of_layer..start], &known[start..]);
            let in_dsl = layer != Layer::Sources && languages.next_is_dsl();
            let (extension, body) = if in_dsl {
                ("rocky", dsl::body(&mut random, &model, &parents))
            } else {
                ("sql", sql::body(&mut random, &model, domain, &parents))
            };
            let base = format!("models/{}/{:03}/{}", layer.folder(), index / FOLDER_SIZE, model.name);
            files.push(GeneratedFile { path: format!("{base}.{extension}"), text: body });
            files.push(GeneratedFile { path: format!("{base}.toml"), text: sidecar(&model, domain) });
            known.push(model);
        }
        first_of_layer = start;
    }
    files
}

/// Writes a generated project into a folder, which is created when it is not there.
///
/// # Errors
/// When a file cannot be written.
pub fn write(files: &[GeneratedFile], folder: &Path) -> io::Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, &file.text)?;
    }
    Ok(())
}

/// The last layer takes what rounding leaves.
fn count_of_layer(layer: Layer, models: usize) -> usize {
    let share = |layer: Layer| models * layer.percent() / 100;
    match layer {
        Layer::Marts => models - share(Layer::Sources) - share(Layer::Staging) - share(Layer::Intermediate),
        _ => share(layer),
    }
}

/// Spreads the DSL models evenly over the layers above the first.
struct Languages {
    wanted: usize,
    among: usize,
    seen: usize,
}

impl Languages {
    fn new(models: usize) -> Self {
        let among = models - count_of_layer(Layer::Sources, models);
        Self { wanted: models * DSL_PERCENT / 100, among, seen: 0 }
    }

    fn next_is_dsl(&mut self) -> bool {
        let before = self.seen * self.wanted / self.among;
        self.seen += 1;
        self.seen * self.wanted / self.among > before
    }
}

/// One to three models: mostly of the layer below, in the intermediate layer also earlier ones of the same layer, so
/// that chains become longer than the number of layers.
fn parents(random: &mut Random, layer: Layer, below: &[Model], same: &[Model]) -> Vec<Model> {
    if layer == Layer::Sources || below.is_empty() {
        return Vec::new();
    }
    let count = if layer == Layer::Staging { 1 } else { 2 + random.below(2) };
    let mut parents: Vec<Model> = Vec::with_capacity(count);
    while parents.len() < count.min(below.len()) {
        let recent = same.len().min(400);
        let candidate = if layer == Layer::Intermediate && recent > 0 && random.below(4) == 0 {
            &same[same.len() - 1 - random.below(recent)]
        } else {
            &below[random.below(below.len())]
        };
        if parents.iter().all(|parent| parent.name != candidate.name) {
            parents.push(candidate.clone());
        }
    }
    parents
}

fn sidecar(model: &Model, domain: &str) -> String {
    format!(
        "name = \"{}\"\nintent = \"{} of the {domain} domain\"\n\n[strategy]\ntype = \"full_refresh\"\n\n\
         [[tests]]\ntype = \"not_null\"\ncolumn = \"id\"\n",
        model.name,
        model.layer.folder(),
    )
}

const CONFIG: &str = r#"[adapter.local]
type = "duckdb"
path = "bench.duckdb"

[pipeline.bench]
type = "transformation"
models = "models/**"

[pipeline.bench.target]
adapter = "local"

[pipeline.bench.target.governance]
auto_create_schemas = true
"#;

fn seed_data() -> String {
    let mut text = "CREATE SCHEMA IF NOT EXISTS raw;\n".to_owned();
    for domain in DOMAINS {
        text.push_str(&format!(
            "CREATE OR REPLACE TABLE raw.{domain} AS\nSELECT n AS id, n % 50 AS parent_id, n * 1.25 AS amount, \
             n % 7 AS quantity,\n    'state ' || n % 4 AS status, 'region ' || n % 9 AS region,\n    \
             TIMESTAMP '2031-01-01 00:00:00' + INTERVAL 1 HOUR * n AS created_at\nFROM (SELECT CAST(range AS BIGINT) \
             AS n FROM range(200));\n"
        ));
    }
    text
}
