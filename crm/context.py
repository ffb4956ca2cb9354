"""The frame around every page. Lazy: a fragment without the frame pays nothing."""

from dataclasses import dataclass, replace
from functools import cache, cached_property

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.urls import reverse

from core import clock
from crm.reports.system import calendar_text, sweep_age
from reminders.models import Obligation
from staff.access import may

ANYONE = "*"


@dataclass(frozen=True)
class Item:
    """One entry. `url_name` "" is an area that has no pages yet; `verb` decides who sees it."""

    name: str
    icon: str
    url_name: str = ""
    verb: str = ANYONE
    url: str = ""
    is_current: bool = False
    is_main: bool = False
    count: int = 0
    is_late: bool = False
    count_title: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    items: list[Item]


DUTIES = Item("时限", "bi-hourglass-split", "reminders:duty_list")
QUICK_LOG = Item("快速记", "bi-plus-lg", "visits:quick_log", "visits.write", is_main=True)
TODAY = Item("今日", "bi-calendar2-check", "crm:today")
CUSTOMERS = Item("客户", "bi-buildings", "accounts:customer_list", "customers.view")
VISITS = Item("拜访", "bi-person-walking", "visits:visit_list", "visits.view")
TEAM = Item("团队", "bi-people", "crm:team", "team.view")

# The whole product, one line an area.
AREAS = [
    ("", [
        TODAY,
        TEAM,
        Item("执行情况", "bi-graph-up", "visits:kpi", "kpi.view"),
        CUSTOMERS,
        VISITS,
        Item("该去看看", "bi-compass", "visits:suggestion_list", "customers.view"),
        Item("走访分布", "bi-grid-3x3", "visits:coverage", "customers.view"),
        Item("周计划", "bi-calendar2-week", "visits:weekly_plan_list", "weekly.view"),
        Item("感谢函", "bi-envelope-paper", "visits:thanks_list", "visits.view"),
        Item("来函", "bi-inbox", "visits:letter_list", "letters.view"),
        Item("收发文登记", "bi-journals", "visits:register", "letters.view"),
        Item("承诺", "bi-bookmark-check", "visits:commitment_list", "letters.view"),
        Item("客户问题", "bi-tools", "visits:issue_list", "letters.view"),
        Item("请示", "bi-arrow-up-square", "visits:escalation_list", "letters.view"),
        Item("合同到期", "bi-calendar-event", "accounts:contract_calendar", "customers.view"),
        DUTIES,
        Item("礼仪与应对", "bi-book", "visits:tips", "visits.view"),
        Item("移交", "bi-arrow-left-right", "crm:handover_list", "customers.view"),
    ]),
    ("商机", [
        Item("客户需求", "bi-triangle", "opportunities:need_list", "customers.view"),
        Item("商机", "bi-lightbulb", "opportunities:list", "opportunities.view"),
        Item("价值评估", "bi-gem", "valuation:ranking", "valuation.view"),
        Item("评估批次", "bi-collection", "valuation:run_list", "valuation.runs"),
        Item("收入分析", "bi-cash-stack", "valuation:revenue", "valuation.view"),
        Item("商机预测", "bi-funnel", "opportunities:pipeline", "opportunities.view"),
        Item("需求预测", "bi-calendar2-range", "opportunities:forecast_list", "forecasts.view"),
        Item("方案需求", "bi-tools", "opportunities:solution_list", "solutions.view"),
        Item("主动营销", "bi-megaphone", "opportunities:marketing_list", "marketing.view"),
    ]),
    ("计划", [
        Item("营销计划", "bi-map", "planning:list", "plans.view"),
        Item("计划审核", "bi-clipboard-check", "planning:review_list", "plans.review"),
        Item("六步分析", "bi-signpost-2", "planning:six_list", "planning.six"),
        Item("客户保有", "bi-shield-check", "planning:retention_list", "retention.view"),
        Item("计划周报", "bi-file-earmark-pdf", "planning:weekly_list", "exports.view"),
    ]),
    ("服务支撑", [
        Item("开办关注", "bi-broadcast", "service:watch_list", "watches.view"),
        Item("业务目录", "bi-list-check", "service:catalog_list", "catalog.view"),
    ]),
    ("管理", [
        Item("用户", "bi-person-badge", "staff:user_list", "staff.admin"),
        Item("部门", "bi-diagram-3", "staff:department_list", "staff.admin"),
        Item("资费文件", "bi-tag", "opportunities:tariff_list", "tariffs.view"),
        Item("工作日历", "bi-calendar3", "reminders:calendar", "calendar.admin"),
        Item("商机阶段", "bi-signpost-split", "opportunities:stage_list", "opportunities.stages"),
        Item("价值模型", "bi-sliders2", "valuation:model_list", "valuation.admin"),
        Item("六步评价项", "bi-ui-checks", "planning:six_settings", "planning.six_admin"),
        Item("拜访频次", "bi-arrow-repeat", "visits:frequency_list", "frequency.admin"),
        Item("提醒阶梯", "bi-bell", "reminders:ladder_list", "ladder.admin"),
        Item("授权额度", "bi-shield-check", "staff:authority_list", "authority.admin"),
        Item("提示", "bi-lightbulb", "visits:tip_list", "tips.admin"),
        Item("参数", "bi-sliders", "staff:parameter_list", "parameters.admin"),
        Item("函件范文", "bi-file-earmark-text", "visits:template_list", "letters.admin"),
        Item("用语检查", "bi-spellcheck", "visits:lint_list", "letters.admin"),
        Item("消息发送", "bi-send", "reminders:delivery_list", "system.view"),
        Item("系统状态", "bi-activity", "crm:system", "system.view"),
        Item("审计记录", "bi-journal-text", "staff:audit_list", "audit.view"),
    ]),
    ("待建设", [
        Item("资料与合规", "bi-shield-lock"),
    ]),
]  # fmt: skip
TABS = [TODAY, CUSTOMERS, QUICK_LOG, VISITS]
MOST_TABS = 4
SPARE_TABS = [TEAM, DUTIES, Item("系统状态", "bi-activity", "crm:system", "system.view")]
OWN_PAGES = [
    Item("个人设置", "bi-person-gear", "staff:profile"),
    Item("缺勤代理", "bi-calendar-x", "staff:absence_list", "absence.write"),
    Item("修改密码", "bi-key", "account_change_password"),
]


@dataclass(frozen=True)
class Banner:
    text: str
    url: str
    label: str
    css: str = ""


@cache
def with_address(item: Item) -> Item:
    """The same for everybody, as long as the process lives."""
    return replace(item, url=reverse(item.url_name)) if item.url_name else item


class Shell:
    """The frame of one request: navigation, counts of duties, warnings for the administrator."""

    def __init__(self, request):
        self.request, self.user = request, request.user

    @cached_property
    def home(self) -> str:
        return reverse("crm:today")

    @cached_property
    def place(self) -> str:
        return self.user.branch.name

    @cached_property
    def nav(self) -> list[Group]:
        groups = [Group(title, self._shown(items)) for title, items in AREAS]
        return [group for group in groups if group.items]

    @cached_property
    def nav_html(self) -> str:
        """Drawn once for the two places that it has: the rail, and the sheet of the tab bar."""
        return render_to_string("core/_nav.html", {"shell": self})

    @cached_property
    def tabs(self) -> list[Item]:
        """A role that logs no visits or has no customers gets other pages in those places."""
        return (self._shown(TABS) + self._shown(SPARE_TABS))[:MOST_TABS]

    @property
    def tab_count(self) -> int:
        return len(self.tabs) + 1

    @cached_property
    def own_pages(self) -> list[Item]:
        return self._shown(OWN_PAGES)

    @cached_property
    def bell(self) -> Item:
        return self._placed(DUTIES)

    @cached_property
    def finds_customers(self) -> bool:
        return may(self.user, CUSTOMERS.verb)

    @cached_property
    def logs_visits(self) -> bool:
        return may(self.user, QUICK_LOG.verb)

    @cached_property
    def duty_counts(self) -> dict[str, int]:
        """Open duties of this user and of those this user stands in for. One query."""
        duties = Obligation.objects.filter(owner__in=self.user.acting_for()).open()
        return duties.aggregate(open=Count("pk"), late=Count("pk", Q(due_at__lt=clock.now())))

    @cached_property
    def banners(self) -> list[Banner]:
        if not may(self.user, "calendar.admin"):
            return []
        now = clock.now()
        found = [sweep_banner(now), calendar_banner(now)]
        return [banner for banner in found if banner]

    def _shown(self, items: list[Item]) -> list[Item]:
        placed = [self._placed(i) for i in items if i.verb == ANYONE or may(self.user, i.verb)]
        # 「快速记」 lies below 「拜访」: only the nearest of them is where one is.
        nearest = max((i.url for i in placed if self._is_at(i.url)), key=len, default="")
        return [replace(i, is_current=True) if i.url and i.url == nearest else i for i in placed]

    def _placed(self, item: Item) -> Item:
        item = with_address(item)
        return self._counted(item) if item.url_name == DUTIES.url_name else item

    def _is_at(self, url: str) -> bool:
        path = self.request.path
        return path == url or (bool(url) and url != self.home and path.startswith(url))

    def _counted(self, item: Item) -> Item:
        late, total = self.duty_counts["late"], self.duty_counts["open"]
        words = f"{late} 项已逾期，共 {total} 项未完成" if late else f"{total} 项未完成"
        return replace(item, count=late or total, is_late=bool(late), count_title=words)


def sweep_banner(now) -> Banner | None:
    """Red when no sweep has ended for five minutes: nobody is being reminded."""
    if not sweep_age(now).is_silent:
        return None
    return Banner("提醒服务已停，到期事项不会发出提醒。", reverse("crm:system"), "查看系统状态")


def calendar_banner(now) -> Banner | None:
    """From 1 December, when the next year's rest days have not been confirmed (§B.12)."""
    text = calendar_text(now)
    return Banner(text, reverse("reminders:calendar"), "去导入", "banner-soon") if text else None


def shell(request):
    user = getattr(request, "user", None)
    return {"shell": Shell(request)} if user and user.is_authenticated else {}
