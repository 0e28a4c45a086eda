"""Indexes that hold all a list of the desk looks at, in the order it is shown: a search reads only what it finds.

The id stands right behind what is sorted by, since that is how ties are broken.
"""

STATEMENTS: tuple[str, ...] = (
    "DROP INDEX branch_by_code",
    "CREATE INDEX branch_by_code ON branch (code, id, unit, status, kind, search)",
    "CREATE INDEX customer_by_name ON customer (status, name, id, branch, initials, phone)",
    "CREATE INDEX customer_by_tier ON customer (tier, name, id)",
    "CREATE INDEX customer_by_route ON customer (route, name, id)",
    "DROP INDEX customer_branch",
    "CREATE INDEX customer_by_branch ON customer (branch, status, name, id, initials, phone)",
)
