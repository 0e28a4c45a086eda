"""The tables as declared are the tables as migrated."""

import pytest
from piccolo.columns import BigInt, Integer, Serial
from piccolo.table import TABLE_REGISTRY, Table

from server.database.query import fetch
from tests.server.conftest import Seed

OURS = [table for table in TABLE_REGISTRY if table.__module__.startswith("server.")]


@pytest.mark.parametrize("table", OURS, ids=lambda table: table._meta.tablename)
async def test_declared_is_migrated(table: type[Table], seed: Seed) -> None:
    found = {name: (kind, bool(not_null)) for _, name, kind, not_null, *_ in await fetch(_INFO, table._meta.tablename)}
    declared = {column._meta.name: column for column in table._meta.columns}
    # Two tables have a key of two columns, or none; Piccolo then adds an id that is not there.
    assert found.keys() == declared.keys() - ({"id"} - found.keys())
    for name, (kind, not_null) in found.items():
        column = declared[name]
        assert (kind in ("BIGINT", "INTEGER")) == isinstance(column, BigInt | Integer | Serial), name
        if not column._meta.primary_key:
            assert not_null != column._meta.null, name


_INFO = "SELECT * FROM pragma_table_info(?)"
