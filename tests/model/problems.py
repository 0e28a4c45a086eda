"""How the model's server says no."""

from typing import Any

from sync.problems import PROBLEMS


class Refused(Exception):
    """A change that is not taken: the catalogue's code and what belongs to it."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        assert code in PROBLEMS, code
        self.code, self.extra = code, extra


class SetAside(Exception):
    """A change that a supervisor must look at."""

    def __init__(self, code: str, subject: str) -> None:
        super().__init__(code)
        assert code in PROBLEMS, code
        self.code, self.subject = code, subject


class Turned(Exception):
    """A whole request that is not taken: 409 ``gap`` or ``device_fork``."""

    def __init__(self, code: str, expected: int = 0) -> None:
        super().__init__(code)
        assert code in PROBLEMS, code
        self.code, self.expected = code, expected
