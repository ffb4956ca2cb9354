"""Cost shares of the network's layers. Standard library only: no ORM, no settings, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
LAYERS = ("backbone", "transport", "access")
LOCAL = ("transport", "access")
"""传输网与接入网: where nearly all of a customer's business lies (R70)."""

CONTESTED = frozenset({"backbone"})
"""竞争集中在长途骨干网 (R70); a layer with a rival's line is contested as well."""


@dataclass(frozen=True)
class LayerCosts:
    """Percent of the line costs per layer. `is_given`: told by the customer, not summed up."""

    shares: Mapping[str, Decimal]
    is_given: bool
    contested: frozenset[str]

    @property
    def total(self) -> Decimal:
        return sum(self.shares.values(), Decimal(0))

    @property
    def dependency(self) -> Decimal:
        """Transport plus access: how much rests on us; 98 for Bank A (R70)."""
        return sum((self.shares.get(layer, Decimal(0)) for layer in LOCAL), Decimal(0))

    @property
    def exposure(self) -> Decimal:
        """The share in layers where rivals stand (R70)."""
        return sum((self.shares.get(layer, Decimal(0)) for layer in self.contested), Decimal(0))


def layer_costs(
    given: Mapping[str, Decimal],
    fees: Iterable[tuple[str, Decimal | None]],
    rival_layers: Iterable[str],
) -> LayerCosts | None:
    """Given shares win over monthly fees of the links; None when neither is known."""
    contested = CONTESTED | frozenset(rival_layers)
    if given:
        return LayerCosts(dict(given), True, contested)
    sums = dict.fromkeys(LAYERS, Decimal(0))
    for layer, fee in fees:
        sums[layer] += fee or 0
    whole = sum(sums.values(), Decimal(0))
    if whole <= 0:
        return None
    shares = {
        layer: (fee * 100 / whole).quantize(CENT, ROUND_HALF_UP) for layer, fee in sums.items()
    }
    return LayerCosts(shares, False, contested)


def bandwidth_text(mbps: Decimal | None) -> str:
    """「64K」, 「2M」, 「2.5G」; empty when unknown."""
    if mbps is None:
        return ""
    if mbps < 1:
        return f"{_plain(mbps * 1000)}K"
    return f"{_plain(mbps / 1000)}G" if mbps >= 1000 else f"{_plain(mbps)}M"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
