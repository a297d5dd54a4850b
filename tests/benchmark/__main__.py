"""`python -m tests.benchmark`: what `make benchmark` runs."""

from tests.benchmark.run import main

main()
