"""The seeded world of the protocol's tests."""

from tests.server.protocol.conftest import seeded, world, world_url

__all__ = ["seeded", "world", "world_url"]
