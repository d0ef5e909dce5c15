; Names of the file: variables, parameters, functions, types, imports.

; Scopes.
[
  (statement_block)
  (switch_body)
  (for_statement)
  (for_in_statement)
  (catch_clause)
  (class_declaration)
  (abstract_class_declaration)
  (class)
  (interface_declaration)
  (type_alias_declaration)
  (conditional_type)
  (index_signature)
] @local.scope

[
  (program)
  (function_declaration)
  (generator_function_declaration)
  (function_expression)
  (generator_function)
  (arrow_function)
  (method_definition)
  (class_static_block)
  (function_signature)
  (method_signature)
  (abstract_method_signature)
  (call_signature)
  (construct_signature)
  (function_type)
  (constructor_type)
] @local.scope.function

; A namespace is a function as far as `var` is concerned.
(internal_module body: (statement_block) @local.scope.function)
(module body: (statement_block) @local.scope.function)

; Variables.
(variable_declarator name: (identifier) @local.definition.variable)
(for_in_statement kind: _ left: (identifier) @local.definition.variable)
(catch_clause parameter: (identifier) @local.definition.variable)
(variable_declaration) @local.hoisted
(for_in_statement kind: "var" left: (_) @local.hoisted)

; Parameters.
(required_parameter pattern: (identifier) @local.definition.parameter)
(optional_parameter pattern: (identifier) @local.definition.parameter)
(arrow_function parameter: (identifier) @local.definition.parameter)

; Names in patterns.
(array_pattern (identifier) @local.definition.variable)
(array_pattern (assignment_pattern left: (identifier) @local.definition.variable))
(rest_pattern (identifier) @local.definition.variable)
(pair_pattern value: (identifier) @local.definition.variable)
(pair_pattern value: (assignment_pattern left: (identifier) @local.definition.variable))
(shorthand_property_identifier_pattern) @local.definition.variable
(assignment_expression left: [(array_pattern) (object_pattern)] @local.assigned)
(for_in_statement !kind left: [(array_pattern) (object_pattern)] @local.assigned)

; Functions and types are known in the scope around them.
((function_declaration name: (identifier) @local.definition.function) (#set! scope "parent"))
((generator_function_declaration name: (identifier) @local.definition.function) (#set! scope "parent"))
((function_signature name: (identifier) @local.definition.function) (#set! scope "parent"))
((class_declaration name: (type_identifier) @local.definition.type) (#set! scope "parent"))
((abstract_class_declaration name: (type_identifier) @local.definition.type) (#set! scope "parent"))
((interface_declaration name: (type_identifier) @local.definition.type) (#set! scope "parent"))
((type_alias_declaration name: (type_identifier) @local.definition.type) (#set! scope "parent"))
(enum_declaration name: (identifier) @local.definition.type)
(internal_module name: (identifier) @local.definition.namespace)
(function_expression name: (identifier) @local.definition.function)
(class name: (type_identifier) @local.definition.type)

; Type parameters.
(type_parameter name: (type_identifier) @local.definition.type)
(mapped_type_clause name: (type_identifier) @local.definition.type)
(infer_type (type_identifier) @local.definition.type)

; Imports.
(import_clause (identifier) @local.definition.import)
(namespace_import (identifier) @local.definition.import)
(import_specifier !alias name: (identifier) @local.definition.import)
(import_specifier alias: (identifier) @local.definition.import)
(import_require_clause (identifier) @local.definition.import)
(import_alias . (identifier) @local.definition.import)

; Names that are no references to any of these.
(import_specifier name: (identifier) @local.member alias: (_))
(export_specifier alias: (identifier) @local.member)
(export_statement (export_clause (export_specifier name: (identifier) @local.member)) source: (_))
(namespace_export (identifier) @local.member)
(nested_type_identifier name: (type_identifier) @local.member)

; References.
[(identifier) (type_identifier) (shorthand_property_identifier)] @local.reference
