"""Indexes along which the desk's lists are walked: in the order they are shown, and by whom they name.

What a list is narrowed by stands behind, so that what is left out is never read.
"""

_MEASURES = ("submitted_at", "started_at", "total")

STATEMENTS: tuple[str, ...] = (
    "CREATE INDEX visit_by_start ON visit (started_at, id, branch, status, kind, person)",
    "CREATE INDEX visit_person ON visit (person, started_at)",
    *(
        f"CREATE INDEX inspection_by_{name} ON inspection "
        f"((CAST(COALESCE({name}, 0) AS BIGINT)), id, branch, status, lead)"
        for name in _MEASURES
    ),
    "CREATE INDEX inspection_lead ON inspection (lead, started_at)",
    "DROP INDEX inspection_status",
    "CREATE INDEX inspection_status ON inspection (status, submitted_at, started_at, total, branch, lead, id)",
    "DROP INDEX device_person",
    "CREATE INDEX device_person ON device (person, seen_at)",
    "CREATE INDEX unit_by_name ON unit (sorting, id)",
)
