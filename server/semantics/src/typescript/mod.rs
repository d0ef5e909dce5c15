//! The model of TypeScript and JavaScript.
