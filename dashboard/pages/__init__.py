"""Pages: pure layouts that take a view and return components."""
