"""The catalogue and who waits for what; W1 of §E.5 among them. Repeatable."""

from datetime import timedelta

from crm.demo.story import Story
from service.actions import catalog, launching, watching
from service.models import CatalogItem

# code, name, words, {area: working days until it is expected, or None when it is open}
ITEMS = (
    ("wanzhao", "万兆光网", "到楼宇的万兆全光接入", {"嵊州": 1, "新昌": 40, "诸暨": -3}),
    ("liangzi", "量子加密专线", "政务与金融的加密专线", {"市本级": 60}),
    ("5g-zw", "5G 园区专网", "园区内数据不出园区", {"上虞": 25, "柯桥": -6}),
)
# customer, item, area, demand, alternative or why there is none
WATCHES = (
    ("C0018", "wanzhao", "嵊州", "总部与两个车间要万兆互联，传设计图纸。", "千兆聚合"),
    ("C0012", "wanzhao", "新昌", "新机房明年一季度启用，需要万兆出口。", "两条千兆分担"),
    ("C0021", "wanzhao", "诸暨", "备份数据每晚 8 TB，现有带宽来不及。", "夜间临时提速"),
    ("C0032", "5g-zw", "柯桥", "仓库里的搬运车要在专网里调度。", "先用有线与无线局域网"),
    ("C0002", "liangzi", "市本级", "监管要求核心业务加密传输。", ""),
    ("C0007", "liangzi", "市本级", "与省厅对接的数据要加密。", "软件加密网关"),
)
TOLD = "C0032"
NONE_YET = "监管只认这一种加密方式。"


def load(story: Story) -> bool:
    """Needs the customers and people of the demo. False when it was here already."""
    director = story.people["director"]
    if CatalogItem.objects.filter(branch=director.branch).exists():
        return False
    items = {code: _item(story, director, *rest) for code, *rest in _with_code()}
    told = {code: _watch(story, items, code, *rest) for code, *rest in WATCHES}
    for code, _, _, areas in ITEMS:
        for area, days in areas.items():
            if days < 0:
                _open(story, items[code], area, days, director)
    watch = told[TOLD]
    watch.refresh_from_db()
    at = min(watch.launched_at + timedelta(hours=3), story.now)
    how = "电话告知，客户约下周上门谈方案。"
    watching.tell_customer(watch=watch, how=how, at=at, by=watch.customer.manager)
    return True


def _with_code():
    return [(row[0], *row) for row in ITEMS]


def _item(story, director, code, name, words, areas):
    item = catalog.create_item(
        branch=director.branch, code=code, name=name, description=words, by=director
    )
    for area, days in areas.items():
        expected_on = story.workday(days) if days > 0 else None
        catalog.add_area(item=item, area=area, expected_on=expected_on, by=director)
    return item


def _watch(story, items, code, item, area, demand, alternative):
    customer = story.customers[code]
    return watching.register_watch(
        customer=customer,
        item=items[item],
        area=area,
        reason="not_launched",
        demand=demand,
        alternatives=alternative,
        no_alternative_reason="" if alternative else NONE_YET,
        contact=customer.contacts.current().first(),
        by=customer.manager,
    )


def _open(story, item, area, days, director):
    row = item.availabilities.get(area=area)
    moment = story.now - timedelta(hours=4) if days > -5 else story.now - timedelta(days=-days)
    launching.set_availability(
        availability=row, seen=row.state, state="available", expected_on=None, by=director,
        at=moment,
    )  # fmt: skip
