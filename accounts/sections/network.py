"""网络拓扑: nodes by level, links by layer (R70)."""

from accounts.reports.network import network
from accounts.sections.registry import ORDINARY, Section


def topology(customer, user, request) -> dict:
    return {"network": network(customer)}


SECTIONS = (Section("network", "网络拓扑", "bi-diagram-3", topology, ORDINARY),)
