"""Scenarios on the page: read, told in plain words, built from levers, shared by their address."""
