"""What the office knows of a phone beyond its sync: the room left on it, and what became of one that was locked out.

``wipe_by``: who asked that it be emptied. ``given_up_by``: who gave up what it had not sent. ``wiped_at``: when it was.
"""

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE device ADD COLUMN storage TEXT",
    "ALTER TABLE device ADD COLUMN revoked_by TEXT",
    "ALTER TABLE device ADD COLUMN wipe_by TEXT",
    "ALTER TABLE device ADD COLUMN given_up_by TEXT",
    "ALTER TABLE device ADD COLUMN wiped_at BIGINT",
)
