"""Writes the JSON Schemas beside the scenarios again: `python -m simulator.scenario`."""

from simulator.scenario.catalogue import scenario_folder
from simulator.scenario.json_schemas import write_schemas

if __name__ == "__main__":
    write_schemas(scenario_folder() / "schema")
