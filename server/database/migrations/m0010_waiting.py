"""When somebody was last at each customer: the desk lists first who waits longest.

It follows from the visits and is no part of the record, so the guard lets it pass; triggers keep it, whoever writes.
What a list is narrowed by and searched in stands in each index, so that a row is read only once it is shown.
"""

from server.database.migrations.first import Both, Statement

_COUNTS = "v.status = 'closed' AND v.kind <> 'card'"
"""A visit that counts as one, of those that found somebody or left word."""
_LAST = "SELECT MAX(v.started_at) FROM visit AS v WHERE v.customer = {customer} AND " + _COUNTS
_FOUND_SQLITE = " AND json_extract(v.body, '$.result') <> 'not_met'"
_FOUND_POSTGRESQL = " AND v.body::json ->> 'result' <> 'not_met'"


def _set(customer: str, found: str) -> str:
    last = _LAST.format(customer=customer) + found
    return f"UPDATE customer SET visited_at = COALESCE(({last}), 0) WHERE id = {customer}"


_RECORD = "id, rev, change, body, heads, branch, name, initials, phone, route, tier, status, merged_into"

TABLES: list[Statement] = [
    "ALTER TABLE customer ADD COLUMN visited_at BIGINT NOT NULL DEFAULT 0",
    Both("DROP TRIGGER customer_guard", "DROP TRIGGER customer_guard ON customer"),
    Both(
        f"CREATE TRIGGER customer_guard BEFORE UPDATE OF {_RECORD} ON customer "
        "WHEN NEW.change <= OLD.change AND NOT (OLD.rev < 0 AND NEW.rev > 0) "
        "BEGIN SELECT RAISE(ABORT, 'customer: every change goes through the door'); END",
        f"CREATE TRIGGER customer_guard BEFORE UPDATE OF {_RECORD} ON customer FOR EACH ROW "
        "WHEN (NEW.change = OLD.change AND NOT (OLD.rev < 0 AND NEW.rev > 0)) EXECUTE FUNCTION refuse_bypass()",
    ),
    Both(
        _set("customer.id", _FOUND_SQLITE).removesuffix(" WHERE id = customer.id"),
        _set("customer.id", _FOUND_POSTGRESQL).removesuffix(" WHERE id = customer.id"),
    ),
    Both(
        "",
        "CREATE FUNCTION note_visited() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        f"{_set('NEW.customer', _FOUND_POSTGRESQL)}; RETURN NULL; END $body$",
    ),
    Both(
        "",
        "CREATE FUNCTION note_visited_before() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        # None yet: what a backup or a move says of the customer stays until its visits come.
        "IF EXISTS (SELECT 1 FROM visit WHERE customer = NEW.id) THEN "
        f"{_set('NEW.id', _FOUND_POSTGRESQL)}; END IF; RETURN NULL; END $body$",
    ),
    *[
        Both(
            f"CREATE TRIGGER visit_{name} AFTER {event} ON visit "
            "WHEN NEW.customer IS NOT NULL AND NEW.status <> 'draft' "
            f"BEGIN {_set('NEW.customer', _FOUND_SQLITE)}; END",
            f"CREATE TRIGGER visit_{name} AFTER {event} ON visit FOR EACH ROW "
            "WHEN (NEW.customer IS NOT NULL AND NEW.status <> 'draft') EXECUTE FUNCTION note_visited()",
        )
        for name, event in (("added", "INSERT"), ("changed", "UPDATE OF status, customer"))
    ],
    # In one transaction a visit may be written before the customer it names.
    Both(
        "CREATE TRIGGER customer_added AFTER INSERT ON customer "
        "WHEN EXISTS (SELECT 1 FROM visit WHERE customer = NEW.id) "
        f"BEGIN {_set('NEW.id', _FOUND_SQLITE)}; END",
        "CREATE TRIGGER customer_added AFTER INSERT ON customer FOR EACH ROW EXECUTE FUNCTION note_visited_before()",
    ),
    "DROP INDEX customer_by_name",
    "CREATE INDEX customer_by_name ON customer (status, name, id, branch, visited_at, tier, route, initials, phone)",
    "CREATE INDEX customer_by_visit ON customer (status, visited_at, id, branch, tier, route)",
    "DROP INDEX customer_by_branch",
    "CREATE INDEX customer_by_branch ON customer (branch, status, name, id, visited_at, tier, route, initials, phone)",
    "DROP INDEX customer_by_tier",
    "CREATE INDEX customer_by_tier ON customer (status, tier, name, id, branch, visited_at)",
    "DROP INDEX customer_by_route",
    "CREATE INDEX customer_by_route ON customer (status, route, name, id, branch, visited_at)",
]
