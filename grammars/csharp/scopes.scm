; Local names: parameters, variables, local functions, type parameters.

; Scopes.
[
  (compilation_unit)
  (class_declaration)
  (struct_declaration)
  (interface_declaration)
  (record_declaration)
  (block)
  (switch_body)
  (switch_expression_arm)
  (for_statement)
  (foreach_statement)
  (while_statement)
  (using_statement)
  (fixed_statement)
  (catch_clause)
  (query_expression)
] @local.scope

[
  (method_declaration)
  (constructor_declaration)
  (destructor_declaration)
  (operator_declaration)
  (conversion_operator_declaration)
  (indexer_declaration)
  (property_declaration)
  (accessor_declaration)
  (delegate_declaration)
  (local_function_statement)
  (lambda_expression)
  (anonymous_method_expression)
] @local.scope.function

; Parameters.
(parameter name: (identifier) @local.definition.parameter)
(parameter_list name: (identifier) @local.definition.parameter)
(bracketed_parameter_list name: (identifier) @local.definition.parameter)
(implicit_parameter) @local.definition.parameter

; Variables.
(local_declaration_statement
  (variable_declaration (variable_declarator name: (identifier) @local.definition.variable)))
(for_statement
  initializer: (variable_declaration (variable_declarator name: (identifier) @local.definition.variable)))
(using_statement
  (variable_declaration (variable_declarator name: (identifier) @local.definition.variable)))
(fixed_statement
  (variable_declaration (variable_declarator name: (identifier) @local.definition.variable)))
(foreach_statement type: (_) left: (identifier) @local.definition.variable)
(tuple_pattern name: (identifier) @local.definition.variable)
(parenthesized_variable_designation name: (identifier) @local.definition.variable)
(declaration_expression name: (identifier) @local.definition.variable)
(declaration_pattern name: (identifier) @local.definition.variable)
(recursive_pattern name: (identifier) @local.definition.variable)
(var_pattern name: (identifier) @local.definition.variable)
(list_pattern name: (identifier) @local.definition.variable)
(catch_declaration name: (identifier) @local.definition.variable)
(from_clause name: (identifier) @local.definition.variable)
(let_clause "let" . (identifier) @local.definition.variable)
(join_clause "join" . (identifier) @local.definition.variable)
(join_clause type: (_) . (identifier) @local.definition.variable)
(join_into_clause (identifier) @local.definition.variable)

; Local functions are known in the block around them.
((local_function_statement name: (identifier) @local.definition.function)
  (#set! scope "parent"))

; Type parameters.
(type_parameter name: (identifier) @local.definition.type)

; Names that are no references to any of these.
(member_access_expression name: (identifier) @local.member)
(member_binding_expression name: (identifier) @local.member)
(qualified_name name: (identifier) @local.member)
(argument name: (identifier) @local.member)
(attribute_argument name: (identifier) @local.member)
(tuple_element name: (identifier) @local.member)
(initializer_expression (assignment_expression left: (identifier) @local.member))
(labeled_statement . (identifier) @local.member)
(goto_statement (identifier) @local.member)
(namespace_declaration name: (_) @local.member)
(file_scoped_namespace_declaration name: (_) @local.member)
(using_directive (_) @local.member)
(class_declaration name: (identifier) @local.member)
(struct_declaration name: (identifier) @local.member)
(interface_declaration name: (identifier) @local.member)
(record_declaration name: (identifier) @local.member)
(enum_declaration name: (identifier) @local.member)
(enum_member_declaration name: (identifier) @local.member)
(delegate_declaration name: (identifier) @local.member)
(method_declaration name: (identifier) @local.member)
(constructor_declaration name: (identifier) @local.member)
(destructor_declaration name: (identifier) @local.member)
(property_declaration name: (identifier) @local.member)
(event_declaration name: (identifier) @local.member)
(field_declaration
  (variable_declaration (variable_declarator name: (identifier) @local.member)))
(event_field_declaration
  (variable_declaration (variable_declarator name: (identifier) @local.member)))

; References.
(identifier) @local.reference
