"""Simulating while somebody looks on: what is asked, who plays it, where it is kept.

`request` says what a run is, `workers` play its worlds in warm processes, `desk` queues runs and
tells how far they are, `store` keeps scenarios and finished runs by what they hold.
"""
