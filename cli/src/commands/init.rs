//! `rocky init`: a project to begin with.

use crate::arguments::InitOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{ScaffoldOutput, VERSION};
use crate::project_location::CONFIG_NAME;
use crate::scaffold::{self, Place};
use crate::session::Session;
use crate::templates;
use std::fmt::Write as _;
use std::path::Path;

pub(super) fn execute(session: &Session<'_>, options: &InitOptions) -> Result<Exit, Failure> {
    let Some(template) = templates::find(templates::INIT, &options.template) else {
        let names: Vec<&str> = templates::INIT.iter().map(|template| template.name).collect();
        return Err(Failure::new(format!("there is no template '{}'", options.template))
            .with_help(format!("choose one of: {}", names.join(", "))));
    };
    if scaffold::look_at(&options.path)? == Place::Other {
        return Err(Failure::new(format!("'{}' is not a folder", options.path.display()))
            .with_help("choose another folder"));
    }
    if std::fs::symlink_metadata(options.path.join(CONFIG_NAME)).is_ok() {
        return Err(Failure::new(format!("'{}' already exists", options.path.join(CONFIG_NAME).display()))
            .with_help("the folder is a Rocky project already; choose another folder. Nothing was changed"));
    }
    let files = scaffold::create(template, &options.path)?;
    let shown = options.path.display().to_string();
    if session.json() {
        session.terminal.document(&ScaffoldOutput {
            version: VERSION,
            command: "init",
            path: shown,
            template: template.name.to_owned(),
            files,
            run: None,
        });
    } else {
        session.terminal.out(&text(&options.path, template.name, &files));
    }
    Ok(Exit::Success)
}

fn text(path: &Path, template: &str, files: &[String]) -> String {
    let mut text = format!("Created a Rocky project in {} (template {template}):\n", path.display());
    for file in files {
        let _ = writeln!(text, "  {file}");
    }
    text.push_str("\nNext:\n");
    if path != Path::new(".") {
        let _ = writeln!(text, "  cd {}", path.display());
    }
    text.push_str("  rocky validate    check the configuration\n");
    text.push_str("  rocky compile     check the models\n");
    if template == "duckdb" {
        text.push_str("  rocky test        build the models in memory and test them\n");
        text.push_str("  rocky run         build the tables\n");
    } else {
        text.push_str("Set the variables named in rocky.toml first.\n");
    }
    text
}
