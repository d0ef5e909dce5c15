//! The stream of messages between the client and the handlers: what is no message is answered, and the rest is handed on in order.
//!
//! `tower-lsp-server` has a transport of its own, but there a message that cannot be read ends the server, and requests beginning with `$/` are
//! not answered.

use crate::frames::{Frame, Frames};
use serde_json::{Value, json};
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Response};
use tower_lsp::{ClientSocket, ExitedError, Loopback};
use tower_service::Service;

/// So many requests may wait for their answers. Handlers only wait for the engine, and slow ones must not keep cancellations from being read.
const WAITING: usize = 1024;
/// So many messages, or bytes of messages, are read ahead of the engine.
const AHEAD: (usize, usize) = (512, 16 << 20);
/// So many messages wait for a client that does not read.
const UNREAD: usize = 64;
/// How long the last answers wait for a client that does not read them.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// What a message about any document has in it.
const ANY_DOCUMENT: &[u8] = b"textDocument/did";

type Answer = Result<Option<Response>, ExitedError>;
type Pending = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// Whom the transport asks and tells.
pub(crate) trait Engine {
    /// Waits until everything that was handed on so far was worked on.
    fn catch_up(&self) -> impl Future<Output = ()> + Send;
    /// A message could not be read. It may have been one about a document.
    fn message_lost(&self, body: &[u8]);
}

/// How far the conversation is.
#[derive(Clone, Copy, PartialEq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

/// A message that was understood.
enum Incoming {
    Call(Request),
    Answer(Response),
}

/// Serves until the client says `exit`, closes its end, or stops listening.
pub(crate) async fn run<S>(
    service: S,
    socket: ClientSocket,
    engine: &impl Engine,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite,
) where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
{
    let (requests, responses) = socket.split();
    let (sender, outbox) = mpsc::channel(UNREAD);
    let mut writing = pin!(write(requests, outbox, output));
    let reading = Reader {
        service,
        engine,
        sender,
        phase: Phase::New,
        tasks: JoinSet::new(),
        room: Arc::new(Semaphore::new(WAITING)),
    };
    tokio::select! {
        // The client is gone.
        _ = &mut writing => {}
        () = reading.read(Frames::new(input), responses) => {
            let _ = tokio::time::timeout(LAST_ANSWERS, writing).await;
        }
    }
}

/// Writes answers and requests to the client, until there can be no more answers.
async fn write(
    mut requests: <ClientSocket as Loopback>::RequestStream,
    mut outbox: mpsc::Receiver<Vec<u8>>,
    output: impl AsyncWrite,
) -> std::io::Result<()> {
    use futures_util::StreamExt;
    let mut output = pin!(output);
    loop {
        let message = tokio::select! {
            answer = outbox.recv() => match answer {
                Some(answer) => answer,
                None => return output.flush().await,
            },
            Some(request) = requests.next() => encoded(&request),
        };
        output.write_all(&message).await?;
        output.flush().await?;
    }
}

fn encoded(message: &impl serde::Serialize) -> Vec<u8> {
    let body = serde_json::to_vec(message).unwrap_or_default();
    let mut out = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    out.extend_from_slice(&body);
    out
}

struct Reader<'e, S, E> {
    service: S,
    engine: &'e E,
    sender: mpsc::Sender<Vec<u8>>,
    phase: Phase,
    /// Requests whose answers are not known yet.
    tasks: JoinSet<()>,
    room: Arc<Semaphore>,
}

impl<S, E: Engine> Reader<'_, S, E>
where
    S: Service<Request, Response = Option<Response>, Error = ExitedError>,
    S::Future: Send + 'static,
{
    async fn read<I: AsyncRead + Unpin>(
        mut self,
        mut frames: Frames<I>,
        mut responses: <ClientSocket as Loopback>::ResponseSink,
    ) {
        use futures_util::SinkExt;
        let mut ahead = (0, 0);
        while let Some(frame) = frames.next().await {
            let body = match frame {
                Frame::Body(body) => body,
                Frame::Lost => {
                    self.engine.message_lost(ANY_DOCUMENT);
                    continue;
                }
                Frame::Broken(why) => {
                    tracing::warn!(why, "what the client sent is no message");
                    self.refuse(Id::Null, parse_error(why)).await;
                    continue;
                }
            };
            ahead = (ahead.0 + 1, ahead.1 + body.len());
            if ahead.0 > AHEAD.0 || ahead.1 > AHEAD.1 {
                self.engine.catch_up().await;
                ahead = (0, 0);
            }
            let value = match serde_json::from_slice(&body) {
                Ok(value) => value,
                Err(e) => {
                    tracing::warn!(%e, "a message of the client cannot be parsed");
                    frames.distrust();
                    self.engine.message_lost(&body);
                    self.refuse(Id::Null, parse_error(&e.to_string())).await;
                    continue;
                }
            };
            match understand(value) {
                Ok(Incoming::Answer(answer)) => {
                    if responses.send(answer).await.is_err() {
                        break;
                    }
                }
                Ok(Incoming::Call(request)) => {
                    if is_lost_change(&request) {
                        self.engine.message_lost(&body);
                    } else if self.call(request).await.is_err() {
                        break;
                    }
                }
                Err((id, why)) => {
                    tracing::warn!(why, "a message of the client is no request");
                    self.engine.message_lost(&body);
                    self.refuse(id, invalid_request(why)).await;
                }
            }
        }
        self.tasks.shutdown().await;
    }

    /// Hands a request or notification on. An error ends the conversation.
    async fn call(&mut self, request: Request) -> Result<(), ExitedError> {
        let id = request.id().cloned();
        let method = request.method();
        let refusal = match (self.phase, method) {
            (_, "exit") => None,
            (Phase::New, "initialize") => None,
            (Phase::New, _) => Some(not_initialized()),
            (Phase::ShutDown, _) => Some(invalid_request("the server was shut down")),
            (Phase::Running, _) if method.starts_with("$/") && id.is_some() => Some(unknown_method(method)),
            (Phase::Running, _) => None,
        };
        if let Some(refusal) = refusal {
            if let Some(id) = id {
                self.refuse(id, refusal).await;
            }
            return Ok(());
        }
        if method == "shutdown" && id.is_some() {
            self.phase = Phase::ShutDown;
        }
        let (exits, initializes) = (method == "exit", method == "initialize");
        poll_fn(|cx| self.service.poll_ready(cx)).await?;
        let mut pending: Pending = Box::pin(self.service.call(request));
        if exits {
            let _ = pending.await;
            // There is no other way to say that the conversation is over.
            return poll_fn(|cx| self.service.poll_ready(cx)).await;
        }
        if initializes {
            // What comes next presupposes it.
            let answer = pending.await?;
            if answer.as_ref().is_some_and(Response::is_ok) {
                self.phase = Phase::Running;
            }
            self.answer(answer).await;
            return Ok(());
        }
        // Handlers put their job on the engine's queue when they are polled first: here, in the order of the messages.
        let first = poll_fn(|cx| Poll::Ready(pending.as_mut().poll(cx))).await;
        while self.tasks.try_join_next().is_some() {}
        match first {
            Poll::Ready(answer) => self.answer(answer?).await,
            Poll::Pending => {
                let Ok(permit) = self.room.clone().acquire_owned().await else { return Ok(()) };
                let sender = self.sender.clone();
                self.tasks.spawn(async move {
                    if let Ok(Some(answer)) = pending.await {
                        let _ = sender.send(encoded(&answer)).await;
                    }
                    drop(permit);
                });
            }
        }
        Ok(())
    }

    async fn answer(&self, answer: Option<Response>) {
        if let Some(answer) = answer {
            let _ = self.sender.send(encoded(&answer)).await;
        }
    }

    async fn refuse(&self, id: Id, error: Error) {
        self.answer(Some(Response::from_error(id, error))).await;
    }
}

/// Sorts a message (JSON-RPC 2.0, sections 4 and 5; LSP 3.17, "Base Protocol"). What is none comes back with its identifier and why.
fn understand(message: Value) -> Result<Incoming, (Id, &'static str)> {
    let Value::Object(mut message) = message else { return Err((Id::Null, "a message is an object")) };
    let id = match message.remove("id") {
        None => Ok(None),
        Some(Value::String(id)) => Ok(Some(Id::String(id))),
        Some(Value::Number(n)) if n.is_i64() => Ok(n.as_i64().map(Id::Number)),
        Some(_) => Err((Id::Null, "an identifier is an integer or a string")),
    };
    let known = || id.clone().ok().flatten().unwrap_or_default();
    if message.get("jsonrpc") != Some(&json!("2.0")) {
        return Err((known(), "the message does not say that it is of JSON-RPC 2.0"));
    }
    let (result, error) = (message.remove("result"), message.remove("error"));
    match message.remove("method") {
        Some(Value::String(method)) => {
            let mut request = Request::build(method);
            if let Some(id) = id.clone()? {
                request = request.id(id);
            }
            match message.remove("params") {
                None | Some(Value::Null) => Ok(Incoming::Call(request.finish())),
                Some(params @ (Value::Object(_) | Value::Array(_))) => {
                    Ok(Incoming::Call(request.params(params).finish()))
                }
                Some(_) => Err((known(), "parameters are an object or an array")),
            }
        }
        Some(_) => Err((known(), "a method is a string")),
        // An answer to an answer would go on for ever: one that is odd counts as a failure of what was asked.
        None => match (id?, result, error) {
            (Some(id), _, Some(error)) => {
                let error = serde_json::from_value(error).unwrap_or_else(|_| invalid_request("the error is none"));
                Ok(Incoming::Answer(Response::from_error(id, error)))
            }
            (Some(id), Some(result), None) => Ok(Incoming::Answer(Response::from_ok(id, result))),
            (id, ..) => Err((id.unwrap_or_default(), "neither request nor answer")),
        },
    }
}

/// Whether it is a change of a document whose parameters cannot be read: the handler would never hear of it.
fn is_lost_change(request: &Request) -> bool {
    use serde::Deserialize;
    use tower_lsp::gen_lsp_types::DidChangeTextDocumentParams;
    request.method() == "textDocument/didChange"
        && request.id().is_none()
        && request.params().is_none_or(|p| DidChangeTextDocumentParams::deserialize(p).is_err())
}

fn error(code: ErrorCode, message: impl Into<String>) -> Error {
    Error { code, message: message.into().into(), data: None }
}
fn parse_error(why: &str) -> Error {
    error(ErrorCode::ParseError, format!("the message cannot be read: {why}"))
}
fn invalid_request(why: &str) -> Error {
    error(ErrorCode::InvalidRequest, why)
}
fn unknown_method(method: &str) -> Error {
    error(ErrorCode::MethodNotFound, format!("there is no method {method}"))
}
fn not_initialized() -> Error {
    error(ErrorCode::ServerError(-32002), "the server is not initialized")
}
