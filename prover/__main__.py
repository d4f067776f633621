"""`python -m prover`: the command `prover` where it is not on the path."""

from prover.cli import main

if __name__ == "__main__":
    main()
