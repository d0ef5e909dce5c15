//! Rules for C#. Earlier ones come first where several answer to one code.

pub(crate) mod support;

crate::rules! { CSharp:
    cs8300_merge_conflict_marker,
    cs0105_duplicate_using,
    cs0234_wrong_using,
    cs0104_ambiguous_reference,
    cs0535_renamed_implementation,
    cs0246_missing_using,
    cs0103_misspelt_name,
    cs0103_generate_method,
    cs0111_duplicate_declaration,
    cs0152_duplicate_case,
    cs0260_missing_partial,
    cs1002_missing_semicolon,
    cs0534_implement_abstract_class,
    cs0535_implement_interface,
    cs4014_missing_await,
    cs4032_await_in_sync_function,
    cs0106_invalid_modifier,
    cs0108_hides_inherited_member,
    cs0168_unused_variable,
    cs0169_unused_member,
    cs0267_modifier_order,
    cs1010_unterminated_literal,
    cs1026_missing_parenthesis,
    cs1513_unbalanced_braces,
    cs1519_misspelt_keyword,
}
