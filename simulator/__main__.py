"""`python -m simulator` is the command `penser-demain`."""

from simulator.command import main

if __name__ == "__main__":
    main()
