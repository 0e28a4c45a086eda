"""What must hold when everything is quiet again, computed from what the phones did and not from the server's tables."""

from typing import Any, NamedTuple

from server.database.query import fetch
from sync.records import fields, split_path
from sync.records.policy import Policy
from tests.server.model.history import History
from tests.server.model.judge_of_rounds import rounds
from tests.server.phone import differences
from tests.server.protocol.reach import Reach
from tests.server.protocol.seed import ONSITE
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import Key, Row, check_reply, demand

Name = tuple[int, int]
Path = tuple[str, str, str]
TAKEN = ("applied", "conflict", "superseded")


class Kept(NamedTuple):
    """A change of one field that the log keeps as applied."""

    name: Name
    value: Any
    time: int
    bases: list[Name]


async def all_invariants(history: History) -> None:
    for phone in history.phones:
        demand(phone.out.ack == phone.out.next - 1, "12: every outbox drains")
    everything = await converged(history)
    await replays(history)
    heads(history, everything)
    reviews(history, everything)
    rounds(history, everything)
    poisoned(history)
    await log_tells_all(history)


async def log_tells_all(history: History) -> None:
    """Invariant 13; and that an approval pinned what its author saw."""
    rebuilt = await tables_are_the_log()
    for name, pinned in rebuilt.approvals.items():
        shown, own = history.shown.get(name, (pinned, []))
        taken = all(rebuilt.log[name[0], n].outcome == "applied" for n in own)
        demand(shown == pinned or not taken, f"approval {name} pinned what its author had not seen")


def poisoned(history: History) -> None:
    """Invariant 2: what can never be taken is refused for good, and held up nothing."""
    for phone in history.phones:
        for (device, n), code in history.poison.items():
            if device == phone.device and n in phone.out.changes:
                demand(phone.said(n) == f"refused {code}", f"2: change {device} {n}: {phone.said(n)}, not {code}")


async def replays(history: History) -> None:
    """Invariants 2 and 3: every change has its outcome in the log, and a whole outbox again changes nothing."""
    before = await fetch("SELECT rev FROM clock")
    for phone in history.phones:
        request = phone.request(changes=list(phone.out.changes.values()))
        reply = check_reply(request, (await phone.send(request)).content)
        told = {result["n"]: result for result in reply.get("results", [])}
        phone.out.results = {n: one for n, one in phone.out.results.items() if n not in phone.rejudged}
        phone.out.results |= {n: one for n, one in told.items() if n in phone.rejudged}
        demand(told == phone.out.results, f"3: the stored outcomes are the outcomes: {told} {phone.out.results}")
        moved = reply.keys() & {"rows", "same", "gone"}
        demand(not moved, f"3: a replay moves nothing: {reply}")
    demand(before == await fetch("SELECT rev FROM clock"), "3: a replay writes nothing")


async def converged(history: History) -> dict[tuple[str, str], Row]:
    """Invariants 1 and 6; returns every row of the province's work."""
    await history.eye.sync()
    everything = history.eye.cache.rows
    for phone in history.phones:
        login = history.world.logins[phone.person]
        fresh = history.world.beginner(phone)
        await fresh.sync()
        demand(not (found := differences(phone, fresh)), f"1: {login}: {found}")
        due = {key for key, row in everything.items() if is_due(history.world.reach, phone.person, key, everything)}
        held = {key for key in phone.cache.rows if key[0] in WORK}
        demand(held == due, f"1, 6: {login} holds too much: {held - due}, lacks: {due - held}")
    return everything


WORK = ("inspection", "finding", "photo", "customer", "visit", "comment", "quota")


def is_due(reach: Reach, person: str, key: Key, rows: dict[Key, Row]) -> bool:
    """Whether somebody must hold a record of the work, by the table of records.md."""
    if key[0] not in WORK:
        return False
    row = rows[key]
    if key[0] in ("photo", "comment"):
        return is_due(reach, person, (row["of"]["type"], row["of"]["id"]), rows)
    if key[0] in ("customer", "quota"):
        return reach.over(person, row["branch"], "carrier", "manager", "supervisor")
    if key[0] == "visit":
        own = person == row["person"] and reach.over(person, row["branch"], "carrier", "manager")
        return own or reach.over(person, row["branch"], "manager", "supervisor")
    inspection = row if key[0] == "inspection" else rows["inspection", row["inspection"]]
    branch, submitted = inspection["branch"], inspection["submitted_at"] is not None
    if submitted and reach.over(person, branch, "manager"):
        return True
    if key[0] == "inspection":
        return reach.over(person, branch, "inspector", "supervisor")
    crew = person == inspection["lead"] or inspection["members"].get(person) is True
    return reach.over(person, branch, "supervisor") or (crew and reach.over(person, branch, "inspector", "manager"))


def heads(history: History, everything: dict[tuple[str, str], Row]) -> None:
    """Invariants 4, 5 and 11: what only edits wrote is what the edits say, in whatever order they came."""
    for (type_, id_, path), changes in kept_changes(history).items():
        row = everything.get((type_, id_))
        if row is None or (type_, id_, path) in history.settled or path.startswith("members."):
            continue  # what acts wrote too, or nobody sees
        named = {base for change in changes for base in change.bases}
        standing = [change for change in changes if change.name not in named]
        winner = max(standing, key=lambda change: (change.time, change.name))
        value = value_at(type_, row, path)
        demand(value == winner.value, f"4: {type_} {id_} {path}: {value} {winner}")
        equal, disputed = [winner], False
        if fields(type_)[split_path(path)[0]].policy is Policy.JUDGED:
            equal = [change for change in standing if alike(change.value, winner.value)]
            disputed = len(equal) < len(standing)
        names = sorted(list(change.name) for change in equal)
        demand(sorted(row["by"][path]) == names, f"4: by of {path}: {row['by'][path]} {names}")
        demand((path in row.get("open", {})) is disputed, f"11: {path} {standing} {row.get('open')}")


def kept_changes(history: History) -> dict[Path, list[Kept]]:
    """Every applied change by field, with its effective time (protocol §6)."""
    applied = []
    for phone in history.phones:
        for n, change in phone.out.changes.items():
            if "set" in change and phone.outcome(n) in TAKEN:
                sent, received = phone.arrived[n]
                applied.append((received, phone, n, change, min(received, received - (sent - change["at"]))))
    out: dict[Path, list[Kept]] = {}
    times: dict[tuple[Path, Name], int] = {}
    for _, phone, n, change, time in sorted(applied, key=lambda one: (one[0], one[1].device, one[2])):
        for full, (value, *bases) in change["set"].items():
            if fields(change["type"])[split_path(full)[0]].policy is Policy.ONCE:
                continue
            path = (change["type"], change["id"], full)
            names = [(base[0], base[1]) for base in bases]
            known = [times[path, name] + 1 for name in names if (path, name) in times]
            times[path, (phone.device, n)] = max([time, *known])
            out.setdefault(path, []).append(Kept((phone.device, n), value, times[path, (phone.device, n)], names))
    return out


def value_at(type_: str, row: Row, path: str) -> Any:
    name, key = split_path(path)
    return row[name] if key is None else row[name].get(key)


def alike(one: Any, other: Any) -> bool:
    """Equal judgements: `bulk` makes no difference."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, "bulk": 0} == {**other, "bulk": 0}
    return bool(one == other)


def reviews(history: History, everything: dict[tuple[str, str], Row]) -> None:
    """Invariant 9, and that a score is what its findings say."""
    for id_ in history.inspections:
        row = everything.get(("inspection", id_))
        if row is None or row["status"] not in ("submitted", "approved"):
            continue
        findings = [one for (type_, _), one in everything.items() if type_ == "finding" and one["inspection"] == id_]
        answers = {check: answer for finding in findings for check, answer in finding["checks"].items()}
        demand(row["score"]["total"] == 250 - lost(answers), f"score of {id_}: {row['score']['total']} {answers}")
        if row["status"] != "approved":
            continue
        own = {finding["id"] for finding in findings}
        for (type_, _), photo in everything.items():
            if type_ == "photo" and photo["of"]["id"] in own:
                done = photo["stored_at"] or photo["waived"] or photo["retracted"]
                demand(done, f"9: approved with a photo that is neither stored nor waived: {photo}")
        demand(not any(finding.get("open") for finding in findings), "11: approved with an open conflict")
        open_checks = [check for checks in ONSITE.values() for check in checks if result(answers, check) == "todo"]
        demand(not open_checks, f"approved with open checks: {open_checks}")


def result(answers: dict[str, Any], check: str) -> str:
    return str(answers.get(check, {"result": "todo"})["result"])


def lost(answers: dict[str, Any]) -> int:
    """Tenths lost under the short standard, by its few rules."""
    fails = {check: answer for check, answer in answers.items() if answer["result"] == "fail"}
    total = min(50, 10 * sum(check.startswith("A-1") for check in fails))
    total += min(90, 20 * fails["A-2.a"].get("count", 1)) if "A-2.a" in fails else 0
    return total + 30 * ("B-1.a" in fails) + 20 * ("B-1.b" in fails)
