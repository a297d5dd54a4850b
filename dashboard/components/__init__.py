"""Parts of pages: pure functions that return elements of `dash.html`."""
