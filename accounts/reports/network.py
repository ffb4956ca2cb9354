"""网络拓扑: the picture, its table, and what each layer costs (R70)."""

from dataclasses import dataclass

from accounts import network_drawing as drawing
from accounts import network_narrow
from accounts import network_rules as rules
from accounts.models import Customer, LayerShare, NetworkLink, NetworkNode, Operator

LAYERS = dict(NetworkLink.Layer.choices)
LEVELS = dict(NetworkNode.Level.choices) | {
    NetworkNode.Level.BRANCH: "支行分支",
    drawing.OUTSIDE: "公共网络",
}
OPERATORS = dict(Operator.choices)
ENDS = "未标明"


@dataclass(frozen=True)
class LinkRow:
    link: NetworkLink
    a: str
    b: str
    backup_of: str

    @property
    def name(self) -> str:
        return link_name(self.link)

    @property
    def bandwidth(self) -> str:
        return rules.bandwidth_text(self.link.bandwidth_mbps)

    @property
    def is_rival(self) -> bool:
        return self.link.operator != Operator.TELECOM


@dataclass(frozen=True)
class LayerRow:
    """One layer of the cost bar; `x` and `width` in percent of the bar."""

    code: str
    label: str
    percent: object
    x: float
    is_contested: bool
    given: LayerShare | None


@dataclass(frozen=True)
class Network:
    nodes: list[NetworkNode]
    links: list[LinkRow]
    wide: drawing.Drawing | None
    narrow: drawing.Drawing | None
    costs: rules.LayerCosts | None
    layers: list[LayerRow]
    source: str

    @property
    def unplaced(self) -> int:
        """Links of which neither end is known: they stand in the table only."""
        return sum(1 for row in self.links if not (row.link.a_id or row.link.b_id))

    @property
    def tagged(self) -> int:
        return sum(1 for row in self.links if row.link.is_tagged_line)

    @property
    def rivals(self) -> int:
        return sum(1 for row in self.links if row.is_rival)


def network(customer: Customer) -> Network:
    """Three queries for any number of nodes and links."""
    nodes = list(customer.nodes.order_by("pk"))
    links = _links(customer, nodes)
    given = list(customer.layer_shares.order_by("pk"))
    costs = rules.layer_costs(
        {share.layer: share.percent for share in given},
        ((row.link.layer, row.link.monthly_fee) for row in links),
        {row.link.layer for row in links if row.is_rival},
    )
    drawn = (_drawn_nodes(nodes), [_drawn(row) for row in links], LEVELS)
    return Network(
        nodes,
        links,
        drawing.draw(*drawn) if nodes else None,
        network_narrow.draw(*drawn) if nodes else None,
        costs,
        _layers(costs, {share.layer: share for share in given}),
        given[0].source if given else "按链路月费计算",
    )


def _links(customer: Customer, nodes: list[NetworkNode]) -> list[LinkRow]:
    names = {node.pk: node.name for node in nodes}
    order = {code: n for n, code in enumerate(LAYERS)}
    links = sorted(customer.links.order_by("pk"), key=lambda link: order[link.layer])
    titles = {link.pk: link_name(link) for link in links}
    return [
        LinkRow(
            link,
            names.get(link.a_id, ""),
            names.get(link.b_id, ""),
            titles.get(link.backup_of_id, ""),
        )
        for link in links
    ]


def link_name(link: NetworkLink) -> str:
    """「2M FR 二级」."""
    bandwidth = rules.bandwidth_text(link.bandwidth_mbps)
    return f"{bandwidth} {link.technology}".strip()


def _drawn_nodes(nodes: list[NetworkNode]) -> list[drawing.Node]:
    return [drawing.Node(str(n.pk), n.name, n.level, n.count, n.is_hosted_by_us) for n in nodes]


def _drawn(row: LinkRow) -> drawing.Link:
    link = row.link
    operator = f"（{OPERATORS[link.operator]}）" if row.is_rival else ""
    return drawing.Link(
        str(link.a_id or ""),
        str(link.b_id or ""),
        f"{row.name}{operator}",
        link.layer,
        _title(row),
        link.backup_of_id is not None,
        link.is_tagged_line,
        row.is_rival,
    )


def _title(row: LinkRow) -> str:
    link = row.link
    ends = f"{row.a or '公共网络'} 至 {row.b or '公共网络'}"
    parts = [row.name, ends, LAYERS[link.layer], OPERATORS[link.operator]]
    if link.access:
        parts.append(f"{link.access}接入")
    if row.backup_of:
        parts.append(f"作为{row.backup_of}的备份")
    if link.is_tagged_line:
        parts.append("挂牌服务")
    return "，".join(parts)


def _layers(costs: rules.LayerCosts | None, given: dict[str, LayerShare]) -> list[LayerRow]:
    rows, x = [], 0.0
    for code, label in LAYERS.items():
        share = costs.shares.get(code) if costs else None
        if share is not None:
            is_contested = code in costs.contested
            rows.append(LayerRow(code, label, share, x, is_contested, given.get(code)))
            x += float(share)
    return rows
