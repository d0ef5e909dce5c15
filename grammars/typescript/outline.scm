; Declarations of the file, of namespaces, and of members of types.

[
  (class_declaration name: (type_identifier) @name)
  (abstract_class_declaration name: (type_identifier) @name)
] @declaration.class
(interface_declaration name: (type_identifier) @name) @declaration.interface
(enum_declaration name: (identifier) @name) @declaration.enum
(type_alias_declaration name: (type_identifier) @name) @declaration.type-alias
(import_alias . (identifier) @name) @declaration.type-alias
(internal_module name: (_) @name) @declaration.namespace
(module name: (_) @name) @declaration.namespace
(ambient_declaration "global" @name) @declaration.namespace

[
  (function_declaration name: (identifier) @name)
  (generator_function_declaration name: (identifier) @name)
  (function_signature name: (identifier) @name)
] @declaration.function

(lexical_declaration (variable_declarator name: (identifier) @name) @declaration.variable)
(variable_declaration (variable_declarator name: (identifier) @name) @declaration.variable)

; Names in patterns.
(variable_declarator
  name: (object_pattern (shorthand_property_identifier_pattern) @name)) @declaration.variable
(variable_declarator
  name: (object_pattern (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name))) @declaration.variable
(variable_declarator
  name: (object_pattern (pair_pattern value: (identifier) @name))) @declaration.variable
(variable_declarator
  name: (array_pattern (identifier) @name)) @declaration.variable
(variable_declarator
  name: (_ (rest_pattern (identifier) @name))) @declaration.variable

; Members.
((method_definition name: (_) @name) @declaration.method (#not-eq? @name "constructor"))
((method_definition name: (_) @name) @declaration.constructor (#eq? @name "constructor"))
(method_definition "get" name: (_) @name) @declaration.getter
(method_definition "set" name: (_) @name) @declaration.setter
(method_signature name: (_) @name) @declaration.method
((method_signature name: (_) @name) @declaration.constructor (#eq? @name "constructor"))
(method_signature "get" name: (_) @name) @declaration.getter
(method_signature "set" name: (_) @name) @declaration.setter
(abstract_method_signature name: (_) @name) @declaration.method
(abstract_method_signature "get" name: (_) @name) @declaration.getter
(abstract_method_signature "set" name: (_) @name) @declaration.setter
(public_field_definition name: (_) @name) @declaration.field
(property_signature name: (_) @name) @declaration.property
(enum_body name: (_) @name @declaration.enum-member)
(enum_assignment name: (_) @name) @declaration.enum-member

; Parameter properties.
(required_parameter
  [(accessibility_modifier) (override_modifier) "readonly"]
  pattern: (identifier) @name) @declaration.field
(optional_parameter
  [(accessibility_modifier) (override_modifier) "readonly"]
  pattern: (identifier) @name) @declaration.field

; Bodies of functions, values, and types that are parts of others.
(function_declaration body: (_) @local)
(generator_function_declaration body: (_) @local)
(method_definition body: (_) @local)
(class_static_block body: (_) @local)
(arrow_function) @local
(function_expression) @local
(generator_function) @local
(object) @local
(as_expression) @local
(satisfies_expression) @local
(type_annotation) @local
(type_predicate_annotation) @local
(asserts_annotation) @local
(type_arguments) @local
(type_parameters) @local
(union_type) @local
(array_type) @local
(tuple_type) @local
(function_type) @local
(conditional_type) @local
