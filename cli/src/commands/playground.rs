//! `rocky playground`: a sample project, and with `--run` its tables.

mod build;
mod result_tables;

use crate::arguments::PlaygroundOptions;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{ScaffoldOutput, VERSION};
use crate::scaffold::{self, Place};
use crate::session::Session;
use crate::templates::{self, Template};
use std::fmt::Write as _;
use std::path::Path;

pub(super) fn execute(session: &Session<'_>, options: &PlaygroundOptions) -> Result<Exit, Failure> {
    let template = find_template(&options.template)?;
    let shown = options.path.display();
    match scaffold::look_at(&options.path)? {
        Place::Free | Place::EmptyFolder => {}
        Place::Folder => {
            return Err(Failure::new(format!("'{shown}' already exists and is not empty"))
                .with_help("name a new folder: rocky playground PATH. Nothing was changed"));
        }
        Place::Other => {
            return Err(Failure::new(format!("'{shown}' is not a folder"))
                .with_help("name a new folder: rocky playground PATH. Nothing was changed"));
        }
    }
    let files = scaffold::create(template, &options.path)?;
    let created = created(&options.path, template, &files);
    if options.run {
        if !session.json() {
            session.terminal.out(&created);
        }
        return build::execute(session, &options.path, template, files);
    }
    if session.json() {
        session.terminal.document(&document(&options.path, template, files));
    } else {
        session.terminal.out(&format!("{created}{}", next_steps(&options.path)));
    }
    Ok(Exit::Success)
}

fn find_template(name: &str) -> Result<&'static Template, Failure> {
    if let Some(template) = templates::find(templates::PLAYGROUND, name) {
        return Ok(template);
    }
    let later = templates::PLAYGROUND_LATER.iter().find(|(template, aliases)| {
        template.eq_ignore_ascii_case(name) || aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    });
    if let Some((template, _)) = later {
        return Err(Failure::not_available(
            &format!("the template '{template}'"),
            "use the template 'quickstart'",
        ));
    }
    Err(Failure::new(format!("there is no template '{name}'"))
        .with_help("choose one of: quickstart, ecommerce, showcase"))
}

fn document(path: &Path, template: &Template, files: Vec<String>) -> ScaffoldOutput {
    ScaffoldOutput {
        version: VERSION,
        command: "playground",
        path: path.display().to_string(),
        template: template.name.to_owned(),
        files,
        run: None,
    }
}

fn created(path: &Path, template: &Template, files: &[String]) -> String {
    let mut text = format!("Created the sample project {} (template {}):\n", path.display(), template.name);
    for file in files {
        let _ = writeln!(text, "  {file}");
    }
    text.push('\n');
    text
}

fn next_steps(path: &Path) -> String {
    format!(
        "Next:\n  cd {}\n  rocky compile     check every model, without touching a database\n  \
         rocky test        build the models in memory and test them\n\n\
         'rocky playground PATH --run' also loads the data into a database and builds the tables.\n",
        path.display()
    )
}
