"""Pages that show results: a Dash application, no model of its own."""
