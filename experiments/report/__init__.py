"""One HTML page that tells an experiment: what was asked, what came out, what it cannot say.

    from experiments.report import write_report

    write_report("results/depth", language="en")

Reading the folder: `subject`, `pairs`. What stands where: `sections/`, one file a part of the page,
made of `blocks`. Pictures: `figures/`. Everything that is said: `words/`, French and English.
"""

from __future__ import annotations

from experiments.report.write import write_report

__all__ = ["write_report"]
