//! Who may touch files, the environment, the clock and the terminal.

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use crate::checkout::RustFile;
use crate::{Checkout, Finding};

/// Modules of `std` that reach outside the process.
const WORLD: &[&str] = &["fs", "env", "net"];
/// What in these modules only describes the platform.
const HARMLESS: &[&str] = &["consts"];
const CLOCKS: &[&str] = &["Instant", "SystemTime"];
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];

/// Path prefixes under which everything is allowed.
const WORLDLY: &[&str] = &[
    "compiler/base-db/src/os",
    "compiler/store/",
    "engine/",
    "adapters/",
    "cli/",
    "xtask/",
    "benches/",
    "judge/",
    "test-data/",
];
/// Path prefixes under which the monotonic clock is allowed as well.
const TIMED: &[&str] = &["lsp-server/"];
/// Path prefixes under which one may print.
const PRINTERS: &[&str] = &["cli/", "xtask/", "benches/", "judge/"];

fn under(path: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| path.starts_with(prefix))
}

/// Files, environment, network and clock are touched only behind `System` and in the programs.
#[must_use]
pub fn world(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in checkout.rust.iter().filter(|file| !file.is_test() && !under(&file.path, WORLDLY)) {
        for mention in mentions(file) {
            let (what, allowed) = match &mention.what {
                What::World(module) => (format!("std::{module}"), false),
                What::Clock(clock) => (clock.clone(), clock == "Instant" && under(&file.path, TIMED)),
                What::Print(_) => continue,
            };
            if !allowed {
                findings.push(Finding::line(
                    &file.path,
                    mention.line,
                    format!("`{what}`: this package must not touch the world; ask `System`"),
                ));
            }
        }
    }
    findings
}

/// Only the programs print; what a build script prints is read by cargo.
#[must_use]
pub fn printing(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    let may_print = |path: &str| under(path, PRINTERS) || path.ends_with("/build.rs");
    for file in checkout.rust.iter().filter(|file| !file.is_test() && !may_print(&file.path)) {
        for mention in mentions(file) {
            if let What::Print(name) = mention.what {
                let message = format!("`{name}!`: only cli, xtask and benches print; return a value");
                findings.push(Finding::line(&file.path, mention.line, message));
            }
        }
    }
    findings
}

#[derive(Debug)]
enum What {
    World(String),
    Clock(String),
    Print(String),
}

#[derive(Debug)]
struct Mention {
    line: usize,
    what: What,
}

fn mentions(file: &RustFile) -> Vec<Mention> {
    let mut collector = Collector::default();
    collector.visit_file(&file.syntax);
    collector.found
}

#[derive(Default)]
struct Collector {
    found: Vec<Mention>,
}

impl Collector {
    fn push(&mut self, line: usize, what: What) {
        self.found.push(Mention { line, what });
    }

    /// Looks at the names of a path, whether it is used, imported or written inside a macro.
    fn path(&mut self, names: &[String], line: usize) {
        if let [root, module, rest @ ..] = names {
            let harmless = rest.first().is_some_and(|name| HARMLESS.contains(&name.as_str()));
            if root == "std" && WORLD.contains(&module.as_str()) && !harmless {
                self.push(line, What::World(module.clone()));
            }
        }
        if let Some(clock) = names.iter().find(|name| CLOCKS.contains(&name.as_str())) {
            self.push(line, What::Clock(clock.clone()));
        }
    }

    fn use_tree(&mut self, tree: &syn::UseTree, mut names: Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                names.push(path.ident.to_string());
                self.use_tree(&path.tree, names);
            }
            syn::UseTree::Group(group) => {
                for item in &group.items {
                    self.use_tree(item, names.clone());
                }
            }
            syn::UseTree::Name(name) if name.ident == "self" => self.path(&names, tree.span().start().line),
            syn::UseTree::Name(syn::UseName { ident })
            | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                names.push(ident.to_string());
                self.path(&names, tree.span().start().line);
            }
            syn::UseTree::Glob(_) => self.path(&names, tree.span().start().line),
        }
    }

    /// What stands inside a macro call is not parsed; its paths are read from the tokens.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = 0;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.path(&std::mem::take(&mut path), line);
                    }
                    line = ident.span().start().line;
                    path.push(ident.to_string());
                }
                TokenTree::Punct(punct) if punct.as_char() == '!' => {
                    if let [name] = path.as_slice()
                        && PRINTING.contains(&name.as_str())
                    {
                        self.push(line, What::Print(name.clone()));
                    }
                    self.path(&std::mem::take(&mut path), line);
                }
                TokenTree::Group(group) => {
                    self.path(&std::mem::take(&mut path), line);
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => self.path(&std::mem::take(&mut path), line),
            }
            colons = 0;
        }
        self.path(&path, line);
    }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|ident| ident == "test"))
    })
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.use_tree(&item.tree, Vec::new());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.path(&names, path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.segments.last()
            && PRINTING.contains(&name.ident.to_string().as_str())
        {
            self.push(call.path.span().start().line, What::Print(name.ident.to_string()));
        }
        self.tokens(call.tokens.clone());
    }
}
