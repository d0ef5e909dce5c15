//! Messages to the client that need no answer, as many as a client that does not read can make wait: of each thing only the newest is kept.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tower_lsp::gen_lsp_types as lsp;

/// A message to the client that needs no answer; one task sends them in order.
pub(crate) enum Outgoing {
    Publish(lsp::PublishDiagnosticsParams),
    Status(Status),
    RefreshDiagnostics,
    Progress(lsp::ProgressParams),
    Message(lsp::MessageType, String),
    /// The document is to be sent whole.
    OutOfStep(lsp::Uri),
}

/// What a message tells of. One that waits is replaced by a newer one of the same thing.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Thing {
    Diagnostics(lsp::Uri),
    Status,
    Refresh,
    /// By token, and whether it begins, goes on or ends.
    Progress(String, String),
    Message(String),
    Step(lsp::Uri),
}

impl Outgoing {
    fn thing(&self) -> Thing {
        match self {
            Self::Publish(p) => Thing::Diagnostics(p.uri.clone()),
            Self::Status(_) => Thing::Status,
            Self::RefreshDiagnostics => Thing::Refresh,
            Self::Progress(p) => {
                let kind = p.value.get("kind").and_then(|k| k.as_str()).unwrap_or_default();
                Thing::Progress(serde_json::to_string(&p.token).unwrap_or_default(), kind.to_owned())
            }
            Self::Message(_, text) => Thing::Message(text.clone()),
            Self::OutOfStep(uri) => Thing::Step(uri.clone()),
        }
    }
}

#[derive(Default)]
struct Waiting {
    order: VecDeque<Thing>,
    messages: HashMap<Thing, Outgoing>,
}

/// The messages that wait.
#[derive(Default)]
pub(crate) struct Outbox {
    waiting: Mutex<Waiting>,
    more: Notify,
}

impl Outbox {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message behind the others, or in the place of an older one of the same thing.
    pub fn put(&self, message: Outgoing) {
        let thing = message.thing();
        let mut waiting = self.waiting();
        if waiting.messages.insert(thing.clone(), message).is_none() {
            waiting.order.push_back(thing);
        }
        drop(waiting);
        self.more.notify_one();
    }

    fn take(&self) -> Option<Outgoing> {
        let mut waiting = self.waiting();
        let thing = waiting.order.pop_front()?;
        waiting.messages.remove(&thing)
    }

    /// Takes the next message, once there is one.
    pub async fn next(&self) -> Outgoing {
        loop {
            if let Some(message) = self.take() {
                return message;
            }
            self.more.notified().await;
        }
    }
}

/// The notification `buildfix/status`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Status {
    pub errors: usize,
    pub warnings: usize,
    pub fixable: usize,
    /// How many have the shape of the one that is best repaired by hand next; 0: there is none.
    pub alike: usize,
    pub busy: bool,
}
impl lsp::Notification for Status {
    type Params = Status;
    const METHOD: lsp::LspNotificationMethod<'static> = lsp::LspNotificationMethod::Custom("buildfix/status");
    const MESSAGE_DIRECTION: lsp::MessageDirection = lsp::MessageDirection::ServerToClient;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[tokio::test]
    async fn of_each_thing_the_newest_message_waits() {
        let outbox = Outbox::default();
        let progress = |token: i32, kind: &str, at: usize| {
            let value = json!({ "kind": kind, "percentage": at });
            Outgoing::Progress(lsp::ProgressParams { token: lsp::ProgressToken::Int(token), value })
        };
        let uri = |n: usize| lsp::Uri::from(format!("file:///{n}.cs"));
        outbox.put(progress(1, "begin", 0));
        for round in 0..1000 {
            outbox.put(progress(1, "report", round));
            outbox.put(Outgoing::Status(Status { errors: round, ..Status::default() }));
            let diagnostics = Vec::new();
            outbox.put(Outgoing::Publish(lsp::PublishDiagnosticsParams {
                uri: uri(round % 3),
                version: i32::try_from(round).ok(),
                diagnostics,
            }));
        }
        outbox.put(progress(1, "end", 0));
        let mut out = Vec::new();
        while let Some(message) = outbox.take() {
            out.push(match message {
                Outgoing::Progress(p) => format!("{} {}", p.value["kind"], p.value["percentage"]),
                Outgoing::Status(s) => s.errors.to_string(),
                Outgoing::Publish(p) => format!("{} {:?}", p.uri.as_ref(), p.version),
                _ => "other".to_owned(),
            });
        }
        let published = [
            "file:///0.cs Some(999)".to_owned(),
            "file:///1.cs Some(997)".to_owned(),
            "file:///2.cs Some(998)".to_owned(),
        ];
        assert_eq!(
            out[..4],
            ["\"begin\" 0".to_owned(), "\"report\" 999".to_owned(), "999".to_owned(), published[0].clone()]
        );
        assert_eq!((&out[4..6], &*out[6]), (&published[1..], "\"end\" 0"));
        assert_eq!(out.len(), 7);
    }
}
