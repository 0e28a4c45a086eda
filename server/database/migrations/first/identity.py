"""Who may sign in, from where, and for what."""

TABLES: list[str] = [
    """
    CREATE TABLE account (
        person TEXT PRIMARY KEY,
        login TEXT NOT NULL UNIQUE,
        password_hash TEXT
    )
    """,
    # AUTOINCREMENT: a device number names its changes for ever and must never be given twice.
    """
    CREATE TABLE device (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
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
    """,
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
    """
    CREATE TABLE grant_ (
        id INTEGER PRIMARY KEY,
        person TEXT NOT NULL,
        role TEXT NOT NULL,
        place TEXT NOT NULL,
        UNIQUE (person, role, place)
    )
    """,
    "CREATE INDEX grant_place ON grant_ (place)",
]
