//! The client: what it can do, and what is sent to it.

use crate::cancels::Cancels;
use crate::outbox::{Outbox, Outgoing};
use std::sync::Arc;
use text::PositionEncoding;
use tower_lsp::Client;
use tower_lsp::gen_lsp_types as lsp;

/// The connection to the client.
#[derive(Clone)]
pub(crate) struct Connection {
    /// For requests to the client.
    pub client: Client,
    /// For messages without an answer.
    pub outbox: Arc<Outbox>,
    pub capabilities: Capabilities,
    /// Work that the client may cancel.
    pub cancels: Arc<Cancels>,
}

impl Connection {
    /// Sends a message to the client.
    pub fn send(&self, message: Outgoing) {
        self.outbox.put(message);
    }

    /// Asks a client that pulls diagnostics to pull again.
    pub fn refresh_pulled(&self) {
        if self.capabilities.pull {
            self.send(Outgoing::RefreshDiagnostics);
        }
    }
}

/// The client's capabilities that are used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capabilities {
    pub encoding: PositionEncoding,
    pub document_changes: bool,
    pub resource_operations: bool,
    pub annotations: bool,
    pub resolve_edit: bool,
    pub pull: bool,
    pub apply_edit: bool,
    pub progress: bool,
    pub watch: bool,
    pub configuration: bool,
    /// How documents are sent can be changed while the server runs.
    pub dynamic_sync: bool,
    /// An action may say why it cannot be done.
    pub disabled: bool,
}

impl Capabilities {
    pub fn of(c: &lsp::ClientCapabilities) -> Self {
        let offered = c.general.as_ref().and_then(|g| g.position_encodings.as_deref()).unwrap_or_default();
        let workspace = c.workspace.as_ref();
        let document = c.text_document.as_ref();
        let edit = workspace.and_then(|w| w.workspace_edit.as_ref());
        let action = document.and_then(|t| t.code_action.as_ref());
        let resolve =
            action.and_then(|a| a.resolve_support.as_ref()).is_some_and(|r| r.properties.iter().any(|p| p == "edit"));
        Self {
            // Our offsets are UTF-8; every client supports UTF-16 (LSP 3.17, `PositionEncodingKind`).
            encoding: if offered.contains(&lsp::PositionEncodingKind::UTF8) {
                PositionEncoding::Utf8
            } else if offered.contains(&lsp::PositionEncodingKind::UTF32)
                && !offered.contains(&lsp::PositionEncodingKind::UTF16)
            {
                PositionEncoding::Utf32
            } else {
                PositionEncoding::Utf16
            },
            document_changes: edit.and_then(|e| e.document_changes).unwrap_or(false),
            resource_operations: edit.and_then(|e| e.resource_operations.as_ref()).is_some_and(|r| {
                [
                    lsp::ResourceOperationKind::Create,
                    lsp::ResourceOperationKind::Rename,
                    lsp::ResourceOperationKind::Delete,
                ]
                .iter()
                .all(|k| r.contains(k))
            }),
            annotations: edit.and_then(|e| e.change_annotation_support.as_ref()).is_some(),
            resolve_edit: resolve && action.and_then(|a| a.data_support).unwrap_or(false),
            // After a new build the client has to pull again; to a client that cannot be asked to, diagnostics are pushed.
            pull: document.and_then(|t| t.diagnostic.as_ref()).is_some()
                && workspace.and_then(|w| w.diagnostics.as_ref()).and_then(|d| d.refresh_support).unwrap_or(false),
            apply_edit: workspace.and_then(|w| w.apply_edit).unwrap_or(false),
            progress: c.window.as_ref().and_then(|w| w.work_done_progress).unwrap_or(false),
            watch: workspace
                .and_then(|w| w.did_change_watched_files.as_ref())
                .and_then(|w| w.dynamic_registration)
                .unwrap_or(false),
            configuration: workspace.and_then(|w| w.configuration).unwrap_or(false),
            dynamic_sync: document
                .and_then(|t| t.synchronization.as_ref())
                .and_then(|s| s.dynamic_registration)
                .unwrap_or(false),
            disabled: action.and_then(|a| a.disabled_support).unwrap_or(false),
        }
    }
}

/// The notification `buildfix/outOfStep`: the server does not have the text of this document. A client that can closes and opens it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct OutOfStep {
    pub uri: String,
}
impl lsp::Notification for OutOfStep {
    type Params = OutOfStep;
    const METHOD: lsp::LspNotificationMethod<'static> = lsp::LspNotificationMethod::Custom("buildfix/outOfStep");
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
}

/// The notification `buildfix/diagnostics` of a client: what other servers say of a document.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct LiveDiagnostics {
    pub uri: lsp::Uri,
    pub version: Option<i32>,
    pub diagnostics: Vec<lsp::Diagnostic>,
}
