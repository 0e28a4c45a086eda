"""Since when a file in the store of photos has been seen to belong to nothing, in epoch ms."""

STATEMENTS: tuple[str, ...] = ("CREATE TABLE orphan (path TEXT PRIMARY KEY, seen_at BIGINT NOT NULL)",)
