"""A chart on paper: its Chinese labels are real text in the PDF."""

import io

import pdfplumber
from weasyprint import HTML

from core.charts import Series, heatmap_chart, line_chart
from core.charts.svg import render_svg


def test_chinese_labels_are_set_in_the_pdf():
    chart = line_chart(
        "及时率", ["九月", "十月"], [Series("感谢函", [90, 95]), Series("来函", [80, 85])]
    )
    dark = heatmap_chart("热力", ["上门", "电话"], [Series("甲部", [1, 9])])
    pdf = HTML(string=f"<body>{render_svg(chart)}{render_svg(dark)}</body>").write_pdf()
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        text = "".join(page.extract_text() for page in document.pages)
        fonts = {c["fontname"] for page in document.pages for c in page.chars if c["text"] == "感"}
    for word in ("九月", "十月", "感谢函", "来函", "上门", "电话", "甲部"):
        assert word in text
    assert fonts and all("CJK" in name or "Hei" in name for name in fonts)
