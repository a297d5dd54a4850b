"""The processes of a quarter, one file each; `simulator.model.SCHEDULE` gives their order."""
