"""The picture of a network: rows by level, nothing on top of anything else."""

import itertools

from accounts.network_drawing import Link, Node, draw, wrapped

LABELS = {"national": "全国", "provincial": "省", "outlet": "网点", "outside": "公共网络"}
NODES = [
    Node("1", "总行", "national"),
    Node("2", "省行计算中心（托管电信主楼）", "provincial", is_hosted=True),
    Node("3", "网上银行", "provincial"),
    Node("4", "网点", "outlet", None),
]


def link(a, b, **fields):
    return Link(a, b, fields.pop("label", "2M SDH"), "transport", "说明", **fields)


def overlap(one, other):
    apart = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not (apart or one.y + one.height <= other.y or other.y + other.height <= one.y)


def test_levels_are_rows_from_top_to_bottom():
    drawing = draw(NODES, [link("1", "2")], LABELS)
    assert [band.label for band in drawing.bands] == ["全国", "省", "网点"]
    tops = {box.title.split("，")[0]: box.y for box in drawing.boxes}
    assert tops["总行"] < tops["网上银行"] == tops["省行计算中心（托管电信主楼）"] < tops["网点"]


def test_no_box_lies_on_another_even_with_forty_of_one_level():
    nodes = [Node(str(n), f"支行{n}", "branch") for n in range(40)]
    drawing = draw(nodes, [], {"branch": "支行"})
    pairs = itertools.combinations(drawing.boxes, 2)
    assert not [pair for pair in pairs if overlap(*pair)]
    assert [band.label for band in drawing.bands] == ["支行"]
    assert all(box.x + box.width <= drawing.width for box in drawing.boxes)
    assert max(box.y + box.height for box in drawing.boxes) <= drawing.height


def test_an_unknown_number_says_so():
    box = next(box for box in draw(NODES, [], LABELS).boxes if box.lines == ("网点",))
    assert (box.count_text, box.title) == ("若干", "网点，数量不详")


def test_one_ended_links_of_one_kind_meet_in_one_public_network():
    drawing = draw(NODES, [link("3", "", label="PSTN"), link("", "4", label="PSTN")], LABELS)
    outside = [box for box in drawing.boxes if box.is_outside]
    assert [box.lines for box in outside] == [("PSTN",)]
    assert len(drawing.wires) == 2
    assert drawing.bands[-1].label == "公共网络"


def test_a_link_without_ends_is_not_drawn():
    assert draw(NODES, [link("", "")], LABELS).wires == ()


def test_backup_rival_and_tagged_lines_look_different():
    wire = draw(NODES, [link("1", "2", is_backup=True, is_rival=True)], LABELS).wires[0]
    assert wire.css.split() == ["layer-transport", "is-backup", "is-rival"]
    assert draw(NODES, [link("1", "2", is_tagged=True)], LABELS).wires[0].is_tagged


def test_parallel_links_have_labels_of_their_own():
    wires = draw(NODES, [link("1", "2", label=f"{n}M SDH") for n in range(1, 5)], LABELS).wires
    spots = {(wire.label_x, wire.label_y) for wire in wires}
    assert len(spots) == len({wire.path for wire in wires}) == 4


def test_the_same_network_gives_the_same_picture():
    links = [link("1", "2"), link("2", "3"), link("2", "4")]
    assert draw(NODES, links, LABELS) == draw(NODES, links, LABELS)


def test_a_long_name_is_broken_and_then_cut():
    assert wrapped("省行计算中心（托管电信主楼）") == ("省行计算中心", "（托管电信主楼）")
    first, second = wrapped("很长很长的节点名称" * 5)
    assert second.endswith("…") and len(first) == len(second) == 10
