"""Where servers live and die: one nursery and one durable PostgreSQL for all of these tests."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.server.kills.cluster import Cluster, cluster
from tests.server.kills.housing import nursery
from tests.server.kills.places import Places


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    with ExitStack() as stack:
        started: list[Cluster] = []

        def durable() -> Cluster:
            if not started:
                started.append(stack.enter_context(cluster()))
            return started[0]

        yield Places(tmp_path_factory.mktemp("kills"), stack.enter_context(nursery()), durable)
