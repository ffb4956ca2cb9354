"""The picture of a network for a phone: one column of boxes, every line in a lane beside them."""

import itertools
import re

import pytest

from accounts.network_drawing import Link, Node
from accounts.network_narrow import WIDTH, draw

LABELS = {"national": "全国", "provincial": "省", "outlet": "网点", "outside": "公共网络"}
NODES = [
    Node("4", "网点", "outlet", None),
    Node("1", "总行", "national"),
    Node("2", "省行计算中心（托管电信主楼）", "provincial", is_hosted=True),
    Node("3", "网上银行", "provincial"),
]
STAR = [("1", "2"), ("2", "3"), ("2", "4"), ("3", "4"), ("2", "1"), ("4", "2"), ("3", "")]


def link(a, b, label="2M SDH"):
    return Link(a, b, label, "transport", "说明")


def star(count=1):
    return draw(NODES, [link(*ends) for ends in STAR * count], LABELS)


def lane(wire):
    """(x, upper y, lower y) of the part that runs down."""
    x, top, foot = re.fullmatch(r"M\d+ \d+H\d+Q(\d+) (\d+) .*Q\d+ (\d+) .*", wire.path).groups()
    return int(x), int(top), int(foot)


def test_levels_stand_below_each_other_with_one_box_a_line():
    drawing = star()
    assert [band.label for band in drawing.bands] == ["全国", "省", "网点", "公共网络"]
    tops = sorted((box.y, box.y + box.height) for box in drawing.boxes)
    assert all(above[1] < below[0] for above, below in itertools.pairwise(tops))
    assert tops[-1][1] < drawing.height


def test_each_band_holds_its_boxes_and_ends_before_the_next():
    drawing = star()
    assert drawing.bands[0].y >= 0
    for one, other in itertools.pairwise(drawing.bands):
        assert one.y + one.height < other.y
    for box in drawing.boxes:
        assert any(b.y <= box.y and box.y + box.height < b.y + b.height for b in drawing.bands)


@pytest.mark.parametrize("count", [1, 6])
def test_no_line_passes_behind_a_box_or_leaves_the_paper(count):
    drawing = star(count)
    edge = max(box.x + box.width for box in drawing.boxes)
    assert all(edge < lane(wire)[0] <= WIDTH for wire in drawing.wires)
    assert drawing.width == WIDTH


def test_lines_of_the_same_height_have_lanes_of_their_own():
    for (x, top, foot), (x2, top2, foot2) in itertools.combinations(map(lane, star().wires), 2):
        assert x != x2 or foot < top2 or foot2 < top


def test_labels_lie_beside_the_boxes_on_the_paper_and_not_on_each_other():
    drawing = star()
    edge = max(box.x + box.width for box in drawing.boxes)
    named = [wire for wire in drawing.wires if wire.label]
    assert all(edge < w.label_left and w.label_left + w.label_width <= WIDTH for w in named)
    for one, other in itertools.combinations(named, 2):
        beside = one.label_left + one.label_width <= other.label_left
        beside |= other.label_left + other.label_width <= one.label_left
        assert beside or abs(one.label_y - other.label_y) >= 18


def test_forty_boxes_without_a_line_are_drawn_in_one_band():
    drawing = draw([Node(str(n), f"支行{n}", "branch") for n in range(40)], [], {})
    assert len(drawing.boxes) == 40
    assert len(drawing.bands) == 1
