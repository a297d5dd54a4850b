"""Hindcasts: past years replayed from a population dated to their start, beside what happened."""
