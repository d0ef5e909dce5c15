//! Answers to questions that are asked often while fixes are computed. They hold for one revision: every change of the
//! workspace drops them.

use super::resolve::Place;
use super::{CsMember, CsType};
use crate::DeclarationId;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::hash::Hash;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Limit for the answers of one kind: a revision may last long.
const LIMIT: usize = 1 << 16;

/// Base types as written, with their meanings.
pub(crate) type Bases = Arc<[(SmolStr, Option<CsType>)]>;

/// Types with their type arguments.
pub(crate) type Inherited = Arc<[(CsType, Vec<(SmolStr, String)>)]>;

/// A type within one revision.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum TypeKey {
    /// Place in the symbol table.
    Source(u32),
    /// Key of a library type.
    Library(u32),
}

/// A place as name resolution sees it: places with the same number see the same names.
#[derive(Clone)]
pub(super) struct KnownPlace {
    number: u32,
    pub(super) place: Arc<Place>,
}

/// What distinguishes places.
type PlaceKey = (Arc<Path>, Vec<u32>, Vec<SmolStr>, SmolStr);

#[derive(Default)]
struct Places {
    /// By file and offset.
    at: FxHashMap<Arc<Path>, FxHashMap<usize, KnownPlace>>,
    /// Headers of declarations.
    headers: FxHashMap<DeclarationId, Option<KnownPlace>>,
    known: FxHashMap<PlaceKey, KnownPlace>,
    kept: usize,
}

impl Places {
    fn known(&mut self, place: Place) -> KnownPlace {
        let key = (place.path.clone(), place.types.clone(), place.type_parameters.clone(), place.namespace.clone());
        let number = self.known.len() as u32;
        self.known.entry(key).or_insert_with(|| KnownPlace { number, place: Arc::new(place) }).clone()
    }

    /// Makes room. Numbers do not change.
    fn grow(&mut self) {
        self.kept += 1;
        if self.kept > LIMIT {
            (self.kept, self.at, self.headers) = Default::default();
        }
    }
}

/// The answers of one revision.
#[derive(Default)]
pub(crate) struct QueryCache {
    places: RwLock<Places>,
    meanings: RwLock<FxHashMap<(u32, SmolStr), Option<CsType>>>,
    bases: RwLock<FxHashMap<TypeKey, Bases>>,
    inherited: RwLock<FxHashMap<TypeKey, Inherited>>,
    members: RwLock<FxHashMap<TypeKey, Arc<[CsMember]>>>,
    computed: AtomicUsize,
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(|e| e.into_inner())
}
fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(|e| e.into_inner())
}

/// The answer, computed when it is not known. No lock is held while computing, which may ask other questions.
fn get_or<K: Hash + Eq, V: Clone>(memo: &RwLock<FxHashMap<K, V>>, key: K, compute: impl FnOnce() -> V) -> V {
    if let Some(known) = read(memo).get(&key) {
        return known.clone();
    }
    let value = compute();
    let mut memo = write(memo);
    if memo.len() >= LIMIT {
        memo.clear();
    }
    memo.entry(key).or_insert(value).clone()
}

impl QueryCache {
    /// How many answers had to be computed.
    #[cfg(test)]
    pub(crate) fn computed(&self) -> usize {
        self.computed.load(Ordering::Relaxed)
    }

    fn count(&self) {
        self.computed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn place(
        &self,
        path: &Path,
        offset: usize,
        compute: impl FnOnce() -> Option<Place>,
    ) -> Option<KnownPlace> {
        if let Some(known) = read(&self.places).at.get(path).and_then(|of_file| of_file.get(&offset)) {
            return Some(known.clone());
        }
        self.count();
        let place = compute()?;
        let mut places = write(&self.places);
        places.grow();
        let path = place.path.clone();
        let known = places.known(place);
        places.at.entry(path).or_default().insert(offset, known.clone());
        Some(known)
    }

    pub(super) fn header(
        &self,
        declaration: &DeclarationId,
        compute: impl FnOnce() -> Option<Place>,
    ) -> Option<KnownPlace> {
        if let Some(known) = read(&self.places).headers.get(declaration) {
            return known.clone();
        }
        self.count();
        let place = compute();
        let mut places = write(&self.places);
        places.grow();
        let known = place.map(|place| places.known(place));
        places.headers.insert(declaration.clone(), known.clone());
        known
    }

    /// What `text` means at a place.
    pub(super) fn meaning(
        &self,
        place: &KnownPlace,
        text: &str,
        compute: impl FnOnce(&Place) -> Option<CsType>,
    ) -> Option<CsType> {
        get_or(&self.meanings, (place.number, text.into()), || {
            self.count();
            compute(&place.place)
        })
    }

    pub(super) fn bases(&self, ty: TypeKey, compute: impl FnOnce() -> Bases) -> Bases {
        get_or(&self.bases, ty, || {
            self.count();
            compute()
        })
    }

    pub(super) fn inherited(&self, ty: TypeKey, compute: impl FnOnce() -> Inherited) -> Inherited {
        get_or(&self.inherited, ty, || {
            self.count();
            compute()
        })
    }

    pub(super) fn members(&self, ty: TypeKey, compute: impl FnOnce() -> Arc<[CsMember]>) -> Arc<[CsMember]> {
        get_or(&self.members, ty, || {
            self.count();
            compute()
        })
    }
}
