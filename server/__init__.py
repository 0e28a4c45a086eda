"""The authority: one Litestar application over one database."""

VERSION = "0.1.0"
"""Of this server, as told by `/api/health` and `xunfang --version`."""
