"""What a tab of the customer page is, and what kinds of rows can be written on it (§B.8)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from accounts.actions.items import Place
from accounts.models import Confidentiality, Customer, TimelineEntry
from accounts.rules import WEIGHTS

ORDINARY = Confidentiality.ORDINARY


@dataclass(frozen=True)
class Section:
    """`context(customer, user, request)` gives what `accounts/view/<code>.html` needs.

    The template also has: customer, section, sections, may_write, may_assign, may_visit.
    """

    code: str
    label: str
    icon: str
    context: Callable[..., dict]
    level: str = Confidentiality.INTERNAL  # §B.11: of the most secret thing on it; "": row by row
    is_tab: bool = True  # False: a page of the same frame that is reached by a link
    # {id of the htmx target: template}: parts of the tab that are loaded alone
    fragments: Mapping[str, str] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return f"accounts/view/{self.code}.html"

    @property
    def level_label(self) -> str:
        return str(Confidentiality(self.level).label) if self.level else "按每条信息"

    @property
    def weight(self) -> int:
        return WEIGHTS.get(self.code, 0)


@dataclass(frozen=True)
class ItemKind:
    """Rows of one model that hang on a customer, and the form that writes them.

    `path` leads from the row to its customer; `timeline` is the kind of the entry it makes.
    """

    code: str
    label: str
    section: str
    form: type
    timeline: str = TimelineEntry.Kind.CHANGE
    path: str = "customer"

    @property
    def model(self):
        return self.form._meta.model

    @property
    def place(self) -> Place:
        return Place(self.section, self.label, self.timeline)

    def visible_to(self, user):
        """Rows of customers that `user` sees: the one row scope (A0)."""
        mine = Customer.objects.visible_to(user)
        return self.model._default_manager.filter(**{f"{self.path}__in": mine})

    def customer_of(self, row):
        for name in self.path.split("__"):
            row = getattr(row, name)
        return row
