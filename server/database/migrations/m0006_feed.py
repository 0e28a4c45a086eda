"""The feed by its records: what belongs to one record stands together, so a push touches one page a record, not six.

Indexes that nothing asks go. Of the log only what was refused is ever looked up by its record.
"""

PENDING = (
    *("log", "touch", "feed", "unit", "branch", "person", "standard", "task", "inspection", "finding", "photo"),
    *("customer", "visit", "comment", "quota"),
)
_FEED = """
    CREATE TABLE feed_by_record (
        audience TEXT NOT NULL,
        type TEXT NOT NULL,
        record TEXT NOT NULL,
        rev BIGINT NOT NULL,
        gone INTEGER NOT NULL,
        is_open INTEGER NOT NULL,
        changed_at BIGINT NOT NULL,
        PRIMARY KEY (type, record, audience)
    ) WITHOUT ROWID
    """
_COLUMNS = "audience, type, record, rev, gone, is_open, changed_at"
# With `gone`, so that reading what is new needs nothing but this index.
_REV = "CREATE INDEX feed_rev ON feed (audience, rev, type, record, gone)"
_REFUSED = ("DROP INDEX log_record", "CREATE INDEX log_refused ON log (type, record) WHERE outcome = 'refused'")
_NO_PENDING = tuple(f"DROP INDEX {table}_pending" for table in PENDING)

SQLITE: tuple[str, ...] = (
    *_NO_PENDING,
    *_REFUSED,
    _FEED,
    f"INSERT INTO feed_by_record ({_COLUMNS}) SELECT {_COLUMNS} FROM feed ORDER BY type, record, audience",
    "DROP TABLE feed",
    "ALTER TABLE feed_by_record RENAME TO feed",
    _REV,
    "CREATE INDEX feed_gone ON feed (changed_at) WHERE gone = 1",
)
POSTGRESQL: tuple[str, ...] = (
    *_NO_PENDING,
    *_REFUSED,
    "ALTER TABLE feed DROP CONSTRAINT feed_pkey",
    "ALTER TABLE feed ADD PRIMARY KEY (type, record, audience)",
    "DROP INDEX feed_record",
    "DROP INDEX feed_rev",
    _REV,
)
