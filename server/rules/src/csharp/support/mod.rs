//! Helpers that several C# rules share.

pub(crate) mod arguments_fit;
pub(crate) mod candidates;
pub(crate) mod constructed;
pub(crate) mod created;
pub(crate) mod creations;
pub(crate) mod declarations;
pub(crate) mod disputed;
pub(crate) mod named;
pub(crate) mod naming;
pub(crate) mod nullable_uses;
pub(crate) mod receiver;
pub(crate) mod reparse;
pub(crate) mod type_evidence;
pub(crate) mod unimplemented;
pub(crate) mod unknown_base;
pub(crate) mod unproven;
pub(crate) mod usings;
pub(crate) mod values;

/// The message of CS0103 for `name`.
#[cfg(test)]
pub(crate) fn name_not_found(name: &str) -> String {
    format!("The name '{name}' does not exist in the current context")
}

/// The message of CS0246 for `name`.
#[cfg(test)]
pub(crate) fn type_not_found(name: &str) -> String {
    format!(
        "The type or namespace name '{name}' could not be found (are you missing a using directive or an assembly reference?)"
    )
}
