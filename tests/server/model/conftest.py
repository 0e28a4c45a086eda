"""The seeded data folder, as in the protocol's tests."""

from tests.server.protocol.conftest import seeded

__all__ = ["seeded"]
