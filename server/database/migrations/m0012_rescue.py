"""Files that brought what phones could not send: who handed one in, whose it was, and what became of it (JSON)."""

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE rescue (
        id TEXT PRIMARY KEY,
        brought_by TEXT NOT NULL,
        brought_at BIGINT NOT NULL,
        device BIGINT,
        person TEXT,
        report TEXT
    )
    """,
)
