"""Pages that show results: no model of its own."""
