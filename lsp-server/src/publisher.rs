//! Sends findings to the client: each set once, the latest version of it.

use crate::convert::result_id;
use crate::transport::Outbox;
use std::collections::{BTreeMap, BTreeSet};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::lsp_types::{Diagnostic, Url};

/// How a client learns of the findings of open documents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Delivery {
    /// They are sent.
    Push,
    /// The client pulls them, and is told when they changed.
    AskToPull,
    /// The client pulls them, and cannot be told anything.
    Silent,
}

/// What the publisher is told. Only by the owner thread, so that what it knows to be newer comes later.
pub(crate) enum Publication {
    /// The findings of one open document.
    Document {
        /// The number of its project.
        project: usize,
        /// Which document.
        uri: Url,
        /// Its findings; empty clears them.
        diagnostics: Vec<Diagnostic>,
        /// The version they describe.
        version: i32,
        /// How the client learns of them.
        delivery: Delivery,
    },
    /// The findings of the files that are not open. Those that are not listed have none.
    Swept {
        /// The number of the project.
        project: usize,
        /// The files that have findings.
        found: Vec<(Url, Vec<Diagnostic>)>,
        /// The documents that are open.
        open: BTreeSet<Url>,
    },
    /// What was pushed for a file has to go: the client pulls from now on.
    Clear(Url),
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

/// What the client was sent last for a file.
struct Sent {
    project: usize,
    id: String,
    is_empty: bool,
}

async fn publish(outbox: Outbox, mut mailbox: UnboundedReceiver<Publication>) {
    let mut sent: BTreeMap<Url, Sent> = BTreeMap::new();
    while let Some(publication) = mailbox.recv().await {
        match publication {
            Publication::Document { project, uri, diagnostics, version, delivery } => {
                let id = result_id(&diagnostics);
                let known = sent.get(&uri).map(|known| known.id == id);
                if known == Some(true) {
                    continue;
                }
                sent.insert(uri.clone(), Sent { project, id, is_empty: diagnostics.is_empty() });
                match delivery {
                    Delivery::Push => outbox.publish(uri, diagnostics, Some(version)).await,
                    // The first findings of a document are pulled without being asked for.
                    Delivery::AskToPull if known.is_some() => outbox.refresh_diagnostics(),
                    Delivery::AskToPull | Delivery::Silent => {}
                }
            }
            Publication::Swept { project, found, open } => {
                let files: BTreeSet<Url> = found.iter().map(|(uri, _)| uri.clone()).collect();
                for (uri, diagnostics) in found {
                    let id = result_id(&diagnostics);
                    if sent.get(&uri).is_none_or(|known| known.id != id) {
                        sent.insert(uri.clone(), Sent { project, id, is_empty: false });
                        outbox.publish(uri, diagnostics, None).await;
                    }
                }
                let is_clean = |uri: &Url, known: &Sent| {
                    known.project == project && !files.contains(uri) && !open.contains(uri)
                };
                let clean: Vec<(Url, bool)> = sent
                    .iter()
                    .filter(|(uri, known)| is_clean(uri, known))
                    .map(|(uri, known)| (uri.clone(), known.is_empty))
                    .collect();
                for (uri, was_empty) in clean {
                    sent.remove(&uri);
                    if !was_empty {
                        outbox.publish(uri, Vec::new(), None).await;
                    }
                }
            }
            Publication::Clear(uri) => {
                if sent.remove(&uri).is_some_and(|known| !known.is_empty) {
                    outbox.publish(uri, Vec::new(), None).await;
                }
            }
            Publication::Forget(uri) => {
                // Kept, so that a sweep that finds the file clean clears it.
                if let Some(known) = sent.get_mut(&uri) {
                    known.id = String::new();
                    known.is_empty = false;
                }
            }
        }
    }
}
