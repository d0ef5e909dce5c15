use std::any::Any;
use std::sync::OnceLock;

/// Values of upper layers, at most one of each type. Values are never removed: references stay valid until the whole is dropped.
#[derive(Default)]
pub(crate) struct RevisionData {
    first: OnceLock<Box<Slot>>,
}

struct Slot {
    value: Box<dyn Any + Send + Sync>,
    next: OnceLock<Box<Slot>>,
}

impl RevisionData {
    /// The value of type `T`, created when it is first asked for.
    pub(crate) fn get<T: Default + Send + Sync + 'static>(&self) -> &T {
        let mut cell = &self.first;
        loop {
            let slot = cell.get_or_init(|| Box::new(Slot { value: Box::new(T::default()), next: OnceLock::new() }));
            match slot.value.downcast_ref::<T>() {
                Some(value) => return value,
                None => cell = &slot.next,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_value_of_each_type_is_kept() {
        let data = RevisionData::default();
        data.get::<AtomicUsize>().fetch_add(7, Ordering::Relaxed);
        assert_eq!(*data.get::<String>(), "");
        assert_eq!(data.get::<AtomicUsize>().load(Ordering::Relaxed), 7);
    }
}
