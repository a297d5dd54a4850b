"""The live workshop: rooms in which tables play decisions over rounds, on one shared simulation."""
