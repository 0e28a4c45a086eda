"""Who works in the demo. People are named after their work: nobody real is meant."""

from dataclasses import dataclass
from typing import Literal

from server.demo.places import PROVINCE, Branch, named

PASSWORD = "xunfang-demo"  # noqa: S105 - printed at every start, meant to be known
Role = Literal["inspector", "carrier", "manager", "supervisor", "admin"]


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    home: str
    roles: tuple[tuple[Role, str], ...]
    """Each grant: the role and the unit or branch it is held over."""
    login: str | None = None


def people(branches: list[Branch]) -> list[Person]:
    """The six with an account first, then those who only have a past in the records."""
    first, second = named("unit", "青屿市"), named("unit", "栖梧市")
    own, other = branches[0].id, branches[60].id
    return [
        _person("检查员甲", "inspector", first, "inspector"),
        _person("检查员乙", "inspector", first, "inspector2"),
        _person("投递员甲", "carrier", own, "carrier"),
        _person("支局长甲", "manager", own, "manager"),
        _person("督导甲", "supervisor", first, "supervisor"),
        _person("管理员甲", "admin", named("unit", PROVINCE), "admin"),
        _person("检查员丙", "inspector", second),
        _person("检查员丁", "inspector", second),
        _person("督导乙", "supervisor", second),
        _person("支局长乙", "manager", other),
        _person("投递员乙", "carrier", other),
        _person("支局长丙", "manager", branches[1].id),
        _person("支局长丁", "manager", branches[61].id),
    ]


def _person(name: str, role: Role, home: str, login: str | None = None) -> Person:
    return Person(named("person", name), name, home, ((role, home),), login)


ACCOUNTS = ("inspector", "inspector2", "carrier", "manager", "supervisor", "admin")
