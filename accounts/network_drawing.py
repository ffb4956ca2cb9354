"""Where the boxes and lines of a network picture go. Standard library only; units are pixels.

Levels are bands from top to bottom, lines with one end hang from an extra band of public networks
at the foot. Equal input gives an equal picture.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.network_text import text_width, wrapped

LEVELS = ("international", "national", "provincial", "prefecture", "city", "branch", "outlet")
OUTSIDE = "outside"
BOX_WIDTH, BOX_HEIGHT, GAP, LEFT, RIGHT = 148, 50, 34, 76, 20
BAND, TOP, LEAST_WIDTH, PER_ROW = 152, 30, 880, 7
HUB = 4
"""A node with so many links stands in the middle of its row."""
LABEL_HEIGHT = 18
SPOTS = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.86, 0.14)


@dataclass(frozen=True)
class Node:
    """`level` is a code of LEVELS; an unknown `count` is None."""

    key: str
    name: str
    level: str
    count: int | None = 1
    is_hosted: bool = False


@dataclass(frozen=True)
class Link:
    """`a` and `b` are keys of nodes; one of them empty leads to a public network."""

    a: str
    b: str
    label: str
    layer: str
    title: str
    is_backup: bool = False
    is_tagged: bool = False
    is_rival: bool = False

    @property
    def css(self) -> str:
        marks = {
            "is-backup": self.is_backup, "is-rival": self.is_rival, "is-tagged": self.is_tagged,
        }  # fmt: skip
        return " ".join([f"layer-{self.layer}", *(name for name, on in marks.items() if on)])

    @property
    def label_width(self) -> int:
        return text_width(self.label) + (38 if self.is_tagged else 14) if self.label else 0


@dataclass(frozen=True)
class Band:
    y: int
    height: int
    label: str
    drop: int = 41

    @property
    def name_y(self) -> int:
        """Where the name of the level stands: beside the boxes, or above them."""
        return self.y + self.drop


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    lines: tuple[str, ...]
    title: str
    count_text: str = ""
    is_hosted: bool = False
    is_outside: bool = False
    width: int = BOX_WIDTH
    height: int = BOX_HEIGHT

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def badge_x(self) -> int:
        return self.x + self.width - 26

    @property
    def texts(self) -> list[tuple[int, str]]:
        """(y, text) of each line, set in the middle of the box."""
        first = self.y + self.height // 2 + 5 - (len(self.lines) - 1) * 8
        return [(first + 16 * n, line) for n, line in enumerate(self.lines)]


@dataclass(frozen=True)
class Wire:
    path: str
    css: str
    title: str
    label: str
    label_x: int
    label_y: int
    label_width: int
    is_tagged: bool

    @property
    def label_left(self) -> int:
        return self.label_x - self.label_width // 2

    @property
    def label_top(self) -> int:
        return self.label_y - LABEL_HEIGHT // 2

    @property
    def text_y(self) -> int:
        return self.label_y + 4


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]


def draw(nodes: Sequence[Node], links: Sequence[Link], labels: Mapping[str, str]) -> Drawing:
    """`labels`: what each level is called, OUTSIDE too. Links without any end are not drawn."""
    links = [link for link in links if link.a or link.b]
    everything, links = with_outside(nodes, links)
    rows = rows_of(everything, links)
    most = max((len(row) for _, row in rows), default=1)
    width = max(LEAST_WIDTH, LEFT + most * (BOX_WIDTH + GAP) + RIGHT)
    boxes = _boxes(rows, width)
    wires = _wires(links, boxes)
    return Drawing(
        width, TOP + len(rows) * BAND - (BAND - BOX_HEIGHT) + TOP, _bands(rows, labels),
        tuple(boxes.values()), wires,
    )  # fmt: skip


def with_outside(nodes: Sequence[Node], links: Sequence[Link]) -> tuple[list[Node], list[Link]]:
    """One pill per public network that a one-ended link leads to."""
    pills: dict[str, Node] = {}
    whole = []
    for link in links:
        if link.a and link.b:
            whole.append(link)
            continue
        key = f"{OUTSIDE}:{link.label}"
        pills[key] = Node(key, link.label, OUTSIDE)
        whole.append(
            Link(link.a or link.b, key, "", link.layer, link.title, link.is_backup,
                 link.is_tagged, link.is_rival)
        )  # fmt: skip
    return [*nodes, *pills.values()], whole


def rows_of(
    nodes: Sequence[Node], links: Sequence[Link], per_row: int = PER_ROW
) -> list[tuple[str, list[Node]]]:
    """(level, nodes) from top to bottom; long levels go on in a further row."""
    by_level: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        by_level[node.level].append(node)
    order = [level for level in (*LEVELS, OUTSIDE) if by_level[level]]
    _untangle([by_level[level] for level in order], links)
    rows = []
    for level in order:
        row = by_level[level]
        rows += [(level, row[n : n + per_row]) for n in range(0, len(row), per_row)]
    return rows


def _untangle(rows: list[list[Node]], links: Sequence[Link]) -> None:
    """Move each node towards the middle of its neighbours: fewer lines cross."""
    near: dict[str, list[str]] = defaultdict(list)
    for link in links:
        near[link.a].append(link.b)
        near[link.b].append(link.a)
    for _ in range(4):
        for row in rows:
            at = {node.key: (n + 0.5) / len(line) for line in rows for n, node in enumerate(line)}

            def pull(node: Node, at: dict[str, float] = at) -> float:
                spots = [at[key] for key in near[node.key] if key in at]
                return sum(spots) / len(spots) if spots else at[node.key]

            row.sort(key=pull)
            _centre_hub(row, near)


def _centre_hub(row: list[Node], near: Mapping[str, Sequence[str]]) -> None:
    hub = max(row, key=lambda node: len(near.get(node.key, ())))
    if len(near.get(hub.key, ())) >= HUB:
        row.remove(hub)
        row.insert(len(row) // 2, hub)


def _boxes(rows: list[tuple[str, list[Node]]], width: int) -> dict[str, Box]:
    boxes = {}
    for n, (_, row) in enumerate(rows):
        free = width - LEFT - RIGHT
        step = free / len(row)
        for place, node in enumerate(row):
            x = round(LEFT + step * (place + 0.5) - BOX_WIDTH / 2)
            boxes[node.key] = box_of(node, x, TOP + n * BAND)
    return boxes


def box_of(node: Node, x: int, y: int, height: int = BOX_HEIGHT) -> Box:
    count = "若干" if node.count is None else f"×{node.count}" if node.count != 1 else ""
    number = "数量不详" if node.count is None else f"{node.count} 个"
    hosted = "，托管在我方机房" if node.is_hosted else ""
    title = node.name if node.level == OUTSIDE else f"{node.name}，{number}{hosted}"
    is_outside = node.level == OUTSIDE
    lines = wrapped(node.name)
    return Box(x, y, lines, title, count, node.is_hosted, is_outside, BOX_WIDTH, height)


def _bands(rows: list[tuple[str, list[Node]]], labels: Mapping[str, str]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for n, (level, _) in enumerate(rows):
        y = TOP + n * BAND - 12
        if n and rows[n - 1][0] == level:
            last = bands.pop()
            bands.append(Band(last.y, y + BOX_HEIGHT + 24 - last.y, last.label))
        else:
            bands.append(Band(y, BOX_HEIGHT + 24, labels.get(level, level)))
    return tuple(bands)


def _wires(links: Sequence[Link], boxes: Mapping[str, Box]) -> tuple[Wire, ...]:
    ports = _ports(links, boxes)
    taken = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes.values()]
    wires = []
    for n, link in enumerate(links):
        curve = _curve(ports[n, link.a], ports[n, link.b])
        wires.append(_wire(link, curve, taken))
    return tuple(wires)


Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]


def _ports(links: Sequence[Link], boxes: Mapping[str, Box]) -> dict[tuple[int, str], Point]:
    """Where each link leaves a box: spread along the edge in the order of the other ends."""
    ends: dict[tuple[str, bool], list[tuple[int, int, str]]] = defaultdict(list)
    for n, link in enumerate(links):
        for here, there in ((link.a, link.b), (link.b, link.a)):
            goes_down = boxes[there].y >= boxes[here].y  # beside each other: both from below
            ends[here, goes_down].append((boxes[there].middle, n, here))
    ports = {}
    for (key, goes_down), found in ends.items():
        box = boxes[key]
        step = box.width * 0.8 / len(found)
        for place, (_, n, _key) in enumerate(sorted(found)):
            x = box.middle + (place - (len(found) - 1) / 2) * step
            ports[n, key] = (x, float(box.y + box.height * goes_down))
    return ports


def _curve(a: Point, b: Point) -> Curve:
    if a[1] > b[1]:
        a, b = b, a
    # Beside each other: a sling below, the deeper the wider.
    bend = (b[1] - a[1]) / 2 or 34 + abs(b[0] - a[0]) * 0.11
    return a, (a[0], a[1] + bend), (b[0], b[1] - bend if b[1] > a[1] else b[1] + bend), b


def _wire(link: Link, curve: Curve, taken: list[tuple[int, int, int, int]]) -> Wire:
    x, y = (round(v) for v in _at(curve, 0.5))
    width = link.label_width
    if width:
        x, y = _free_spot(curve, width, taken)
        taken.append(around(x, y, width))
    start, *rest = (f"{round(px)} {round(py)}" for px, py in curve)
    path = f"M{start}C{','.join(rest)}"
    return Wire(path, link.css, link.title, link.label, x, y, width, link.is_tagged)


def _free_spot(curve: Curve, width: int, taken: list[tuple[int, int, int, int]]) -> tuple[int, int]:
    spots = [(round(x), round(y)) for x, y in (_at(curve, t) for t in SPOTS)]
    crowd = [sum(touch(around(*s, width), one) for one in taken) for s in spots]
    return spots[crowd.index(min(crowd))]


def around(x: int, y: int, width: int) -> tuple[int, int, int, int]:
    return (x - width // 2, y - LABEL_HEIGHT // 2, x + width // 2, y + LABEL_HEIGHT // 2)


def touch(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    apart = one[2] + 2 < other[0] or other[2] + 2 < one[0]
    return not (apart or one[3] + 2 < other[1] or other[3] + 2 < one[1])


def _at(curve: Curve, t: float) -> Point:
    """The point of a cubic Bézier curve at `t` from 0 to 1."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x = sum(w * p[0] for w, p in zip(weights, curve, strict=True))
    y = sum(w * p[1] for w, p in zip(weights, curve, strict=True))
    return x, y
