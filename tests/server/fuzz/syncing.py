"""Nonsense at ``POST /api/sync``: an outcome or a refusal, no trace of what was refused, nobody else's record."""

from collections import Counter
from random import Random
from typing import Any

from tests.server.fuzz.grammar import Grammar, said
from tests.server.fuzz.ground import GHOST, LOGINS, Ground, Kind
from tests.server.fuzz.state import changed, state
from tests.server.protocol.gestures import Hand
from tests.server.reply import check_problem, check_reply, demand

JSON = {"content-type": "application/json"}


async def torment(ground: Ground, seed: int, requests: int) -> Counter[str]:
    """So many requests of all kinds of callers; what became of them."""
    random = Random(seed)
    grammar = Grammar(random, ground.subjects(), [*ground.near.values(), *ground.far.values(), GHOST])
    phones = {kind: await ground.phone(kind) for kind in LOGINS}
    fates: Counter[str] = Counter()
    for _ in range(requests):
        grammar.now = ground.world.clock.advance(random.choice([0, 1_000, 60_000]))
        kind: Kind = random.choice(list(LOGINS))
        phone = phones[kind]
        if random.random() < 0.5:
            fates += await _settled(ground, kind, phone, grammar)
        else:
            fates += await _turned_away(ground, kind, phone, grammar)
    for phone in phones.values():
        await _good_work(phone)
    return fates


async def _settled(ground: Ground, kind: Kind, phone: Hand, grammar: Grammar) -> Counter[str]:
    """A good envelope of odd changes: each of them settles, or the whole was too large to count."""
    first = phone.out.next
    for _ in range(grammar.random.randrange(1, 5)):
        change: dict[str, Any] = grammar.bent(grammar.change(), 0.01)
        if isinstance(change, dict):
            phone.put({name: value for name, value in change.items() if name != "n"})
    request = phone.request()
    body = said(request)
    response = await phone.http.post("/api/sync", content=body, headers=JSON)
    demand(not (found := ground.leaked(kind, body, response)), f"{found} is not for {kind}: {body[:2000]!r}")
    if response.status_code != 200:
        problem = check_problem(response)
        demand(
            problem["code"] == "too_large" or b"NaN" in body or b"Infinity" in body,
            f"what is wrong inside a change is no status: {problem} {body[:2000]!r}",
        )
        for n in range(first, phone.out.next):
            del phone.out.changes[n]
        phone.out.next = first
        return Counter([str(response.status_code)])
    reply = check_reply(request, response.content)
    phone.take(request, response)
    demand(reply["ack"] == phone.out.next - 1, f"every change is settled: {reply['ack']} of {phone.out.next - 1}")
    return Counter(phone.said(n) for n in range(first, phone.out.next))


async def _turned_away(ground: Ground, kind: Kind, phone: Hand, grammar: Grammar) -> Counter[str]:
    """A bad envelope: it may still be one the server can read; if not, it leaves no trace."""
    valid = phone.request(changes=[{"n": phone.out.next, **grammar.change()}])
    body, encoding = grammar.packed(grammar.envelope(valid))
    headers: dict[str, Any] = JSON if encoding is None else {**JSON, "content-encoding": encoding.encode("latin-1")}
    before = await state(ground)
    response = await phone.http.post("/api/sync", content=body, headers=headers)
    demand(response.status_code < 500, f"never our own fault: {response.text} {encoding} {body[:2000]!r}")
    demand(not (found := ground.leaked(kind, body, response)), f"{found} is not for {kind}: {body[:2000]!r}")
    if response.status_code == 200:
        if response.json()["ack"] >= phone.out.next:  # its changes were good after all, and count
            return await _start_over(phone, response.json()["ack"])
        return Counter(["200"])
    problem = check_problem(response)
    demand(not (left := changed(before, await state(ground))), f"a refusal changed {left}: {problem} {body[:2000]!r}")
    return Counter([str(response.status_code)])


async def _start_over(phone: Hand, ack: int) -> Counter[str]:
    """The phone did not write down what it sent; it counts on from there, and looks anew."""
    phone.out.next, phone.out.ack = ack + 1, ack
    phone.cache = type(phone.cache)()
    await phone.sync()
    return Counter(["200"])


async def _good_work(phone: Hand) -> None:
    """After all of it a plain sync goes through, and work by those who may work."""
    fresh = phone.out.next
    phone.out.changes.clear()
    phone.cache = type(phone.cache)()
    await phone.sync()
    phone.start("south")
    fate = await phone.fate(fresh)
    demand(fate in ("applied", "refused not_allowed", "refused unknown_record"), f"good work: {fate}")
