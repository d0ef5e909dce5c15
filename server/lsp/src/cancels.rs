//! Operations that the client may cancel.

use engine::CancelToken;
use std::collections::HashMap;
use std::sync::Mutex;
use tower_lsp::gen_lsp_types as lsp;

/// Work in progress that the client may cancel, by progress token.
#[derive(Default)]
pub(crate) struct Cancels(Mutex<HashMap<String, CancelToken>>);

impl Cancels {
    pub fn key(token: &lsp::ProgressToken) -> String {
        serde_json::to_string(token).unwrap_or_default()
    }
    pub fn map(&self) -> std::sync::MutexGuard<'_, HashMap<String, CancelToken>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
    pub fn one(&self, token: &lsp::ProgressToken) {
        if let Some(cancel) = self.map().get(&Self::key(token)) {
            cancel.cancel();
        }
    }
    pub fn all(&self) {
        self.map().values().for_each(CancelToken::cancel);
    }
}
