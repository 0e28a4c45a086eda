"""Why a customer was erased stood in the name of the deed, which the history of their visits tells: it goes."""

STATEMENTS: tuple[str, ...] = ("UPDATE log SET type = 'erase_customer' WHERE type LIKE 'erase_customer:%'",)
