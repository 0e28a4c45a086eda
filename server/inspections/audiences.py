"""Who sees an inspection, its findings and photos."""

from server.door import Entry, Workspace, seen_by_roles

ALWAYS = ("inspector", "supervisor")
ONCE_SUBMITTED = ("inspector", "supervisor", "manager")


def _is_told(inspection: Entry) -> bool:
    """Whether the branch knows of an inspection: it was submitted, or it is the branch's own check."""
    return inspection.row["submitted_at"] is not None or bool(inspection.columns.get("self_check"))


async def of_inspection(workspace: Workspace, inspection: Entry) -> frozenset[str]:
    """Inspectors and supervisors over the branch; its managers once it was submitted, or if it is their own check."""
    roles = ONCE_SUBMITTED if _is_told(inspection) else ALWAYS
    return await seen_by_roles(workspace, inspection.row["branch"], roles)


async def of_finding(workspace: Workspace, finding: Entry) -> frozenset[str]:
    """Lead, members and supervisors over the branch; its managers as soon as they see the inspection."""
    inspection = await workspace.get("inspection", finding.row["inspection"])
    if inspection is None:
        return frozenset()
    roles = ("supervisor", "manager") if _is_told(inspection) else ("supervisor",)
    over = await seen_by_roles(workspace, inspection.row["branch"], roles)
    return over | {f"person:{person}" for person in await _crew(workspace, inspection)}


async def _crew(workspace: Workspace, inspection: Entry) -> list[str]:
    """Lead and members, as long as they still have a right over the branch."""
    members = [person for person, is_member in inspection.row["members"].items() if is_member]
    people = dict.fromkeys([inspection.row["lead"], *members])
    branch = inspection.row["branch"]
    return [
        person
        for person in people
        if person is not None
        and (await workspace.over(person, "inspector", branch) or await workspace.over(person, "manager", branch))
    ]
