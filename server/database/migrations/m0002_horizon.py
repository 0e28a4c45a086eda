"""What left an audience is remembered for a while: `horizon` is the rev up to which such entries may be gone."""

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE clock ADD COLUMN horizon BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX feed_gone ON feed (changed_at) WHERE gone = 1",
)
