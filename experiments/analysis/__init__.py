"""Analyses of an experiment, as functions on data frames.

They take a design (index `design_id`) and outcomes (`design_id, replicate, scenario`, one column
per outcome), join them by `design_id`, and return tidy frames. `docs/analyses.md` says what each
answers and how its verdict is reached. `from experiments.analysis import sobol` imports one.
"""
