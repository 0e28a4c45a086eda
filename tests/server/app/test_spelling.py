"""The initials the phone is given: of every common character, and every way one that has several is read."""

from server import spelling
from server.contract import contract
from server.lists.names import initials
from sync import forms


def test_every_character_of_gb_2312_has_its_letter() -> None:
    letters = dict(zip(spelling.characters(), spelling.letters(), strict=True))
    assert len(spelling.letters()) == 72 * 94
    assert spelling.letters().count("-") == 5
    assert "".join(letters[character] for character in "青石桥文具店") == "qsqwjd"


def test_surnames_and_places_are_found_by_each_of_their_readings() -> None:
    found = spelling.readings()
    wanted = {"单": "s", "曾": "z", "查": "z", "仇": "q", "解": "x", "覃": "q", "重": "c", "长": "c", "乐": "y"}
    assert all(letter in found[character] for character, letter in wanted.items())
    assert all(ways.isascii() and len(ways) > 1 for ways in found.values())


def test_what_a_month_asks_for_is_data() -> None:
    quota = forms.load("customer-visit").quota
    assert (quota.visits, quota.ride_alongs, quota.cards) == (10, 1, 100)
    assert '"visits": 10' in contract()["targets.ts"]


def test_letters_and_figures_in_a_name_stand_for_themselves() -> None:
    assert initials("柳塘01支局") == "lt01zj"
    assert initials("重庆路（东）支局") == "cqldzj"
    assert initials("！") == ""
