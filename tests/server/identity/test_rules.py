"""What identity decides without looking anything up, and passwords."""

import pytest

from server.identity import Caller, Grant, over
from server.identity.passwords import Passwords
from server.identity.rules import KEPT_KEYS, RENEW_AFTER_MS, TRIES, TRIES_WINDOW_MS, Throttle, needs_renewal

KEY = ("lin", "10.0.0.1")


def test_a_volley_of_parallel_tries_stays_within_the_limit() -> None:
    throttle = Throttle()
    assert [throttle.begin(KEY, 0) for _ in range(TRIES + 3)] == [0] * TRIES + [TRIES_WINDOW_MS // 1000] * 3


def test_waiting_does_not_start_again_with_each_try() -> None:
    throttle = Throttle()
    for at in range(TRIES):
        throttle.begin(KEY, at * 1000)
    assert throttle.begin(KEY, TRIES_WINDOW_MS - 1500) == 2
    assert throttle.begin(KEY, TRIES_WINDOW_MS) == 0
    assert throttle.begin(KEY, TRIES_WINDOW_MS) == 1


def test_a_success_starts_afresh_and_others_are_not_concerned() -> None:
    throttle = Throttle()
    for _ in range(TRIES):
        throttle.begin(KEY, 0)
    assert throttle.begin(("wang", KEY[1]), 0) == 0
    assert throttle.begin((KEY[0], "10.0.0.2"), 0) == 0
    throttle.succeeded(KEY)
    assert throttle.begin(KEY, 0) == 0


def test_made_up_logins_do_not_fill_the_memory() -> None:
    throttle = Throttle()
    for number in range(KEPT_KEYS + 10):
        throttle.begin((str(number), ""), 0)
    assert len(throttle.failures) == KEPT_KEYS


@pytest.mark.parametrize(
    ("seen", "now", "due"), [(0, RENEW_AFTER_MS - 1, False), (0, RENEW_AFTER_MS, True), (9, 8, True)]
)
def test_a_session_is_written_to_seldom(seen: int, now: int, due: bool) -> None:
    assert needs_renewal(seen, now) is due


def test_audiences_are_the_grants_and_the_line_above() -> None:
    grants = (Grant("inspector", "city"), Grant("supervisor", "city"), Grant("manager", "branch"))
    caller = Caller(person="p", device=1, grants=grants, session="", line=("branch", "city", "province"))
    assert caller.audiences() == [
        "everyone",
        "person:p",
        "unit:branch:manager",
        "unit:branch:staff",
        "unit:city:inspector",
        "unit:city:staff",
        "unit:city:supervisor",
        "unit:province:staff",
    ]
    assert caller.roles() == ["inspector", "manager", "supervisor"]


async def test_a_grant_reaches_down_and_never_up_or_across(seed) -> None:
    person = await seed.add_person("lin", grants=(("supervisor", seed.city),))
    caller = Caller(person=person, device=1, grants=(Grant("supervisor", seed.city),), session="")
    for who in (person, caller):
        assert await over(who, "supervisor", seed.city)
        assert await over(who, "supervisor", seed.branch)
        assert not await over(who, "supervisor", seed.province)
        assert not await over(who, "supervisor", seed.other_branch)
        assert not await over(who, "inspector", seed.branch)
        assert not await over(who, "supervisor", "nowhere")


async def test_passwords_are_salted_and_checked(passwords: Passwords) -> None:
    first, second = await passwords.hash("secret"), await passwords.hash("secret")
    assert first != second
    assert first.startswith("$argon2id$")
    assert await passwords.matches("secret", first)
    assert not await passwords.matches("Secret", first)
    assert not await passwords.matches("secret", None)
    assert not await passwords.matches("secret", "not a hash")
