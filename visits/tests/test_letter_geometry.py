"""The measures of GB/T 9704-2012 §10.1 on the paper itself (trust.md §4.6), in millimetres."""

import io
import random
import re
import subprocess

import pdfplumber
import pytest

from core.pdf import render_pdf
from visits import letter_rules, reply_rules

MM = 72 / 25.4
UNIT = "中国电信股份有限公司绍兴分公司"
TITLE = "关于办公区专线扩容和机房搬迁配合事宜的复函"
LONG = "我公司已经安排技术人员对现有线路进行了全面勘查和测试并将按照贵局提出的时间要求逐项办理" * 6
FORBIDDEN_FIRST = "，。；：、！？）》”"
RARE = "䶮㛃𠮷"


def pdf_of(paragraphs, title=TITLE, **fields):
    sheet = {
        "title": title,
        "unit": UNIT,
        "number": "绍电政函〔2026〕5号",
        "title_lines": reply_rules.title_lines(title),
        "addressee": "绍兴市大数据发展管理局",
        "paragraphs": reply_rules.paragraphs("\n".join(paragraphs)),
        "day": "2026年11月29日",
        "contact_name": "欧阳" + RARE,
        "contact_phone": "0575-8888 0000",
        **fields,
    }
    return render_pdf("visits/pdf/reply.html", {"sheet": sheet})


@pytest.fixture(scope="module")
def one_page():
    with pdfplumber.open(io.BytesIO(pdf_of(["来函收悉。", "经研究，同意。", "特此函复。"]))) as pdf:
        assert len(pdf.pages) == 1
        yield pdf


@pytest.fixture(scope="module")
def two_pages():
    body = ["来函收悉。", LONG, LONG, "特此函复。"]
    with pdfplumber.open(io.BytesIO(pdf_of(body))) as pdf:
        assert len(pdf.pages) == 2
        yield pdf


@pytest.fixture(scope="module")
def three_pages():
    with pdfplumber.open(io.BytesIO(pdf_of(["来函收悉。", *[LONG] * 4, "特此函复。"]))) as pdf:
        assert len(pdf.pages) == 3
        yield pdf


def chars_of_size(page, size):
    return [c for c in page.chars if abs(c["size"] - size) < 0.1]


def lines_of(page):
    """The text lines of 16 pt from top to bottom: (x0, x1, text)."""
    rows = {}
    for char in chars_of_size(page, 16):
        rows.setdefault(round(char["top"]), []).append(char)
    found = []
    for top in sorted(rows):
        row = sorted(rows[top], key=lambda c: c["x0"])
        found.append((row[0]["x0"] / MM, row[-1]["x1"] / MM, "".join(c["text"] for c in row)))
    return found


def ink_rows(content, page=1):
    """First and last row of dark ink in mm, for each band of ink, from 300 dpi pixels."""
    ppm = subprocess.run(
        ["pdftoppm", "-r", "300", "-gray", "-f", str(page), "-l", str(page), "-"],
        input=content,
        capture_output=True,
        check=True,
    ).stdout
    _, size, _, pixels = ppm.split(b"\n", 3)
    width, height = map(int, size.split())
    inked = [min(pixels[y * width : (y + 1) * width]) < 200 for y in range(height)]
    edges = [y for y in range(1, height) if inked[y] != inked[y - 1]]
    return [(a / 300 * 25.4, b / 300 * 25.4) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@pytest.fixture(scope="module")
def bands():
    return ink_rows(pdf_of(["来函收悉。", "特此函复。"]))


def test_the_mark_stands_30_mm_from_the_top_and_4_mm_above_its_rule(bands):
    mark, rule = bands[0], bands[1]
    assert mark[0] == pytest.approx(30, abs=1)
    assert rule[0] - mark[1] == pytest.approx(4, abs=1)


def test_the_foot_rule_ends_20_mm_above_the_edge(bands):
    assert 297 - bands[-1][1] == pytest.approx(20, abs=0.5)


def test_the_rules_are_170_mm_wide_and_red_and_only_on_page_1(two_pages):
    first, second = two_pages.pages
    for rect in first.rects:
        assert (rect["x1"] - rect["x0"]) / MM == pytest.approx(170, abs=1)
    assert first.rects or first.lines or first.curves
    assert not (second.rects or second.lines or second.curves)


def test_upper_rule_is_thick_above_thin_and_the_lower_one_thin_above_thick(bands):
    upper, lower = bands[1:3], bands[-2:]
    assert upper[0][1] - upper[0][0] > upper[1][1] - upper[1][0]
    assert lower[0][1] - lower[0][0] < lower[1][1] - lower[1][0]


def test_the_body_keeps_its_margins(two_pages):
    for page in two_pages.pages:
        lines = lines_of(page)
        assert min(line[0] for line in lines) == pytest.approx(28, abs=0.5)
        assert max(line[1] for line in lines) <= 184.3


def test_a_full_page_has_22_lines_of_28_characters(three_pages):
    lines = lines_of(three_pages.pages[1])
    assert len(lines) == 22
    full = [text for x0, x1, text in lines if x0 < 28.5 and x1 > 183]
    assert full
    assert {len(text) for text in full} == {28}


def test_page_numbers_begin_on_page_2(three_pages):
    texts = [
        "".join(c["text"] for c in page.chars if c["top"] > 262 * MM) for page in three_pages.pages
    ]
    assert texts == ["", "— 2 —", "— 3 —"]


def test_even_pages_number_left_and_odd_pages_right(three_pages):
    second, third = (
        [c for c in page.chars if abs(c["size"] - 14) < 0.1] for page in three_pages.pages[1:]
    )
    assert second[0]["x0"] / MM == pytest.approx(28 + 14 / MM, abs=1)
    assert third[-1]["x1"] / MM == pytest.approx(184 - 14 / MM, abs=1)


def test_the_dash_of_the_page_number_is_7_mm_below_the_text():
    number = ink_rows(pdf_of(["来函收悉。", LONG, LONG, "特此函复。"]), page=2)[-1]
    assert sum(number) / 2 - 262 == pytest.approx(7, abs=0.5)


def test_the_signature_never_stands_alone():
    for count in range(10, 24):
        body = ["来函收悉。", *["请按原计划办理。"] * count, "特此函复。"]
        with pdfplumber.open(io.BytesIO(pdf_of(body))) as pdf:
            texts = [line[2] for line in lines_of(pdf.pages[-1])]
        at = texts.index(UNIT)
        assert at >= 1, count


def test_the_number_stands_right_and_the_date_four_characters_in(one_page):
    lines = {text: (x0, x1) for x0, x1, text in lines_of(one_page.pages[0])}
    assert lines["绍电政函〔2026〕5号"][1] == pytest.approx(184, abs=1)
    date = lines["2026年11月29日"]
    unit = lines[UNIT]
    assert 184 - date[1] == pytest.approx(4 * 15.75 / MM, abs=1)
    assert sum(unit) / 2 == pytest.approx(sum(date) / 2, abs=1)


def test_every_font_is_embedded_and_chinese_simplified():
    listed = subprocess.run(
        ["pdffonts", "-"], input=pdf_of(["一、办理情况", "来函收悉。"]), capture_output=True
    ).stdout.decode()
    rows = [line.split() for line in listed.splitlines()[2:]]
    assert len(rows) >= 2
    for row in rows:
        assert row[-5] == "yes", row
        assert "SC" in row[0], row


def test_rare_characters_print_as_glyphs(one_page):
    chars = {c["text"]: c for c in one_page.pages[0].chars}
    boxes = set()
    for rare in RARE:
        assert "CJK-SC" in chars[rare]["fontname"]
        page = (
            one_page.pages[0]
            .crop([chars[rare][k] for k in ("x0", "top", "x1", "bottom")])
            .to_image(resolution=200)
        )
        boxes.add(page.original.convert("L").tobytes())
    assert len(boxes) == 3  # tofu would be three times the same box


def flat(text):
    return re.sub(r"\s", "", text)


def test_the_text_comes_out_as_it_went_in():
    body = ["来函收悉。", "一、办理情况", "1. 专线扩容到 500M；", LONG, "特此函复。"]
    out = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf_of(body), capture_output=True
    ).stdout.decode()
    out = re.sub(r"—\s*\d\s*—", "", out)
    source = UNIT + "绍电政函〔2026〕5号" + TITLE + "绍兴市大数据发展管理局：" + "".join(body)
    source += UNIT + "2026年11月29日" + f"（联系人：欧阳{RARE}，电话：0575-8888 0000）"
    assert flat(out) == flat(source)


def test_title_language_and_author_are_in_the_metadata():
    with pdfplumber.open(io.BytesIO(pdf_of(["来函收悉。"]))) as pdf:
        assert (pdf.metadata["Title"], pdf.metadata["Author"]) == (TITLE, UNIT)
        assert pdf.doc.catalog["Lang"] == b"zh-Hans"


def test_no_line_of_any_letter_begins_with_a_closing_mark():
    chosen = random.Random(9704)
    words = [
        "专线",
        "扩容",
        "，",
        "。",
        "；",
        "《方案》",
        "（见附件）",
        "“双千兆”",
        "500M",
        "！",
        "贵局",
    ]
    for _ in range(12):
        body = ["".join(chosen.choices(words, k=chosen.randint(20, 400))) for _ in range(4)]
        title = "关于" + "办" * chosen.randint(2, 40) + "的复函"
        with pdfplumber.open(io.BytesIO(pdf_of(body, title))) as pdf:
            for page in pdf.pages:
                for x0, x1, text in lines_of(page):
                    assert text[0] not in FORBIDDEN_FIRST or x0 > 32, text
                    assert x1 <= 186, text


@pytest.mark.parametrize(
    "title",
    [
        "感谢函",
        "关于绍兴市大数据发展管理局2026年办公区专线扩容和机房搬迁配合事宜的复函",
        "关于《绍兴市政务云网络割接实施方案（征求意见稿）》意见的复函",
        "关于" + "办" * 56 + "的复函",
    ],
)
def test_title_lines_are_balanced_and_keep_years_whole(title):
    lines = reply_rules.title_lines(title)
    assert "".join(lines) == title
    assert len(title) <= 20 or min(len(line) for line in lines) >= 6
    assert max(len(line) for line in lines) <= 21
    assert not any(re.search(r"\d$", line) for line in lines)


def thanks(body, **fields):
    sheet = {
        "title": "感谢函",
        "unit": UNIT,
        "foot": "地址：绍兴市解放大道　　电话：0575-8888 0000",
        "salutation": letter_rules.salutation(["王局长"]),
        "paragraphs": reply_rules.paragraphs(body),
        "signer": "党政军客户部客户经理　王丽君",
        "day": "2026年11月20日",
        "is_small": False,
        **fields,
    }
    return render_pdf("visits/pdf/thank_you.html", {"sheet": sheet})


def test_the_thank_you_letter_is_a_personal_letter_on_one_page():
    with pdfplumber.open(io.BytesIO(thanks("您好！\n感谢您的接待。"))) as pdf:
        assert len(pdf.pages) == 1
        lines = {text: (x0, x1) for x0, x1, text in lines_of(pdf.pages[0])}
    assert lines["尊敬的王局长："][0] == pytest.approx(28, abs=0.5)
    assert lines["此致"][0] == pytest.approx(28 + 31.5 / MM, abs=0.5)
    assert lines["敬礼！"][0] == pytest.approx(28, abs=0.5)
    assert lines["2026年11月20日"][1] == pytest.approx(184, abs=1)


def test_its_mark_and_rules_are_those_of_the_formal_letter():
    bands = ink_rows(thanks("您好！", foot=""))
    assert bands[0][0] == pytest.approx(30, abs=1)
    assert 297 - bands[-1][1] == pytest.approx(20, abs=0.5)
