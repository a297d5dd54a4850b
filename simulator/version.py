"""The version, written once; packaging, `--version` and result manifests read it from here."""

__version__ = "0.1.0"
