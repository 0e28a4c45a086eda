"""The log by its records: the history of one is read along an index, and whoever is erased is found by one.

What was decided of late work is found by its moment. The narrow indexes begin with the word of their condition, so that
SQLite, which knows no sizes, prefers them to the index of all.
"""

STATEMENTS: tuple[str, ...] = (
    "CREATE INDEX log_by_record ON log (type, record)",
    "DROP INDEX log_refused",
    "CREATE INDEX log_refused ON log (outcome, type, record) WHERE outcome = 'refused'",
    "CREATE INDEX log_settled ON log (type, received) WHERE type = 'settle_held'",
)
