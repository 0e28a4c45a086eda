"""Who may sign in, from where, and for what."""

from server.database.migrations.first import Both, Statement

_DEVICE = """
    CREATE TABLE device (
        id {number},
        person TEXT NOT NULL,
        name TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL,
        revoked_at BIGINT,
        app TEXT,
        settled BIGINT NOT NULL DEFAULT 0,
        pending TEXT,
        audiences TEXT,
        clock_offset BIGINT
    )
    """
_GRANT = """
    CREATE TABLE grant_ (
        id {number},
        person TEXT NOT NULL,
        role TEXT NOT NULL,
        place TEXT NOT NULL,
        UNIQUE (person, role, place)
    )
    """
_IDENTITY = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"

TABLES: list[Statement] = [
    """
    CREATE TABLE account (
        person TEXT PRIMARY KEY,
        login TEXT NOT NULL UNIQUE,
        password_hash TEXT
    )
    """,
    # AUTOINCREMENT: a device number names its changes for ever and must never be given twice.
    Both(_DEVICE.format(number="INTEGER PRIMARY KEY AUTOINCREMENT"), _DEVICE.format(number=_IDENTITY)),
    "CREATE INDEX device_person ON device (person)",
    """
    CREATE TABLE session (
        token_hash TEXT PRIMARY KEY,
        person TEXT NOT NULL,
        device BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL
    )
    """,
    "CREATE INDEX session_device ON session (device)",
    "CREATE INDEX session_expires_at ON session (expires_at)",
    Both(_GRANT.format(number="INTEGER PRIMARY KEY"), _GRANT.format(number=_IDENTITY)),
    "CREATE INDEX grant_place ON grant_ (place)",
]
