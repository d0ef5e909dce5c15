//! Rules for TypeScript. Earlier ones come first where several answer to one code.

pub(crate) mod support;

crate::rules! { TypeScript:
    ts1064_async_return_type,
    ts1205_type_only_export,
    ts1308_await_in_sync_function,
    ts1361_type_import_used_as_value,
    ts1484_type_only_import,
    ts2304_missing_import,
    ts2348_missing_new,
    ts2377_missing_super_call,
    ts2564_uninitialized_property,
    ts2578_unused_expect_error,
    ts2588_const_assignment,
    ts2663_missing_this,
    ts2689_extends_interface,
    ts2774_missing_call,
    ts2794_void_promise,
    ts2845_nan_equality,
    ts4111_index_signature_access,
    ts4112_needless_override,
    ts4114_missing_override,
    ts4119_jsdoc_override,
    ts6133_unused_import,
    ts6133_unused_local,
    ts6133_unused_parameter,
    ts6138_unused_property,
    ts6205_unused_type_parameter,
    ts7027_unreachable_code,
    ts7028_unused_label,
    ts17009_super_before_this,
}
