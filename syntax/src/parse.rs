//! The result of parsing.

use std::marker::PhantomData;
use std::sync::Arc;

use rowan::GreenNode;

use crate::ast_support::AstNode;
use crate::syntax_error::SyntaxError;
use crate::tree::SyntaxNode;

/// A green tree and the errors found while building it. Cheap to clone, sendable between threads.
#[derive(Debug)]
pub struct Parse<T> {
    green: GreenNode,
    errors: Arc<[SyntaxError]>,
    root: PhantomData<fn() -> T>,
}

impl<T> Clone for Parse<T> {
    fn clone(&self) -> Self {
        Parse { green: self.green.clone(), errors: Arc::clone(&self.errors), root: PhantomData }
    }
}

impl<T> PartialEq for Parse<T> {
    fn eq(&self, other: &Self) -> bool {
        self.green == other.green && self.errors == other.errors
    }
}

impl<T> Eq for Parse<T> {}

impl<T> Parse<T> {
    pub(crate) fn new(green: GreenNode, errors: Vec<SyntaxError>) -> Parse<T> {
        Parse { green, errors: errors.into(), root: PhantomData }
    }

    /// The root node.
    pub fn syntax(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }

    /// The green tree: immutable, without positions, sendable.
    pub fn green(&self) -> &GreenNode {
        &self.green
    }

    /// The errors, by position.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }
}

impl<T: AstNode> Parse<T> {
    /// The typed root.
    ///
    /// # Panics
    /// Never: a `Parse<T>` is only made for trees whose root is a `T`.
    pub fn tree(&self) -> T {
        T::cast(self.syntax()).expect("the root of a tree has the kind of its type")
    }
}
