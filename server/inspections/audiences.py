"""Who sees an inspection, its findings and photos."""

from server.door import Entry, Workspace, seen_by_roles

ALWAYS = ("inspector", "supervisor")
ONCE_SUBMITTED = ("inspector", "supervisor", "manager")


async def of_inspection(workspace: Workspace, inspection: Entry) -> frozenset[str]:
    """Inspectors and supervisors over the branch; its managers once it was submitted, or if it is their own check."""
    told = inspection.row["submitted_at"] is not None or bool(inspection.columns.get("self_check"))
    return await seen_by_roles(workspace, inspection.row["branch"], ONCE_SUBMITTED if told else ALWAYS)


async def of_finding(workspace: Workspace, finding: Entry) -> frozenset[str]:
    """As its inspection."""
    inspection = await workspace.get("inspection", finding.row["inspection"])
    return await of_inspection(workspace, inspection) if inspection is not None else frozenset()
