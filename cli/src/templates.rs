//! The projects that `init` and `playground` create, as files inside the executable.

/// One file of a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TemplateFile {
    /// Where it goes, relative to the project's folder.
    pub(crate) path: &'static str,
    /// Its text.
    pub(crate) text: &'static str,
}

/// A project to begin with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Template {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// Further names.
    pub(crate) aliases: &'static [&'static str],
    /// Its folder among the templates.
    pub(crate) folder: &'static str,
    /// Its files, sorted by path.
    pub(crate) files: &'static [TemplateFile],
}

macro_rules! template {
    ($name:literal, $aliases:expr, $folder:literal, [$($path:literal),+ $(,)?]) => {
        Template {
            name: $name,
            aliases: &$aliases,
            folder: $folder,
            files: &[$(TemplateFile {
                path: $path,
                text: include_str!(concat!("../templates/", $folder, "/", $path)),
            }),+],
        }
    };
}

/// Templates of `rocky init`.
pub(crate) const INIT: &[Template] = &[
    template!(
        "duckdb",
        [],
        "init-duckdb",
        [
            "models/_defaults.toml",
            "models/raw_orders.sql",
            "models/stg_orders.sql",
            "models/stg_orders.toml",
            "rocky.toml",
        ]
    ),
    template!(
        "databricks-fivetran",
        [],
        "init-databricks-fivetran",
        ["models/_defaults.toml", "models/example_orders.sql", "rocky.toml",]
    ),
    template!(
        "snowflake",
        [],
        "init-snowflake",
        ["models/_defaults.toml", "models/example_orders.sql", "rocky.toml",]
    ),
    template!(
        "bigquery",
        [],
        "init-bigquery",
        ["models/_defaults.toml", "models/example_orders.sql", "rocky.toml",]
    ),
];

/// Templates of `rocky playground`.
pub(crate) const PLAYGROUND: &[Template] = &[template!(
    "quickstart",
    ["quick", "qs"],
    "playground-quickstart",
    [
        "contracts/revenue_summary.contract.toml",
        "data/seed.sql",
        "models/clean_orders.sql",
        "models/clean_orders.toml",
        "models/customer_orders.rocky",
        "models/customer_orders.toml",
        "models/daily_revenue.sql",
        "models/daily_revenue.toml",
        "models/order_log.sql",
        "models/order_log.toml",
        "models/raw_orders.sql",
        "models/raw_orders.toml",
        "models/revenue_summary.sql",
        "models/revenue_summary.toml",
        "rocky.toml",
    ]
)];

/// Playground templates that come later, with their aliases.
pub(crate) const PLAYGROUND_LATER: &[(&str, &[&str])] =
    &[("ecommerce", &["ecom", "shop"]), ("showcase", &["all", "full"])];

/// The template of this name or alias, whatever its case.
pub(crate) fn find<'t>(templates: &'t [Template], name: &str) -> Option<&'t Template> {
    templates.iter().find(|template| {
        template.name.eq_ignore_ascii_case(name)
            || template.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    })
}

#[cfg(test)]
mod tests {
    use super::{INIT, PLAYGROUND, Template};
    use std::path::Path;

    fn files_below(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("template folder") {
            let entry = entry.expect("entry");
            let path = format!("{prefix}{}", entry.file_name().to_str().expect("UTF-8"));
            if entry.file_type().expect("file type").is_dir() {
                files_below(&entry.path(), &format!("{path}/"), found);
            } else {
                found.push(path);
            }
        }
    }

    /// A file that someone adds to a template's folder must reach the users.
    #[test]
    fn every_file_of_a_template_is_in_the_executable() {
        let all: Vec<&Template> = INIT.iter().chain(PLAYGROUND).collect();
        for template in all {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(template.folder);
            let mut on_disk = Vec::new();
            files_below(&folder, "", &mut on_disk);
            on_disk.sort();
            let embedded: Vec<&str> = template.files.iter().map(|file| file.path).collect();
            assert_eq!(embedded, on_disk, "{}", template.folder);
        }
    }
}
