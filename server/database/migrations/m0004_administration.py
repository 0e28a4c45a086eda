"""What the desk's lists look in and sort by; whose password is a first one; sheets that were brought in."""

from server.database.migrations.first import Both, Statement

_JSON_EXTRACT = r"""
CREATE OR REPLACE FUNCTION json_extract(array_ text, path text) RETURNS text LANGUAGE sql IMMUTABLE
AS 'SELECT CASE WHEN $2 LIKE ''$[%'' THEN $1::json ->> substring($2 FROM ''^\$\[(\d+)\]$'')::integer
    ELSE $1::json ->> substring($2 FROM 3) END'
"""

TABLES: list[Statement] = [
    # Until the server has filled them in, `search` is empty.
    *(
        f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT ''"
        for table in ("unit", "branch", "person")
        for column in ("search", "sorting")
    ),
    "ALTER TABLE branch ADD COLUMN kind TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX branch_by_code ON branch (code, unit, status, kind, search, id)",
    "CREATE INDEX branch_by_name ON branch (sorting, id, unit, status, kind, search)",
    "CREATE INDEX branch_by_unit ON branch (unit, code, status, kind, search, id)",
    "CREATE INDEX person_by_name ON person (sorting, id, home, active, search)",
    "CREATE INDEX person_by_home ON person (home, active)",
    "CREATE INDEX session_person ON session (person)",
    "CREATE INDEX device_by_seen ON device (seen_at, id, person)",
    "ALTER TABLE account ADD COLUMN first_password INTEGER NOT NULL DEFAULT 0",
    # `$.name` beside `$[0]`, as SQLite has it.
    Both("", _JSON_EXTRACT),
    """
    CREATE TABLE import_ (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        person TEXT NOT NULL,
        name TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        state TEXT NOT NULL,
        hash TEXT NOT NULL,
        new INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        unchanged INTEGER NOT NULL,
        wrong INTEGER NOT NULL,
        applied_at BIGINT
    )
    """,
    "CREATE INDEX import_person ON import_ (person, created_at)",
    # What an import did to a record: before is NULL where it made it; change is what the record bears since.
    """
    CREATE TABLE import_row (
        import TEXT NOT NULL,
        row INTEGER NOT NULL,
        record TEXT NOT NULL,
        change BIGINT NOT NULL,
        before TEXT,
        PRIMARY KEY (import, row)
    )
    """,
    "CREATE INDEX import_row_record ON import_row (record)",
]
