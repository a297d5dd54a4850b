"""Pure figure builders: data in, a Plotly dictionary out."""
