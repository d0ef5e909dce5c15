//! Answers that are valid for one revision, shared by all its models ([`index::Index::revision_data`]).

use super::{Member, Type};
use crate::memo::Memo;
use index::csharp::CsType;
use smol_str::SmolStr;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use syntax::Node;
use text::ContentHash;

/// Maximum number of files and projects whose answers are cached.
const MAX_GROUPS: usize = 512;

/// Answers of one revision.
#[derive(Default)]
pub(super) struct SemanticCache {
    projects: Memo<Arc<str>, Arc<ProjectAnswers>, MAX_GROUPS>,
    files: Memo<(Arc<Path>, ContentHash), Arc<FileAnswers>, MAX_GROUPS>,
}

impl SemanticCache {
    /// Answers that depend on what the files of a project can reference.
    pub(super) fn project(&self, path: &Arc<str>) -> Arc<ProjectAnswers> {
        self.projects.get(path).unwrap_or_else(|| {
            let new = Arc::new(ProjectAnswers::default());
            self.projects.insert(path.clone(), new.clone());
            new
        })
    }

    /// Answers about the nodes of a file with this text.
    pub(super) fn file(&self, path: &Arc<Path>, hash: ContentHash) -> Arc<FileAnswers> {
        let key = (path.clone(), hash);
        self.files.get(&key).unwrap_or_else(|| {
            let new = Arc::new(FileAnswers::default());
            self.files.insert(key, new.clone());
            new
        })
    }
}

/// Answers that are the same in all files of a project. The types are closed: they contain no type parameter in scope.
#[derive(Default)]
pub(super) struct ProjectAnswers {
    /// Declarations by full name, number of type arguments, and number of type arguments of the containing type.
    pub(super) declarations: Memo<(SmolStr, usize, usize), Option<CsType>>,
    pub(super) supertypes: Memo<Type, Arc<[(Type, usize)]>>,
    /// Members by type and name.
    pub(super) members: Memo<(Type, SmolStr), Arc<[Member]>>,
}

/// A node of a file: its byte range and its kind.
pub(super) type NodeKey = (usize, usize, u16);

/// The cache key of a node.
pub(super) fn key_of(node: Node<'_>) -> NodeKey {
    (node.start_byte(), node.end_byte(), node.kind_id())
}

/// Cached answers about the nodes of a file.
#[derive(Default)]
pub(super) struct FileAnswers {
    /// Types of expressions.
    pub(super) types: Memo<NodeKey, Option<Type>>,
    /// Types after implicit conversions.
    pub(super) converted: Memo<NodeKey, Option<Type>>,
    /// The `#nullable` directives about annotations: the byte offset behind each, and what it says; `None` restores the project's.
    pub(super) nullable: OnceLock<Vec<(usize, Option<bool>)>>,
}

/// Whether the meaning of a type does not depend on where it is asked about: all names in it are qualified or keywords.
pub(super) fn is_closed(ty: &Type) -> bool {
    match ty {
        Type::Named { outer, name, arguments } => {
            let qualified = outer.as_ref().map_or_else(
                || name.contains('.') || super::types::system_name(name).is_some() || name == "void",
                |outer| is_closed(outer),
            );
            qualified && arguments.iter().all(is_closed)
        }
        Type::Array(inner, _) | Type::Nullable(inner) | Type::Pointer(inner) => is_closed(inner),
        Type::Tuple(elements) => elements.iter().all(|(ty, _)| is_closed(ty)),
    }
}
