"""Callbacks: thin adapters between the page and pure functions."""
