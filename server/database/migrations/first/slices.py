"""The synced tables of the slices, and what places and grants remember of themselves."""

from server.database.migrations.first import Statement
from server.database.migrations.first.door import synced

TABLES: list[Statement] = [
    *synced("unit", "name TEXT NOT NULL", "level TEXT NOT NULL", "parent TEXT"),
    *synced(
        "branch", "branch TEXT NOT NULL", "code TEXT NOT NULL", "name TEXT NOT NULL", "unit TEXT NOT NULL",
        "status TEXT NOT NULL", "token TEXT",
    ),
    "CREATE INDEX branch_unit ON branch (unit)",
    "CREATE UNIQUE INDEX branch_code ON branch (code)",
    *synced("person", "name TEXT NOT NULL", "home TEXT NOT NULL", "active INTEGER NOT NULL"),
    """
    CREATE TABLE ancestry (
        place TEXT NOT NULL, ancestor TEXT NOT NULL, depth INTEGER NOT NULL, PRIMARY KEY (place, ancestor)
    )
    """,
    "CREATE INDEX ancestry_below ON ancestry (ancestor, place)",
    """
    CREATE TABLE line_history (place TEXT NOT NULL, ancestor TEXT NOT NULL, until_rev BIGINT NOT NULL)
    """,
    "CREATE INDEX line_history_place ON line_history (place)",
    """
    CREATE TABLE grant_history (
        person TEXT NOT NULL, role TEXT NOT NULL, place TEXT NOT NULL, until_rev BIGINT NOT NULL
    )
    """,
    "CREATE INDEX grant_history_person ON grant_history (person)",
    *synced("standard", "code TEXT NOT NULL", "edition TEXT NOT NULL", "status TEXT NOT NULL"),
    *synced(
        "task", "branch TEXT NOT NULL", "status TEXT NOT NULL", "due_at BIGINT NOT NULL", "inspection TEXT",
    ),
    "CREATE INDEX task_branch ON task (branch)",
    *synced(
        "inspection", "branch TEXT NOT NULL", "standard TEXT NOT NULL", "status TEXT NOT NULL", "lead TEXT NOT NULL",
        "started_at BIGINT NOT NULL", "submitted_at BIGINT", "total INTEGER", "self_check INTEGER NOT NULL",
        "task TEXT",
    ),
    "CREATE INDEX inspection_branch ON inspection (branch)",
    "CREATE INDEX inspection_status ON inspection (status, submitted_at)",
    *synced(
        "finding", "branch TEXT NOT NULL", "inspection TEXT NOT NULL", "item TEXT NOT NULL", "status TEXT NOT NULL",
    ),
    "CREATE INDEX finding_inspection ON finding (inspection)",
    "CREATE INDEX finding_branch ON finding (branch)",
    *synced(
        "photo", "branch TEXT NOT NULL", "inspection TEXT NOT NULL", "finding TEXT NOT NULL", "author TEXT NOT NULL",
        "sha256 TEXT NOT NULL", "preview_sha256 TEXT NOT NULL", "stored_at BIGINT", "preview_at BIGINT",
    ),
    "CREATE INDEX photo_inspection ON photo (inspection)",
    "CREATE INDEX photo_finding ON photo (finding)",
    "CREATE INDEX photo_branch ON photo (branch)",
    "CREATE INDEX photo_sha256 ON photo (sha256)",
]  # fmt: skip
