"""Settings that all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# The same examples on every machine: a failure seen once is seen by everyone.
settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
