"""The tables of the door: clock, log, touches, feed, and what was set aside."""

from server.database.migrations.first import Both, Statement

_JSON_EACH = """
CREATE FUNCTION json_each(array_ text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE ROWS 20
AS 'SELECT value FROM json_array_elements_text($1::json)'
"""
_JSON_EXTRACT = r"""
CREATE FUNCTION json_extract(array_ text, path text) RETURNS text LANGUAGE sql IMMUTABLE
AS 'SELECT $1::json ->> substring($2 FROM ''^\$\[(\d+)\]$'')::integer'
"""
_REFUSE = """
CREATE FUNCTION refuse_bypass() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION '%: every change goes through the door', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$body$
"""

TABLES: list[Statement] = [
    # What SQLite has built in, so that one SQL text serves both.
    Both("", _JSON_EACH),
    Both("", _JSON_EXTRACT),
    Both("", _REFUSE),
    # Writers of PostgreSQL do not wait for each other's log numbers: each transaction takes a block of them.
    Both("", "CREATE SEQUENCE log_block"),
    "CREATE TABLE clock (id INTEGER PRIMARY KEY, rev BIGINT NOT NULL, epoch BIGINT NOT NULL)",
    "INSERT INTO clock (id, rev, epoch) VALUES (1, 0, 1)",
    """
    CREATE TABLE log (
        id BIGINT PRIMARY KEY,
        device BIGINT NOT NULL,
        n BIGINT NOT NULL,
        rev BIGINT NOT NULL,
        at BIGINT NOT NULL,
        sent BIGINT NOT NULL,
        received BIGINT NOT NULL,
        person TEXT NOT NULL,
        type TEXT NOT NULL,
        record TEXT NOT NULL,
        content TEXT NOT NULL,
        outcome TEXT NOT NULL,
        result TEXT,
        times TEXT NOT NULL,
        group_ BIGINT
    )
    """,
    "CREATE UNIQUE INDEX log_change ON log (device, n) WHERE device > 0",
    "CREATE INDEX log_record ON log (type, record)",
    "CREATE INDEX log_pending ON log (rev) WHERE rev = 0",
    """
    CREATE TABLE touch (
        type TEXT NOT NULL,
        record TEXT NOT NULL,
        rev BIGINT NOT NULL,
        log BIGINT NOT NULL,
        device BIGINT NOT NULL,
        verb TEXT NOT NULL,
        quiet INTEGER NOT NULL,
        pure INTEGER NOT NULL
    )
    """,
    "CREATE INDEX touch_record ON touch (type, record, rev)",
    "CREATE INDEX touch_pending ON touch (rev) WHERE rev < 0",
    """
    CREATE TABLE feed (
        audience TEXT NOT NULL,
        type TEXT NOT NULL,
        record TEXT NOT NULL,
        rev BIGINT NOT NULL,
        gone INTEGER NOT NULL,
        is_open INTEGER NOT NULL,
        changed_at BIGINT NOT NULL,
        PRIMARY KEY (audience, type, record)
    )
    """,
    "CREATE INDEX feed_rev ON feed (audience, rev, type, record)",
    "CREATE INDEX feed_record ON feed (type, record)",
    "CREATE INDEX feed_pending ON feed (rev) WHERE rev < 0",
    """
    CREATE TABLE held (
        device BIGINT NOT NULL,
        n BIGINT NOT NULL,
        person TEXT NOT NULL,
        type TEXT NOT NULL,
        record TEXT NOT NULL,
        code TEXT NOT NULL,
        subject TEXT NOT NULL,
        received BIGINT NOT NULL,
        status TEXT NOT NULL,
        decided_by TEXT,
        decided_at BIGINT,
        reason TEXT,
        PRIMARY KEY (device, n)
    )
    """,
    "CREATE INDEX held_record ON held (type, record)",
    "CREATE INDEX held_subject ON held (subject, status)",
]


def synced(table: str, *columns: str) -> list[Statement]:
    """The statements of one synced table: the columns all have, its own, and the guard.

    The guard aborts an UPDATE that does not carry a new change number, so nothing can bypass the feed.
    On PostgreSQL a later change may bear a smaller number: blocks are not taken in the order of the commits.
    """
    own = "".join(f", {column}" for column in columns)
    return [
        f"CREATE TABLE {table} (id TEXT PRIMARY KEY, rev BIGINT NOT NULL, change BIGINT NOT NULL, "
        f"body TEXT NOT NULL, heads TEXT NOT NULL{own})",
        f"CREATE INDEX {table}_pending ON {table} (rev) WHERE rev < 0",
        Both(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE ON {table} "
            "WHEN NEW.change <= OLD.change AND NOT (OLD.rev < 0 AND NEW.rev > 0) "
            f"BEGIN SELECT RAISE(ABORT, '{table}: every change goes through the door'); END",
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE ON {table} FOR EACH ROW "
            "WHEN (NEW.change = OLD.change AND NOT (OLD.rev < 0 AND NEW.rev > 0)) EXECUTE FUNCTION refuse_bypass()",
        ),
    ]
