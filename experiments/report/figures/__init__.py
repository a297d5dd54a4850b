"""Pictures of a report, one kind a file; `drawing` gives them one look and writes them."""
