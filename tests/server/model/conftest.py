"""Where the histories of a session are played."""

from collections.abc import Iterator

import pytest

from tests.server.databases import PostgreSQL
from tests.server.model.play import Theatre


@pytest.fixture(scope="session")
def theatre(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    """PostgreSQL is started when the first history asks for it."""

    def postgres() -> PostgreSQL:
        server: PostgreSQL = request.getfixturevalue("postgres")
        return server

    house = Theatre(tmp_path_factory.mktemp("theatre"), postgres)
    yield house
    house.close()
