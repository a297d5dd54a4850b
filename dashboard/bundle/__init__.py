"""A folder that starts the workshop on a machine without internet: `make bundle`."""
