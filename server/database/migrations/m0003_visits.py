"""Customers, visits, comments and quotas. A photo may hang on a visit or a comment; a suggestion asks for a check."""

from server.database.migrations.first import Both, Statement
from server.database.migrations.first.door import synced

_PHOTO = "branch, inspection, finding, author, sha256, preview_sha256, stored_at, preview_at"

TABLES: list[Statement] = [
    *synced(
        "customer", "branch TEXT NOT NULL", "name TEXT NOT NULL", "initials TEXT NOT NULL", "phone TEXT NOT NULL",
        "route TEXT NOT NULL", "tier TEXT NOT NULL", "status TEXT NOT NULL", "merged_into TEXT",
    ),
    "CREATE INDEX customer_branch ON customer (branch, name)",
    "CREATE INDEX customer_merged ON customer (merged_into)",
    *synced(
        "visit", "branch TEXT NOT NULL", "customer TEXT", "person TEXT NOT NULL", "kind TEXT NOT NULL",
        "status TEXT NOT NULL", "started_at BIGINT NOT NULL", "closed_at BIGINT", "corrects TEXT",
        "tally TEXT NOT NULL",
    ),
    "CREATE INDEX visit_branch ON visit (branch, started_at)",
    "CREATE INDEX visit_customer ON visit (customer, started_at)",
    "CREATE INDEX visit_corrects ON visit (corrects)",
    "CREATE INDEX visit_tally ON visit (tally)",
    *synced(
        "comment", "branch TEXT NOT NULL", "inspection TEXT", "finding TEXT", "visit TEXT", "author TEXT NOT NULL",
        "at BIGINT NOT NULL",
    ),
    "CREATE INDEX comment_branch ON comment (branch)",
    "CREATE INDEX comment_inspection ON comment (inspection)",
    "CREATE INDEX comment_visit ON comment (visit)",
    *synced("quota", "branch TEXT NOT NULL", "month TEXT NOT NULL"),
    "CREATE UNIQUE INDEX quota_branch ON quota (branch, month)",
    # What was heard on a visit and asks for a check: one row a closed visit with a complaint or a need.
    """
    CREATE TABLE suggestion (
        visit TEXT PRIMARY KEY,
        branch TEXT NOT NULL,
        made_at BIGINT NOT NULL,
        status TEXT NOT NULL,
        dealt_by TEXT,
        dealt_at BIGINT,
        comment TEXT
    )
    """,
    "CREATE INDEX suggestion_branch ON suggestion (branch, status)",
    # Who looked at a hidden telephone number, and when.
    """
    CREATE TABLE reveal (
        id TEXT PRIMARY KEY,
        customer TEXT NOT NULL,
        person TEXT NOT NULL,
        device BIGINT NOT NULL,
        at BIGINT NOT NULL,
        received BIGINT NOT NULL
    )
    """,
    "CREATE INDEX reveal_customer ON reveal (customer, at)",
    # A photo of a visit or a comment hangs on no inspection. SQLite cannot take a NOT NULL back but by a new table.
    Both("ALTER TABLE photo RENAME TO photo_before", "ALTER TABLE photo ALTER COLUMN inspection DROP NOT NULL"),
    Both("", "ALTER TABLE photo ALTER COLUMN finding DROP NOT NULL"),
    Both("", "ALTER TABLE photo ADD COLUMN visit TEXT"),
    Both("", "ALTER TABLE photo ADD COLUMN comment TEXT"),
    *[
        Both(statement if isinstance(statement, str) else statement.sqlite, "")
        for statement in (
            *(f"DROP INDEX photo_{name}" for name in ("pending", "inspection", "finding", "branch", "sha256")),
            "DROP TRIGGER photo_guard",
            *synced(
                "photo", "branch TEXT NOT NULL", "inspection TEXT", "finding TEXT", "author TEXT NOT NULL",
                "sha256 TEXT NOT NULL", "preview_sha256 TEXT NOT NULL", "stored_at BIGINT", "preview_at BIGINT",
                "visit TEXT", "comment TEXT",
            ),
            f"INSERT INTO photo (id, rev, change, body, heads, {_PHOTO}) "
            f"SELECT id, rev, change, body, heads, {_PHOTO} FROM photo_before",
            "DROP TABLE photo_before",
            *(f"CREATE INDEX photo_{name} ON photo ({name})" for name in ("inspection", "finding", "branch", "sha256")),
        )
    ],
    "CREATE INDEX photo_visit ON photo (visit)",
    "CREATE INDEX photo_comment ON photo (comment)",
]  # fmt: skip
