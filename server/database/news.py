"""What a transaction has to tell: heard in this process once it is committed, and never if it is not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec

from server.database.current import current_engine

ANYBODY = "anybody"
"""Doubted: what anybody may read may have changed."""

NOBODY: frozenset[str] = frozenset()


class News(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something changed for the readers of some ``audiences`` at ``rev``.

    ``doubted``: who may have lost or gained rights or a session: ``person:<id>``, ``device:<number>`` or ANYBODY.
    """

    rev: int = 0
    audiences: frozenset[str] = NOBODY
    doubted: frozenset[str] = NOBODY


Hear = Callable[[News], None]
_hearers: list[Hear] = []


@contextmanager
def hearing(hear: Hear) -> Iterator[None]:
    """Inside the block all news of this process go to ``hear``, which must be quick and must not fail."""
    _hearers.append(hear)
    try:
        yield
    finally:
        _hearers.remove(hear)


def tell(news: News) -> None:
    """Tell it when the transaction of this task is committed; at once where there is none."""
    current = current_engine().live_transaction()
    if current is None:
        _spread(news)
    else:
        current.committed.append(lambda: _spread(news))


def _spread(news: News) -> None:
    for hear in _hearers:
        hear(news)
