"""An invariant of protocol §10 that does not hold."""


class Violation(AssertionError):
    """``number``: of the invariant."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"invariant {number}: {text}")
        self.number = number
