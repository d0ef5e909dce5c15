; Functions, and the points where their control flow divides.

(function_declaration name: (identifier) @name) @function
(generator_function_declaration name: (identifier) @name) @function
(function_expression name: (identifier)? @name) @function
(generator_function name: (identifier)? @name) @function
(method_definition name: (_) @name) @function
(class_static_block) @function
(arrow_function) @function

[
  (if_statement)
  (while_statement)
  (do_statement)
  (for_statement)
  (for_in_statement)
  (ternary_expression)
  (catch_clause)
  (switch_case)
  (optional_chain)
] @decision

(binary_expression operator: ["&&" "||" "??"]) @decision
(augmented_assignment_expression operator: ["&&=" "||=" "??="]) @decision
