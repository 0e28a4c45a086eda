"""What stored pictures look like, so that one that was seen before is found again; and the keys devices sign with."""

STATEMENTS: tuple[str, ...] = (
    # The bands of a look (server/photos/looks.py), each of 16 bits: pictures alike share at least one.
    """
    CREATE TABLE look (
        sha256 TEXT PRIMARY KEY,
        band0 INTEGER NOT NULL,
        band1 INTEGER NOT NULL,
        band2 INTEGER NOT NULL,
        band3 INTEGER NOT NULL
    )
    """,
    *(f"CREATE INDEX look_band{band} ON look (band{band})" for band in range(4)),
    # The first key a device signed a photo with; another one later is not its own.
    """
    CREATE TABLE device_key (
        device BIGINT PRIMARY KEY,
        key TEXT NOT NULL
    )
    """,
)
