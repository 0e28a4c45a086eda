"""What units are called in sheets: by name, or by path where several have one name."""

from collections.abc import Iterable, Mapping

from server.database.query import fetch
from server.lists.names import fold

SEPARATOR = "/"


class UnitNames:
    """The units by name and path; width, case and blanks make no difference."""

    def __init__(self, units: Iterable[tuple[str, str, str | None]]) -> None:
        """``units``: (id, name, parent)."""
        self._units = {id_: (name, parent) for id_, name, parent in units}
        self._called: dict[str, list[str]] = {}
        for id_, (name, _) in self._units.items():
            for text in {plain(name), plain(self.path(id_))}:
                self._called.setdefault(text, []).append(id_)

    def path(self, id_: str) -> str:
        """`云泽省/青屿市/望榆县`."""
        names: list[str] = []
        at: str | None = id_
        while at is not None and at in self._units:
            name, at = self._units[at]
            names.append(name)
        return SEPARATOR.join(reversed(names))

    def label(self, id_: str) -> str:
        """The name where it is the only one of its kind, else the path; empty for no unit."""
        if id_ not in self._units:
            return ""
        name = self._units[id_][0]
        return name if len(self._called[plain(name)]) == 1 else self.path(id_)

    def called(self, text: str) -> list[str]:
        """The ids of the units meant by a name or a path."""
        return self._called.get(plain(text), [])


def plain(text: str) -> str:
    """A name as it is compared."""
    return SEPARATOR.join("".join(part.split()) for part in fold(text).split(SEPARATOR))


async def unit_names() -> UnitNames:
    """Every unit there is."""
    return UnitNames([(row[0], row[1], row[2]) for row in await fetch("SELECT id, name, parent FROM unit")])


ROLES: Mapping[str, tuple[str, str]] = {
    "inspector": ("检查员", "inspector"),
    "carrier": ("投递员", "carrier"),
    "manager": ("支局长", "manager"),
    "supervisor": ("督导", "supervisor"),
    "admin": ("管理员", "admin"),
}
"""What the roles are called, zh and en."""
