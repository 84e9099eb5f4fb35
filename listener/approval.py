"""Which replies want a second person. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from listener.model import Priority, Ticket, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPolicy:
    """Any of these asks for a second person: always; a priority from min_priority on; a ticket about one of brands
    (ids); a draft that breaks a rule."""

    always: bool = False
    min_priority: Priority | None = None
    brands: frozenset[str] = frozenset()
    violations: bool = False


def wanted(policy: ApprovalPolicy, ticket: Ticket, violations: Sequence[Violation]) -> tuple[str, ...]:
    """Why a second person has to look, in stable keys with their detail; empty: nobody has to."""
    reasons = []
    if policy.always:
        reasons.append("every reply")
    if policy.min_priority is not None and ticket.priority.rank >= policy.min_priority.rank:
        reasons.append(f"priority: {ticket.priority.value}")
    if ticket.brand in policy.brands:
        reasons.append(f"brand: {ticket.brand}")
    if policy.violations and violations:
        reasons.append("violations: " + ", ".join(sorted({violation.rule for violation in violations})))
    return tuple(reasons)
