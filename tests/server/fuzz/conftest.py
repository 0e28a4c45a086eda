"""The seeded data folder, as in the protocol's tests, in a database of its own for each test."""

from tests.server.protocol.conftest import seeded, world_url

__all__ = ["seeded", "world_url"]
