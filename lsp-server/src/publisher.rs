//! Sends findings to the client: each set once, the latest version of it.

use crate::convert::result_id;
use crate::transport::Outbox;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::lsp_types::{Diagnostic, Url};

/// What the publisher is told.
pub(crate) enum Publication {
    /// The findings of one document.
    Document {
        /// Which document.
        uri: Url,
        /// Its findings; empty clears them.
        diagnostics: Vec<Diagnostic>,
        /// The version they describe; `None` for files that are not open.
        version: Option<i32>,
        /// Whether the client pulls the findings of this document itself. Then it is only told that
        /// they changed.
        pulled: bool,
    },
    /// A sweep ended: everything below `root` outside `files` is clean.
    Swept {
        /// URI of the project's folder, with a slash at the end.
        root: String,
        /// Every file of the project that has findings.
        files: BTreeSet<Url>,
    },
    /// A document was closed: the next findings are sent in full.
    Forget(Url),
}

/// The publisher's address.
#[derive(Clone)]
pub(crate) struct Publisher(UnboundedSender<Publication>);

impl Publisher {
    /// Starts the publisher task.
    pub(crate) fn start(outbox: Outbox) -> Publisher {
        let (sender, receiver) = unbounded_channel();
        outbox.runtime().clone().spawn(publish(outbox, receiver));
        Publisher(sender)
    }

    /// Hands over findings. Never blocks.
    pub(crate) fn send(&self, publication: Publication) {
        // The task ends only with the runtime.
        let _ = self.0.send(publication);
    }
}

async fn publish(outbox: Outbox, mut mailbox: UnboundedReceiver<Publication>) {
    let mut sent: BTreeMap<Url, String> = BTreeMap::new();
    while let Some(publication) = mailbox.recv().await {
        match publication {
            Publication::Document { uri, diagnostics, version, pulled } => {
                let id = result_id(&diagnostics);
                let known = sent.get(&uri);
                if known == Some(&id) || (known.is_none() && diagnostics.is_empty() && version.is_none()) {
                    continue;
                }
                let first = known.is_none();
                sent.insert(uri.clone(), id);
                if !pulled {
                    outbox.publish(uri, diagnostics, version).await;
                } else if !first {
                    outbox.refresh_diagnostics();
                }
            }
            Publication::Swept { root, files } => {
                let gone: Vec<Url> = sent
                    .keys()
                    .filter(|uri| uri.as_str().starts_with(&root) && !files.contains(uri))
                    .cloned()
                    .collect();
                let clean = result_id(&[]);
                for uri in gone {
                    if sent.insert(uri.clone(), clean.clone()) != Some(clean.clone()) {
                        outbox.publish(uri, Vec::new(), None).await;
                    }
                }
            }
            Publication::Forget(uri) => {
                sent.remove(&uri);
            }
        }
    }
}
