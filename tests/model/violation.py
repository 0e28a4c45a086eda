"""An invariant that does not hold: of protocol §10, or 14, what records.md says of customers and visits."""


class Violation(AssertionError):
    """``number``: of the invariant."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(f"invariant {number}: {text}")
        self.number = number
