"""argon2id away from the event loop: about 25 ms and 19 MiB a check, so two at a time and no more."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

THREADS = 2


class Passwords:
    """Hashes and checks passwords. ``memory`` in KiB. `close` ends its threads."""

    def __init__(self, *, memory: int, rounds: int) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory, parallelism=1)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        # Made at once: the first unknown login must not take longer than the others.
        self._nobody = self._hasher.hash(secrets.token_hex())
        self._usual = self._nobody.rpartition("$")[0].rpartition("$")[0]

    async def hash(self, password: str) -> str:
        """The encoded hash, parameters and salt included."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    def hash_of_made_up(self, password: str) -> str:
        """The hash of a password out of `rules.made_up_password`: nobody guesses 59 bits, however cheap a guess is."""
        return self._quick.hash(password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether ``password`` made ``stored``. Without a stored one the same time is spent, and it never matches."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._matches, password, stored)

    def _matches(self, password: str, stored: str | None) -> bool:
        right = stored is not None and self._verifies(stored, password)
        if stored is None or not stored.startswith(self._usual):
            self._verifies(self._nobody, password)  # neither nobody nor a cheap hash answers sooner than the others
        return right

    def _verifies(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    def close(self) -> None:
        self._pool.shutdown()
