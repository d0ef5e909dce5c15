; Functions, and the points where their control flow divides.

(method_declaration name: (identifier) @name) @function
(constructor_declaration name: (identifier) @name) @function
(destructor_declaration name: (identifier) @name) @function
(local_function_statement name: (identifier) @name) @function
(accessor_declaration name: _ @name) @function
(operator_declaration) @function
(conversion_operator_declaration) @function
(property_declaration name: (identifier) @name value: (arrow_expression_clause)) @function
(indexer_declaration value: (arrow_expression_clause)) @function
(lambda_expression) @function
(anonymous_method_expression) @function

[
  (if_statement)
  (while_statement)
  (do_statement)
  (for_statement)
  (foreach_statement)
  (conditional_expression)
  (catch_clause)
  (conditional_access_expression)
] @decision

; Every section but `default`; every arm but the last resort.
(switch_section "case" @decision)
(switch_expression_arm [(constant_pattern) (declaration_pattern) (recursive_pattern) (relational_pattern) (type_pattern) (and_pattern) (or_pattern) (negated_pattern) (list_pattern) (parenthesized_pattern)]) @decision

(binary_expression operator: ["&&" "||" "??"]) @decision
(assignment_expression operator: "??=") @decision
[(and_pattern) (or_pattern)] @decision
