"""Playing the units of an experiment in many processes, here or on other machines."""
