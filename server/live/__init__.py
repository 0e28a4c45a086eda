"""Streams that say "there is something for you", and nothing more (protocol §8)."""

from server.live.hub import Hub, end_all_streams

__all__ = ["Hub", "end_all_streams"]
