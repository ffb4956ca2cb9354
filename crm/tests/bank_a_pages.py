"""Bank A: every figure of bank_a.json can be seen on its pages (§E.4, R63–R73).

Part of test_demo.py, which loads the demo once for all that look at it.
"""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from accounts.models import Customer
from accounts.sections import SECTIONS
from crm.demo import bank_a
from staff.models import User

# what a code of the file is called on the page
CALLED = {
    "strong": "强", "backbone": "骨干网", "transport": "传输网", "access": "接入网",
    "month": "月", "year": "年", "national": "全国", "provincial": "省", "city": "城区",
    "outlet": "网点", "full_reimbursement": "全额报销", "fixed": "定额补贴", "fact": "事实",
    "need": "需要", "win": "关键驱动因素", "data": "数据", "voice": "话音",
}  # fmt: skip
MARKS = str.maketrans("：；（），−", ":;(),-")


def plain(text: str) -> str:
    """Without tags, thousands separators, blanks, and the difference of wide and narrow marks."""
    text = unescape(re.sub(r"<[^>]+>", " ", text)).translate(MARKS)
    return re.sub(r"[\s,]+", "", text)


def leaves(value, path="") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, f"{path}/{place}")
    elif value is not None and not isinstance(value, bool):
        yield path, value


def shown(value) -> str:
    if isinstance(value, str):
        value = re.sub(r"^(\d{4})-(\d\d)$", lambda m: m[0], value)
        return plain(CALLED.get(value, value))
    return str(value)


class BankAPages:
    """Of a TestCase with the demo loaded. Once: the rows are the same on PostgreSQL."""

    @property
    def bank(self) -> Customer:
        return Customer.objects.get(code="C0001")

    def pages(self) -> dict[str, str]:
        bank = self.bank
        User.objects.update(must_change_password=False)
        self.client.force_login(bank.manager)
        found = {}
        for code in SECTIONS:
            response = self.client.get(f"{bank.get_absolute_url()}{code}/")
            assert response.status_code == 200, code
            found[code] = plain(response.content.decode())
        return found

    @pytest.mark.once
    def test_each_leaf_of_the_file_stands_on_a_page(self):
        everything = "\n".join(self.pages().values())
        missing = []
        for path, value in leaves(bank_a.data()):
            year, _, month = str(value).partition("-")
            dated = path.startswith("/events") and path.endswith("/date")
            text = f"{year}年{int(month)}月" if dated and month else shown(value)
            if text not in everything:
                missing.append((path, text))
        assert missing == []

    @pytest.mark.once
    def test_figures_that_say_something_stand_together(self):
        pages = self.pages()
        together = {
            "business": [
                "2009-06账单", "月租19358.0013.29%", "市话14361.009.86%", "长话17958.0012.32%",
                "数据3264.002.24%", "电路90767.0062.29%", "相差4726.00元", "调整-4726.00",
                "原文差额/优惠", "深圳发展银行",
            ],
            "network": ["骨干网2%", "传输网69%", "接入网29%", "98%传输网与接入网合计",
                        "其余支行城区若干", "4MFR省际", "64KDDN"],
            "info": [
                "长途及市内FR13万元", "支行到网点DDN10万元", "合计23万元", "POS3万元",
                "固网20.3万元", "移动1.2万元", "合计24.5万元",
                "移动网络(10%):电信4、移动10、联通7、其他1",
                "品牌(10%):电信7、移动7、联通4、其他1", "电信6.4、移动5.6、联通6.7、其他2.95",
                "65550万元占57%", "24150万元占21%", "25300万元占22%", "合计115000万元", "培训案例",
            ],
            "finance": ["主管/分管领导全额报销", "中层领导定额补贴400", "员工定额补贴200"],
        }  # fmt: skip
        for code, texts in together.items():
            assert [text for text in texts if text not in pages[code]] == [], code

    @pytest.mark.once
    def test_the_file_shows_where_the_bank_stands(self):
        page = self.pages()["file"]
        for text in ("5200", "120", "数据大集中及业务整合", "应用整合", "1982"):
            assert text in page

    @pytest.mark.once
    def test_the_bank_hangs_in_its_group(self):
        assert self.bank.parent.name == "A银行"
        assert self.bank.parent.lifecycle == Customer.Lifecycle.POTENTIAL
        assert Customer.objects.under(self.bank).count() == 6
