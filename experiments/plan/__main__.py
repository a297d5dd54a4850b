"""Writes the JSON Schema beside the plans again: `python -m experiments.plan`."""

from experiments.plan.json_schema import SCHEMA_FILE, schema_text

if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
