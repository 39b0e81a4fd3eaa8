//! Files and functions that one person can hold in the head.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use crate::checkout::is_generated;
use crate::{Checkout, Finding};

/// More lines than this in a file are an error.
const FILE_LINES: usize = 1_000;
/// More lines than this in a file are reported.
const FILE_LINES_WISHED: usize = 600;
const FUNCTION_LINES: usize = 120;
const FUNCTION_PARAMETERS: usize = 7;
const CODE: &[&str] = &[".rs", ".py", ".ts", ".js"];

fn code_files(checkout: &Checkout) -> impl Iterator<Item = (&str, usize)> {
    checkout
        .files
        .iter()
        .filter(|file| CODE.iter().any(|extension| file.path.ends_with(extension)))
        .filter(|file| !is_generated(&file.path))
        .map(|file| (file.path.as_str(), file.text.lines().count()))
}

/// No file is longer than the hard limit.
#[must_use]
pub fn file_size(checkout: &Checkout) -> Vec<Finding> {
    code_files(checkout)
        .filter(|(_, lines)| *lines > FILE_LINES)
        .map(|(path, lines)| {
            Finding::file(path, format!("{lines} lines; the limit is {FILE_LINES}: split it by idea"))
        })
        .collect()
}

/// Files over the limit one would like to keep. Not an error.
#[must_use]
pub fn large_files(checkout: &Checkout) -> Vec<Finding> {
    code_files(checkout)
        .filter(|(_, lines)| *lines > FILE_LINES_WISHED)
        .map(|(path, lines)| Finding::file(path, format!("{lines} lines; better under {FILE_LINES_WISHED}")))
        .collect()
}

/// No function is longer, or takes more, than the limits say.
#[must_use]
pub fn function_size(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in checkout.rust.iter().filter(|file| !file.is_generated()) {
        let mut functions = Functions { path: &file.path, findings: &mut findings };
        functions.visit_file(&file.syntax);
    }
    findings
}

struct Functions<'a> {
    path: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Functions<'_> {
    fn check(&mut self, signature: &syn::Signature, body: Option<&syn::Block>) {
        let name = &signature.ident;
        let line = signature.span().start().line;
        if let Some(body) = body {
            let lines = body.span().end().line + 1 - line - lines_of_data(body);
            if lines > FUNCTION_LINES {
                self.findings.push(Finding::line(
                    self.path,
                    line,
                    format!("`{name}` has {lines} lines; the limit is {FUNCTION_LINES}"),
                ));
            }
        }
        let parameters = signature.inputs.len();
        if parameters > FUNCTION_PARAMETERS {
            self.findings.push(Finding::line(
                self.path,
                line,
                format!(
                    "`{name}` takes {parameters} parameters; the limit is {FUNCTION_PARAMETERS}: group them"
                ),
            ));
        }
    }
}

/// Lines inside literals: the expected text of a test is data, not code.
fn lines_of_data(body: &syn::Block) -> usize {
    fn count(tokens: TokenStream) -> usize {
        let lines = |token| match token {
            TokenTree::Group(group) => count(group.stream()),
            TokenTree::Literal(literal) => literal.span().end().line - literal.span().start().line,
            TokenTree::Ident(_) | TokenTree::Punct(_) => 0,
        };
        tokens.into_iter().map(lines).sum()
    }
    count(body.to_token_stream())
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.check(&item.sig, Some(&item.block));
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.check(&item.sig, Some(&item.block));
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        self.check(&item.sig, item.default.as_ref());
        visit::visit_trait_item_fn(self, item);
    }
}
