"""Calibration: history matching in waves, then acceptance of a set of parameter draws."""
