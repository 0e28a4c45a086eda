"""Work that was set aside knows whose supervisors look at it, and is found by them and by its author."""

_OF_SUBJECT = ", ".join(
    f"(SELECT branch FROM {table} WHERE id = held.subject)"
    for table in ("inspection", "visit", "customer", "task", "comment", "photo")
)
_SAID = "json_extract(json_extract(json_extract(l.content, '$.set'), '$.branch'), '$[0]')"

STATEMENTS: tuple[str, ...] = (
    "ALTER TABLE held ADD COLUMN branch TEXT NOT NULL DEFAULT ''",
    f"UPDATE held SET branch = COALESCE({_OF_SUBJECT}, (SELECT id FROM branch WHERE id = held.subject), '')",
    # What was to be made is no record: its branch is what its author said, also for all that hangs on it.
    f"UPDATE held SET branch = COALESCE((SELECT {_SAID} FROM log AS l "
    "WHERE l.device = held.device AND l.n = held.n), '') WHERE branch = ''",
    "UPDATE held SET branch = COALESCE((SELECT MAX(h.branch) FROM held AS h WHERE h.subject = held.subject), '') "
    "WHERE branch = ''",
    "CREATE INDEX held_branch ON held (status, branch)",
    "CREATE INDEX held_person ON held (person, status)",
)
