"""Who may see which record, read off the table of records.md: an opinion of its own, beside the server's."""

from collections.abc import Iterable
from typing import Any

from tests.server.protocol.seed import BRANCHES, PEOPLE, UNITS, named
from tests.server.reply import Key, Row

Rows = dict[Key, Row]


class Reach:
    """The organisation as the tests changed it. Ids everywhere."""

    def __init__(self) -> None:
        self.above = {named(name): named(parent) for name, (_, parent) in UNITS.items() if parent}
        self.above |= {named(name): named(unit) for name, unit in BRANCHES.items()}
        self.grants: dict[str, set[tuple[str, str]]] = {}
        for login, grants in PEOPLE.items():
            self.grant(login, grants)

    def grant(self, login: str, grants: Iterable[tuple[str, str]]) -> None:
        self.grants[named(login)] = {(role, named(place)) for role, place in grants}

    def line(self, place: str) -> set[str]:
        """A place and all above it."""
        line = {place}
        while place in self.above:
            place = self.above[place]
            line.add(place)
        return line

    def over(self, person: str, place: str, *roles: str) -> bool:
        """Whether the person has one of these roles (any, if none is named) over the place."""
        line = self.line(place)
        return any(held in line and (not roles or role in roles) for role, held in self.grants.get(person, ()))

    def strangers(self, person: str, rows: Rows) -> list[Key]:
        """What is among the rows although records.md does not show it to this person."""
        return [key for key, row in rows.items() if not self.sees(person, key[0], row, rows)]

    def sees(self, person: str, type_: str, row: Row, rows: Rows) -> bool:
        """Whether this person may see the row; what it hangs on is looked up in `rows`."""
        if type_ == "standard":
            return True
        if type_ == "unit":
            return self._in_line(person, row["id"])
        if type_ == "person":
            return row["id"] == person or self._in_line(person, row["home"])
        if type_ == "branch":
            return self.over(person, row["id"])
        if type_ == "task":
            return person in row["assignees"] or self.over(person, row["branch"], "supervisor")
        if type_ == "inspection":
            return self._sees_inspection(person, row, ("inspector", "supervisor"))
        if type_ in ("customer", "quota"):
            return self.over(person, row["branch"], "carrier", "manager", "supervisor")
        if type_ == "visit":
            own = person == row["person"] and self.over(person, row["branch"], "carrier", "manager")
            return own or self.over(person, row["branch"], "manager", "supervisor")
        if type_ in ("photo", "comment"):
            above = rows.get((row["of"]["type"], row["of"]["id"]))
            return above is not None and self.sees(person, row["of"]["type"], above, rows)
        inspection = rows.get(("inspection", row.get("inspection", "")))
        return inspection is not None and self._sees_inspection(person, inspection, ("supervisor",))

    def _in_line(self, person: str, place: str) -> bool:
        return any(held in self.line(place) or place in self.line(held) for _, held in self.grants.get(person, ()))

    def _sees_inspection(self, person: str, row: dict[str, Any], roles: tuple[str, ...]) -> bool:
        if person == row["lead"] or row["members"].get(person):
            return True
        if row["submitted_at"] is not None and self.over(person, row["branch"], "manager"):
            return True
        return self.over(person, row["branch"], *roles)
