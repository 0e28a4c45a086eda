"""`python -m server.cli` is `xunfang`."""

from server.cli import main

main()
