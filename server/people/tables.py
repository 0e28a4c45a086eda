"""The synced tables of units and people."""

from piccolo.columns import Integer, Text
from piccolo.table import Table

from server.door.tables import Synced


class Unit(Synced, Table, tablename="unit"):
    name = Text()
    level = Text()
    parent = Text(null=True, default=None)
    search = Text()
    sorting = Text()


class Person(Synced, Table, tablename="person"):
    name = Text()
    home = Text()
    active = Integer()
    search = Text()
    sorting = Text()
