//! Rules for what restoring, MSBuild and the SDK report of project files. Where several rules handle a code, the earlier ones in this list
//! come first.

pub(crate) mod support;

/// Declares the modules of the rules and lists them.
macro_rules! project_rules {
    ($($name:ident,)*) => {
        $(mod $name;)*
        pub(crate) const RULES: &[fix::ProjectRule] = &[$(fix::ProjectRule {
            name: stringify!($name),
            codes: $name::CODES,
            fixes: $name::fixes,
            file: include_str!(concat!(stringify!($name), ".rs")),
        }),*];
    };
}

project_rules! {
    msb4025_broken_xml,
    msb9008_wrong_path,
    msb4067_misspelt_element,
    nu1605_downgrade,
    nu1008_central_version,
    nu1504_duplicate_item,
    nu1201_target_framework,
    nu1101_misspelt_package,
    nu1102_missing_version,
    netsdk1100_windows_targeting,
    cs0579_nested_project,
    global_using_package,
}
