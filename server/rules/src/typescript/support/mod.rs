//! What several TypeScript rules need.
