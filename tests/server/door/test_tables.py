"""The tables as declared are the tables as migrated."""

import pytest
from piccolo.columns import BigInt, Integer, Serial
from piccolo.table import TABLE_REGISTRY, Table

from server.database.query import fetch
from tests.server.conftest import Seed

OURS = [table for table in TABLE_REGISTRY if table.__module__.startswith("server.")]


@pytest.mark.parametrize("table", OURS, ids=lambda table: table._meta.tablename)
async def test_declared_is_migrated(table: type[Table], seed: Seed, database: str) -> None:
    found = {name: (kind, bool(must)) for name, kind, must in await fetch(_INFO[database], table._meta.tablename)}
    declared = {column._meta.name: column for column in table._meta.columns}
    # Two tables have a key of two columns, or none; Piccolo then adds an id that is not there.
    assert found.keys() == declared.keys() - ({"id"} - found.keys())
    for name, (kind, not_null) in found.items():
        column = declared[name]
        assert (kind in ("BIGINT", "INTEGER")) == isinstance(column, BigInt | Integer | Serial), name
        if not column._meta.primary_key:
            assert not_null != column._meta.null, name


_INFO = {
    "sqlite": 'SELECT name, type, "notnull" FROM pragma_table_info(?)',
    "postgresql": "SELECT column_name::text, upper(data_type), is_nullable = 'NO' FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND table_name = ?",
}
