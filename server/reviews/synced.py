"""The supervisor's verbs, declared to the door."""

from server.door import register_acts
from server.reviews import acts

register_acts(
    "inspection",
    {
        "return_items": acts.return_items,
        "approve": acts.approve,
        "reopen": acts.reopen,
        "settle_late": acts.settle_late,
    },
)
register_acts("finding", {"correct": acts.correct})
