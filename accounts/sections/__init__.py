"""The tabs of the customer page in the order of §B.8. A section is a module of this package."""

from accounts.rules import LABELS
from accounts.sections.business import SECTIONS as BUSINESS
from accounts.sections.contracts import SECTIONS as CONTRACTS
from accounts.sections.knowledge import SECTIONS as KNOWLEDGE
from accounts.sections.main import SECTIONS as MAIN
from accounts.sections.network import SECTIONS as NETWORK
from accounts.sections.people import SECTIONS as PEOPLE
from accounts.sections.registry import ItemKind, Section
from accounts.sections.story import SECTIONS as STORY

# V2 and V3: append your Section objects to REGISTERED (people; business, network, contracts).
REGISTERED: tuple[Section, ...] = (
    *MAIN,
    *KNOWLEDGE,
    *PEOPLE,
    *BUSINESS,
    *NETWORK,
    *CONTRACTS,
    *STORY,
)

ORDER = (
    "overview",
    "file",
    "people",
    "business",
    "network",
    "finance",
    "needs",
    "visits",
    "value",
    "plans",
    "contracts",
    "events",
    "info",
    "timeline",
    "quality",
    "history",
)
"""A section that is not registered does not show."""

SECTIONS: dict[str, Section] = {
    section.code: section for section in sorted(REGISTERED, key=lambda one: ORDER.index(one.code))
}

__all__ = ["LABELS", "ORDER", "SECTIONS", "ItemKind", "Section"]
