"""The picture of a network for a phone. Standard library only; units are pixels.

All boxes stand below each other at the left, highest level first; each line leaves a box to the
right and runs down a lane of its own, so that no line passes behind a box.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from accounts.network_drawing import (
    BOX_HEIGHT,
    BOX_WIDTH,
    SPOTS,
    Band,
    Box,
    Drawing,
    Link,
    Node,
    Wire,
    around,
    box_of,
    rows_of,
    touch,
    with_outside,
)

WIDTH, LEFT, GAP, HEAD, FOOT = 344, 10, 20, 36, 14
PORT, LANE, FIRST_LANE, ROUND = 13, 20, 22, 6
Area = tuple[int, int, int, int]


def draw(nodes: Sequence[Node], links: Sequence[Link], labels: Mapping[str, str]) -> Drawing:
    """As network_drawing.draw, WIDTH wide whatever is in it."""
    everything, links = with_outside(nodes, [link for link in links if link.a or link.b])
    ends: dict[str, int] = defaultdict(int)
    for link in links:
        ends[link.a] += 1
        ends[link.b] += 1
    boxes: dict[str, Box] = {}
    bands: list[Band] = []
    y, above = 0, None
    for level, (node,) in rows_of(everything, links, 1):
        is_new = level != above
        y += (FOOT if bands else 0) + HEAD if is_new else GAP - FOOT
        box = box_of(node, LEFT, y, max(BOX_HEIGHT, 12 + PORT * ends[node.key]))
        boxes[node.key] = box
        top = y - HEAD + 4 if is_new else bands.pop().y
        y += box.height + FOOT
        bands.append(Band(top, y - top, labels.get(level, level), 20))
        above = level
    return Drawing(WIDTH, y + 4, tuple(bands), tuple(boxes.values()), _wires(links, boxes))


def _wires(links: Sequence[Link], boxes: Mapping[str, Box]) -> tuple[Wire, ...]:
    spans = _ports(links, boxes)
    lanes = _lanes(spans)
    step = min(LANE, (WIDTH - LEFT - BOX_WIDTH - FIRST_LANE - 8) / max(max(lanes, default=0), 1))
    taken: list[Area] = []
    wires = []
    for link, (top, foot), lane in zip(links, spans, lanes, strict=True):
        x = round(LEFT + BOX_WIDTH + FIRST_LANE + lane * step)
        label_x, label_y = _label(link.label_width, x, (top, foot), taken)
        wires.append(
            Wire(_path(x, top, foot), link.css, link.title, link.label, label_x, label_y,
                 link.label_width, link.is_tagged)
        )  # fmt: skip
    return tuple(wires)


def _ports(links: Sequence[Link], boxes: Mapping[str, Box]) -> list[tuple[int, int]]:
    """(upper, lower) y of each link; at a box they are in the order of the other ends."""
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for n, link in enumerate(links):
        found[link.a].append((boxes[link.b].y, n))
        found[link.b].append((boxes[link.a].y, n))
    at: dict[int, list[int]] = defaultdict(list)
    for key, others in found.items():
        box = boxes[key]
        first = box.y + box.height / 2 - (len(others) - 1) * PORT / 2
        # The farthest go outermost: no line crosses another of the same box needlessly.
        up = sorted((other for other in others if other[0] < box.y), reverse=True)
        down = sorted((other for other in others if other[0] >= box.y), reverse=True)
        for place, (_, n) in enumerate([*up, *down]):
            at[n].append(round(first + place * PORT))
    return [(min(at[n]), max(at[n])) for n in range(len(links))]


def _lanes(spans: Sequence[tuple[int, int]]) -> list[int]:
    """The nearest lane that is free all the way; short lines first."""
    lanes = [0] * len(spans)
    used: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for n in sorted(range(len(spans)), key=lambda one: (spans[one][1] - spans[one][0], one)):
        top, foot = spans[n]
        while any(top <= other[1] + 4 and other[0] <= foot + 4 for other in used[lanes[n]]):
            lanes[n] += 1
        used[lanes[n]].append(spans[n])
    return lanes


def _label(width: int, x: int, span: tuple[int, int], taken: list[Area]) -> tuple[int, int]:
    """The least crowded place along the lane, beside the boxes and on the paper."""
    top, foot = span
    least, most = LEFT + BOX_WIDTH + 12 + width // 2, WIDTH - 3 - width // 2
    at = max(min(max(x, least), most), width // 2)
    areas = [around(at, round(top + (foot - top) * t), width) for t in SPOTS]
    crowd = [sum(touch(area, one) for one in taken) for area in areas]
    best = areas[crowd.index(min(crowd))]
    if width:
        taken.append(best)
    return at, (best[1] + best[3]) // 2


def _path(x: int, top: int, foot: int) -> str:
    edge, turn = LEFT + BOX_WIDTH, min(ROUND, (foot - top) // 2)
    return (
        f"M{edge} {top}H{x - turn}Q{x} {top} {x} {top + turn}"
        f"V{foot - turn}Q{x} {foot} {x - turn} {foot}H{edge}"
    )
