"""The server as it would be if it kept no page of a fill: python -m tests.bench.without serve."""

from server import cli
from server.sync import snapshots

snapshots.TRIES = 0  # worker processes read this module again

if __name__ == "__main__":
    cli.main()
