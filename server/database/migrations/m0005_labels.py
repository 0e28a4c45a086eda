"""Labels that count no more, by the hash of their token; branches are found by the hash of the one that does."""

STATEMENTS: tuple[str, ...] = (
    """
    CREATE TABLE retired_tag (
        tag TEXT PRIMARY KEY,
        branch TEXT NOT NULL,
        retired_at BIGINT NOT NULL,
        retired_by TEXT NOT NULL,
        why TEXT NOT NULL
    )
    """,
    "CREATE INDEX retired_tag_branch ON retired_tag (branch)",
    "CREATE INDEX branch_tag ON branch (json_extract(body, '$.tag'))",
)
