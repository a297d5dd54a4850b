"""The folder of an experiment: a journal of single units, parts of many, whole tables."""
