//! Values that must never be shown.

/// A secret read from the configuration: a token, a password, a URL with credentials.
///
/// It deliberately has no `Debug`, no `Display` and no `Serialize`: code that would print or store it
/// does not compile. [`Secret::expose`] is the one way in, for the code that opens a connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: impl Into<String>) -> Secret {
        Secret(value.into())
    }

    /// The secret itself, to be handed to a connection and to nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether it is the empty text, which counts as "not set".
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
