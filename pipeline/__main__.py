"""`python -m pipeline` is the command `ecosystem-map`."""

from pipeline.cli import main

main()
