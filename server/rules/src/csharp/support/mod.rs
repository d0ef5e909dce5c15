//! What several C# rules need.
