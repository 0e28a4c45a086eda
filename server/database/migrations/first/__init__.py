"""One module a slice, each with ``TABLES: list[str]`` of plain SQL: TEXT, BIGINT, INTEGER, DOUBLE PRECISION only."""
