"""What identity decides, without looking anything up: lifetimes, tokens, logins, whose turn it is to wait."""

import hashlib
import secrets
import unicodedata

import msgspec

SECOND_MS = 1_000
DAY_MS = 86_400 * SECOND_MS
SESSION_LIFE_MS = 30 * DAY_MS
LOST_FOR_MS = 400 * DAY_MS
"""So long a lost phone is still told to empty itself: as long as a browser keeps its cookie."""
RENEW_AFTER_MS = 600 * SECOND_MS
"""A session is written to at most this often: sliding costs a write, and phones ask often."""

SHORTEST_PASSWORD = 8
_CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
TRIES = 10
TRIES_WINDOW_MS = 900 * SECOND_MS
KEPT_KEYS = 50_000


def hash_of(token: str) -> str:
    """What is stored of a token: SHA-256, hex. 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def normal_login(text: str) -> str:
    """A login as stored and compared: width, case and blanks around it make no difference."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_weak(password: str, login: str, old: str) -> bool:
    """Whether a new password is too short, or the login, or the old one again."""
    return len(password) < SHORTEST_PASSWORD or password == old or normal_login(password) == login


def made_up_password() -> str:
    """A first password: 12 letters and digits that nobody takes for one another, about 59 bits, `abcd-efgh-jkmn`."""
    letters = [secrets.choice(_CLEAR) for _ in range(12)]
    return "-".join("".join(letters[at : at + 4]) for at in (0, 4, 8))


def needs_renewal(seen_at: int, now: int) -> bool:
    """Whether it is time to write down that a session is alive. A clock set back also renews."""
    return now - seen_at >= RENEW_AFTER_MS or now < seen_at


class Throttle(msgspec.Struct):
    """Counts failed tries per key: at most TRIES in TRIES_WINDOW_MS, both counted from the oldest still remembered."""

    failures: dict[tuple[str, str], list[int]] = {}

    def begin(self, key: tuple[str, str], now: int) -> int:
        """Take a try. 0: go on; else the seconds to wait. The try counts as failed until `succeeded`.

        Counting before the password is looked at keeps a volley of parallel tries within the limit.
        """
        recent = [at for at in self.failures.pop(key, ()) if now - TRIES_WINDOW_MS < at <= now]
        wait = 0
        if len(recent) >= TRIES:
            wait = -(-(recent[0] + TRIES_WINDOW_MS - now) // SECOND_MS)
        else:
            recent.append(now)
        self.failures[key] = recent  # popped and set again: the dict stays in order of last use
        if len(self.failures) > KEPT_KEYS:
            del self.failures[next(iter(self.failures))]
        return wait

    def succeeded(self, key: tuple[str, str]) -> None:
        """The password was right: the key starts afresh."""
        self.failures.pop(key, None)


NOT_LOCKED_OUT = "device NOT IN (SELECT id FROM device WHERE revoked_at IS NOT NULL)"
"""Of sessions that end for a person: those of devices locked out give no access, and by them such a device is told."""
