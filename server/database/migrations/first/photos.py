"""Uploads on their way and pictures that are whole. The record of a photo is not here: it is synced."""

from server.database.migrations.first import Statement

TABLES: list[Statement] = [
    # ended: NULL while bytes may come, 'stored' or 'gone' after. Kept for a while then, so that a late phone hears 410.
    """
    CREATE TABLE upload (
        id TEXT PRIMARY KEY,
        photo TEXT NOT NULL,
        kind TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        length BIGINT NOT NULL,
        metadata TEXT NOT NULL,
        person TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        ended TEXT
    )
    """,
    "CREATE INDEX upload_expires_at ON upload (expires_at)",
    "CREATE INDEX upload_photo ON upload (photo, kind, person)",
    # stripped: 1 when the copy for display is not the uploaded bytes themselves.
    """
    CREATE TABLE blob (
        sha256 TEXT PRIMARY KEY,
        media TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        stripped INTEGER NOT NULL,
        stored_at BIGINT NOT NULL
    )
    """,
    """
    CREATE TABLE blob_photo (
        photo TEXT NOT NULL,
        kind TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (photo, kind)
    )
    """,
    "CREATE INDEX blob_photo_sha256 ON blob_photo (sha256)",
]
