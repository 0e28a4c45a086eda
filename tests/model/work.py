"""A transaction of the model's server: records read and changed, undo for a group, writing out (protocol §4, §5)."""

from typing import Any

from sync.change import ChangeId
from tests.model.state import Held, Key, Logged, Record, Shown, State, Touch
from tests.model.world import STRANGE

LIVE = ("draft", "submitted", "returned")
ROLES = ("inspector", "manager", "supervisor")
KEEPERS = ("carrier", "manager")
"""Who keeps the customers and visits of a branch."""
OF_BRANCH = ("inspection", "customer", "visit", "quota")


class Work:
    """One transaction. It works on a copy of the state; whoever made it commits that, or forgets it."""

    def __init__(self, state: State, device: int, person: str, now: int) -> None:
        self.state = state.copy()
        self.device, self.person, self.now, self.n = device, person, now, 0
        self.lenient = False
        self.changed: dict[Key, Record] = {}
        self.touches: list[tuple[Key, Touch]] = []
        self.times: dict[ChangeId, dict[tuple[str, str, str], int]] = {}
        self.held: dict[ChangeId, Held] = {}
        self.retimed: dict[ChangeId, dict[tuple[str, str, str], int]] = {}
        self._mark: Any = None

    # Records

    def get(self, type_: str, id_: str) -> Record | None:
        """The record as this transaction sees it, whoever may see it."""
        return self.changed.get((type_, id_)) or self.state.records.get((type_, id_))

    def need(self, type_: str, id_: str) -> Record:
        found = self.get(type_, id_)
        assert found is not None, (type_, id_)
        return found

    def change(self, record: Record, verb: str, *, quiet: bool = False, pure: bool = False) -> Record:
        """Note that a record changes now; returns the copy that may be written."""
        record = self.changed[record.type, record.id] = record.copy()
        self.touches.append(((record.type, record.id), Touch(0, self.device, verb, quiet, pure)))
        return record

    def write(self, record: Record, verb: str, *, quiet: bool = False, **values: Any) -> Record:
        """Set server fields of a record."""
        record = self.change(record, verb, quiet=quiet)
        record.row.update(values)
        return record

    def children(self, of: str, type_: str | None = None) -> list[Record]:
        """What hangs on an inspection or a visit, or is of a branch, by id."""
        stored = [key for key in self.state.children.get(of, ()) if type_ is None or key[0] == type_]
        new = [key for key, record in self.changed.items() if not record.rev and self.above(record) == of]
        found = [self.need(*key) for key in (*stored, *(key for key in new if type_ is None or key[0] == type_))]
        return sorted(found, key=lambda record: record.id)

    def above(self, record: Record) -> str | None:
        """What a record is listed under: an inspection or a visit, or a branch."""
        if record.type == "finding":
            return str(record.row["inspection"])
        if record.type in ("photo", "comment"):
            subject = self.subject_of(record)
            return self.above(subject) if subject.type == "finding" else subject.id
        return str(record.row["branch"]) if record.type in OF_BRANCH else None

    def subject_of(self, record: Record) -> Record:
        """What a photo shows, or a remark is about."""
        return self.need(record.row["of"]["type"], record.row["of"]["id"])

    def root_of(self, record: Record) -> Record:
        """The inspection, visit or customer a record hangs on, or the record itself."""
        if record.type == "finding":
            return self.need("inspection", record.row["inspection"])
        return self.root_of(self.subject_of(record)) if record.type in ("photo", "comment") else record

    def inspection_of(self, record: Record) -> Record:
        """The inspection a record hangs on, or the inspection itself."""
        found = self.root_of(record)
        assert found.type == "inspection", found.type
        return found

    def keeps(self, person: str, branch: str) -> bool:
        """Whether somebody keeps the customers and visits of a branch."""
        return any(self.state.over(person, role, branch) for role in KEEPERS)

    # Undo of a group

    def checkpoint(self) -> None:
        self._mark = (dict(self.changed), len(self.touches), dict(self.held), dict(self.retimed))

    def rollback(self) -> None:
        self.changed, length, self.held, self.retimed = self._mark
        del self.touches[length:]

    # Rights

    def audiences(self, record: Record) -> frozenset[str]:
        """Who sees a record in its present state."""
        if record.type == STRANGE:
            return frozenset({"everyone"})
        if record.type == "branch":
            return self.state.roles(record.id, (*ROLES, "carrier"))
        if record.type == "comment":
            return self.audiences(self.subject_of(record))
        if record.type in ("customer", "quota"):
            return self.state.roles(record.row["branch"], (*KEEPERS, "supervisor"))
        if record.type == "visit":
            over = self.state.roles(record.row["branch"], ("manager", "supervisor"))
            person = record.row["person"]
            return over | {f"person:{person}"} if self.keeps(person, record.row["branch"]) else over
        return self._audiences_of_inspection(record)

    def _audiences_of_inspection(self, record: Record) -> frozenset[str]:
        inspection = self.inspection_of(record)
        branch, told = inspection.row["branch"], inspection.row["submitted_at"] is not None
        if record.type == "inspection":
            return self.state.roles(branch, ROLES if told else ("inspector", "supervisor"))
        over = self.state.roles(branch, ("supervisor", "manager") if told else ("supervisor",))
        members = [person for person, is_member in inspection.row["members"].items() if is_member]
        crew = {person for person in (inspection.row["lead"], *members) if self.state.over(person, "inspector", branch)}
        return over | {f"person:{person}" for person in crew}

    def visible(self, record: Record) -> bool:
        return self.device == 0 or not self.audiences(record).isdisjoint(self.state.audiences_of(self.person))

    def formerly_visible(self, record: Record, seen: int) -> bool:
        """Whether the actor's right to see a record was withdrawn after what they had seen."""
        state, me = self.state, self.person
        root = self.root_of(record)
        if self._was_member(root, seen) or self._was_theirs(record, seen):
            return True
        branch = root.row["branch"]
        above = {at for place, at, until in state.moved if place == branch and until > seen}
        if any(at in above for _, at in state.grants.get(me, ())):
            return True
        former = {f"unit:{place}:{role}" for who, role, place, until in state.former if who == me and until > seen}
        of_root = self.audiences(root) if record.type in ("finding", "photo") else frozenset[str]()
        return not (of_root.isdisjoint(former) and self.audiences(record).isdisjoint(former))

    def _was_theirs(self, record: Record, seen: int) -> bool:
        """Whether a visit is the actor's own, and they kept its branch until after what they had seen."""
        if record.type != "visit" or record.row["person"] != self.person:
            return False
        line = self.state.line(record.row["branch"])
        return any(
            who == self.person and role in KEEPERS and place in line and until > seen
            for who, role, place, until in self.state.former
        )

    def _was_member(self, inspection: Record, seen: int) -> bool:
        register = inspection.registers.get(f"members.{self.person}")
        if register is None or register.heads[0].value is not False or register.heads[0].person == self.person:
            return False
        logged = self.state.log.get(register.heads[0].change)
        return logged is None or logged.rev > seen

    # Writing out

    def flush(self, per_rev: int, *, doubtful: bool = False) -> State:
        """Rows, touches, feed, and the clock last of all; returns the state to commit.

        ``doubtful``: rights or places changed, so any record may have other readers now.
        """
        state = self.state
        self._look_again(doubtful)
        order = list(dict.fromkeys(key for key, _ in self.touches))
        first = state.rev + 1
        revs = {key: first + index // per_rev for index, key in enumerate(order)}
        for key in order:
            self._store(key, revs[key])
        for key, touch in self.touches:
            state.touches[key] = (*state.touches.get(key, ()), Touch(revs[key], *touch[1:]))
        state.rev = max([first, *revs.values()])
        state.held.update(self.held)
        for change, times in self.retimed.items():
            state.log[change] = state.log[change]._replace(times=times)
        return state

    def _look_again(self, doubtful: bool) -> None:
        """Records whose readers change although nobody wrote them join, as do those that follow a written one."""
        keys = list(self.state.records) if doubtful else list(dict.fromkeys(key for key, _ in self.touches))
        known = set() if doubtful else set(keys)
        for key in keys:  # grows while it is walked
            record = self.need(*key)
            if record.rev and self.audiences(record) != live(self.state, key):
                # Who reads it only since now has no row on which to lay an own edit.
                self.change(record, "audience", quiet=True)
            for child in self.state.children.get(key[1], ()):
                if child not in known and self.audiences(self.need(*child)) != live(self.state, child):
                    known.add(child)
                    keys.append(child)

    def _store(self, key: Key, rev: int) -> None:
        state, record = self.state, self.changed[key]
        above = self.above(record) if not record.rev else None
        if above is not None:
            state.children[above] = (*state.children.get(above, ()), key)
        record.render(rev)
        state.records[key] = record
        now_seen, open_ = self.audiences(record), self._is_open(record)
        shown = dict(state.feed[key][1]) if key in state.feed else {}
        gone = Shown(rev, True, False, self.now)
        for audience, told in shown.items():
            if audience not in now_seen and not told.gone:
                shown[audience] = gone
        shown.update(dict.fromkeys(now_seen, Shown(rev, False, open_, self.now)))
        state.feed[key] = (rev, shown)

    def _is_open(self, record: Record) -> bool:
        """Whether a first fill holds it whatever its age."""
        if record.type in ("branch", STRANGE):
            return True
        if record.type in ("customer", "visit"):
            return bool(record.row["status"] in ("active", "draft"))
        if record.type == "comment":
            return self._is_open(self.subject_of(record))
        return record.type != "quota" and self.inspection_of(record).row["status"] in LIVE

    def enter(self, entry: Logged) -> None:
        """Put a change into the log."""
        self.state.log[entry.device, entry.n] = entry


def live(state: State, key: Key) -> frozenset[str]:
    """To whom the feed shows a record."""
    return frozenset(audience for audience, shown in state.feed[key][1].items() if not shown.gone)
