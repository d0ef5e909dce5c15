; Declarations of types and members. Namespaces are no declarations of their own.

(class_declaration name: (identifier) @name) @declaration.class
(interface_declaration name: (identifier) @name) @declaration.interface
(enum_declaration name: (identifier) @name) @declaration.enum
(delegate_declaration name: (identifier) @name) @declaration.delegate

(struct_declaration name: (identifier) @name) @declaration.struct
(record_declaration name: (identifier) @name) @declaration.record
(record_declaration "struct" name: (identifier) @name) @declaration.record-struct

(method_declaration name: (identifier) @name) @declaration.method
(constructor_declaration name: (identifier) @name) @declaration.constructor
(destructor_declaration name: (identifier) @name) @declaration.destructor
(property_declaration name: (identifier) @name) @declaration.property
(event_declaration name: (identifier) @name) @declaration.event
(enum_member_declaration name: (identifier) @name) @declaration.enum-member
(indexer_declaration "this" @name) @declaration.indexer
(operator_declaration operator: _ @name) @declaration.operator
(conversion_operator_declaration ["implicit" "explicit"] @name) @declaration.conversion-operator

(field_declaration
  (variable_declaration
    (variable_declarator name: (identifier) @name) @declaration.field))
(event_field_declaration
  (variable_declaration
    (variable_declarator name: (identifier) @name) @declaration.event))

; Bodies.
(block) @local
(arrow_expression_clause) @local
