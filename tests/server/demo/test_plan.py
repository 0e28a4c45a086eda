"""The demo as data: the same from run to run, and something of everything in both cities."""

import json
import random
from collections import Counter

import pytest

from server.demo import plan, rounds
from server.demo.answers import answer_all
from server.demo.people import ACCOUNTS, people
from server.demo.pictures import PREVIEW_BYTES, picture
from server.demo.places import branches, units
from sync import standards
from sync.scoring import score, shipped

NOW = 1_795_312_800_000
MONTH_BEGINS = 1_793_462_400_000
"""The first of November 2026 on the clocks of China."""
DOCUMENT = json.loads((standards.FOLDER / "model-window.json").read_text())


def planned(now: int = NOW) -> tuple[list[plan.Inspection], list[plan.Task]]:
    dice = random.Random(7)
    places = branches(dice)
    ids = {person.name: person.id for person in people(places)}
    past = plan.inspections(dice, DOCUMENT, places, ids, now)
    return past, plan.tasks(places, past, ids, now)


def test_the_province_has_two_cities_six_counties_and_120_branches() -> None:
    assert Counter(unit.level for unit in units()) == {"province": 1, "city": 2, "county": 6}
    made = branches(random.Random(1))
    assert len({branch.name for branch in made}) == len({branch.code for branch in made}) == 120
    assert Counter(branch.city for branch in made) == {"青屿市": 60, "栖梧市": 60}


def test_the_same_seed_tells_the_same_story() -> None:
    assert planned() == planned()


def test_every_state_is_there_in_both_cities() -> None:
    states = {"draft", "submitted", "returned", "approved", "void"}
    inspections, _ = planned()
    for city in ("青屿市", "栖梧市"):
        assert {inspection.state for inspection in inspections if inspection.branch.city == city} == states


def test_nothing_of_the_past_lies_in_the_future() -> None:
    inspections, _ = planned()
    assert all(inspection.started_at < NOW for inspection in inspections)
    assert [i.started_at for i in inspections] == sorted(i.started_at for i in inspections)


@pytest.mark.parametrize("hour", range(24))
def test_each_inspector_has_work_due_within_a_day_and_overdue_at_any_hour(hour: int) -> None:
    now = NOW + hour * plan.HOUR
    by_person: dict[str, list[int]] = {}
    for task in planned(now)[1]:
        by_person.setdefault(task.assignee, []).append(task.due_at)
    assert len(by_person) == 4
    for due in by_person.values():
        assert any(now < at < now + plan.DAY for at in due)
        assert any(at < now for at in due)


def test_answers_of_a_whole_inspection_can_be_scored() -> None:
    found = answer_all(random.Random(3), DOCUMENT, 8, veto=True)
    result = score(shipped("model-window"), found.checks)
    assert result["onsite"]["complete"]
    assert result["vetoes"]
    assert 600 < result["total"] < 1000
    assert set(found.notes) == set(found.failed())


def test_pictures_are_repeatable_and_their_previews_small() -> None:
    one, again, other = picture("ENV-2.d", "a"), picture("ENV-2.d", "a"), picture("ENV-2.d", "b")
    assert one == again
    assert one.sha256 != other.sha256
    assert len(one.preview) <= PREVIEW_BYTES


def test_the_six_accounts_of_the_demo_are_there() -> None:
    logins = [person.login for person in people(branches(random.Random(1))) if person.login]
    assert sorted(logins) == sorted(ACCOUNTS)


def test_customers_and_visits_are_there_in_both_cities_and_none_lies_in_the_future() -> None:
    places = branches(random.Random(7))
    ids = {person.name: person.id for person in people(places)}
    for now in (NOW, MONTH_BEGINS + 60_000, MONTH_BEGINS + 2 * plan.HOUR):
        dice = random.Random(5)
        cities = set()
        for turn, crew in enumerate(rounds.crews(places, ids)):
            known = rounds.customers(dice, crew)
            assert len({one.id for one in known}) == len({one.fields["name"] for one in known}) == crew.customers
            made = rounds.visits(dice, crew, known, now, first=turn == 0)
            assert len({visit.id for visit in made}) == len(made)
            assert all(now - 88 * plan.DAY < visit.started_at < now for visit in made)
            assert {visit.kind for visit in made} == {"visit", "card", "ride_along"}
            assert any(visit.fields.get("complaint") for visit in made)
            cities.add(crew.branch.city)
        assert cities == {"青屿市", "栖梧市"}
