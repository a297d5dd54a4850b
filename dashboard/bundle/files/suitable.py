"""Ends with 0 where this Python can use the wheels beside; any Python can ask, even an old one."""

import json
import os
import platform
import sys

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "bundle.json")) as file:
    made_for = json.load(file)

try:
    import ensurepip  # noqa: F401  Debian keeps it apart: without it no environment can be made
    import venv  # noqa: F401
except ImportError:
    sys.exit(1)

fits = (
    "{}.{}".format(*sys.version_info[:2]) in made_for["pythons"]
    and sys.version_info[3] == "final"
    and platform.python_implementation() == "CPython"
    and sys.platform == made_for["sys_platform"]
    and platform.machine() == made_for["machine"]
    and sys.maxsize > 2**32
)
sys.exit(0 if fits else 1)
