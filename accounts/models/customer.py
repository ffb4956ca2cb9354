"""The customer and what is known of it. `visible_to` is the one row scope of the product."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts import search_rules
from accounts.models.industry import Industry, InformatizationStage
from core.conditions import through
from staff.models import Branch, Department, User


class CustomerQuerySet(models.QuerySet):
    def under(self, customer):
        """The customer and everything below it in the group tree."""
        if not customer.tree_path:  # made a moment ago: the database has written it
            customer.refresh_from_db(fields=["tree_path"])
        return self.filter(tree_path__startswith=customer.tree_path)

    def visible_to(self, user):
        """The one place that says who sees which customers (A0); every child delegates here.

        A delegate also sees what the absent person sees, for the days of the absence (D16).
        """
        return self.filter(_scope(user))

    def search(self, text: str):
        """Every word of `text` begins one of the customer's search keys (accounts.actions)."""
        keys = self.model._meta.get_field("search_keys").related_model.objects
        found = self
        for word in search_rules.terms(text):
            found = found.filter(pk__in=keys.beginning(word).values("customer"))
        return found

    def next_code(self) -> str:
        """「C0046」 after 「C0045」. Two at once may get the same; the unique code refuses one."""
        codes = self.filter(code__regex=r"^C\d{4,}$").values_list("code", flat=True)
        return f"C{max((int(code[1:]) for code in codes), default=0) + 1:04d}"


def seen_through(path: str, user: User) -> Q:
    """`visible_to`, said of rows that lead to a customer by `path` (see core.conditions)."""
    return through(path, _scope(user))


def _scope(user: User) -> Q:
    people = user.acting_for()
    if all(person.role == User.Role.ACCOUNT_MANAGER for person in people):
        return Q(pk__in=_assigned_ids(people))
    scope = Q(pk__in=[])
    for person in people:
        scope |= _scope_of(person)
    return scope


def _scope_of(person: User) -> Q:
    role = person.role
    if role in (User.Role.BRANCH_DIRECTOR, User.Role.AUDITOR):
        return Q(branch=person.branch_id)
    if role == User.Role.DEPT_HEAD and person.department_id:
        return Q(branch=person.branch_id, department__in=person.departments_below())
    if role == User.Role.INDUSTRY_MANAGER:
        return _industry_scope(person)
    if role == User.Role.ACCOUNT_MANAGER:
        return _assigned_to(person)
    return Q(pk__in=[])


def _assigned_ids(people: list[User]):
    """The same as `_assigned_to`, as keys: two index reads where an OR would read all customers."""
    backing = CustomerAssignment.objects.active(timezone.localdate()).filter(user__in=people)
    own = Customer.objects.filter(manager__in=people).order_by()
    return own.values("pk").union(backing.order_by().values("customer"))


def _industry_scope(person: User) -> Q:
    """Keys and not subqueries: a database that knows how many rows they mean plans well, and a
    join would show a customer once for every manager of its industry. Read once a request."""
    if not hasattr(person, "_industry_scope"):
        backing = CustomerAssignment.objects.active(timezone.localdate()).filter(user=person)
        person._industry_scope = (
            list(Industry.objects.filter(managers=person).values_list("pk", flat=True)),
            list(backing.values_list("customer", flat=True)),
        )
    industries, backed = person._industry_scope
    mine = Q(manager=person) | Q(pk__in=backed)
    return Q(branch=person.branch_id, industry__in=industries) | mine


def _assigned_to(person: User) -> Q:
    backing = CustomerAssignment.objects.active(timezone.localdate()).filter(user=person)
    return Q(manager=person) | Q(pk__in=backing.values("customer"))


class Customer(models.Model):
    class Grade(models.TextChoices):
        A = "A", "A 级"
        B = "B", "B 级"
        C = "C", "C 级"
        D = "D", "D 级"

    class Ownership(models.TextChoices):
        GOVERNMENT = "government", "党政机关"
        INSTITUTION = "institution", "事业单位"
        STATE_OWNED = "state_owned", "国有企业"
        JOINT_STOCK = "joint_stock", "股份企业"
        PRIVATE = "private", "民营企业"
        FOREIGN = "foreign", "外资企业"
        OTHER = "other", "其他"

    class PaymentCapacity(models.TextChoices):
        STRONG = "strong", "强"
        MEDIUM = "medium", "中"
        WEAK = "weak", "弱"

    class Lifecycle(models.TextChoices):
        """R21, in order, and lost."""

        POTENTIAL = "potential", "潜在客户"
        ACTUAL = "actual", "现实客户"
        LONG_TERM_PARTNER = "long_term_partner", "长期合作伙伴"
        STRATEGIC_PARTNER = "strategic_partner", "战略合作伙伴"
        LOST = "lost", "已流失"

    class Segment(models.TextChoices):
        INDUSTRY = "industry", "行业客户"
        CLUSTER = "cluster", "聚类客户"

    class RelationshipStage(models.TextChoices):
        """R2, in order; the furthest stage reached."""

        GENERAL_CONTACT = "general_contact", "一般性接触"
        BUILD_RELATIONSHIP = "build_relationship", "建立关系"
        SUBSTANTIVE = "substantive", "了解实质性内容"
        LONG_TERM = "long_term", "建立长期合作关系"

    code = models.SlugField("客户编码", max_length=20, unique=True)
    name = models.CharField("客户名称", max_length=100)
    branch = models.ForeignKey(
        Branch, models.PROTECT, related_name="customers", verbose_name="分公司"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="customers", verbose_name="主管部门"
    )
    # The one active primary manager (R1). CustomerAssignment keeps the history of it.
    manager = models.ForeignKey(
        User, models.PROTECT, related_name="customers", verbose_name="客户经理"
    )
    industry = models.ForeignKey(
        Industry, models.PROTECT, related_name="customers", verbose_name="客户行业"
    )
    grade = models.CharField("客户等级", max_length=1, choices=Grade, default=Grade.C)
    ownership_type = models.CharField("单位性质", max_length=20, choices=Ownership, blank=True)
    region = models.CharField("所属区域", max_length=40, blank=True)
    exchange_office = models.CharField("所属分局", max_length=40, blank=True)
    address = models.CharField("通信地址", max_length=150, blank=True)
    postcode = models.CharField(
        "邮编",
        max_length=6,
        blank=True,
        validators=[RegexValidator(r"^\d{6}$", "邮编是 6 位数字。")],
    )
    legal_representative = models.CharField("法人代表", max_length=50, blank=True)
    parent_name = models.CharField("上级机构名称", max_length=100, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级客户",
    )
    # "/12/45/": the ids from the root down to this row. The database writes it (0008) and refuses
    # a cycle; nobody else does.
    tree_path = models.CharField(max_length=400, blank=True, editable=False, db_index=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    segment = models.CharField("客户类别", max_length=10, choices=Segment, default=Segment.INDUSTRY)
    group_grade = models.CharField("集团等级", max_length=10, blank=True)  # xA, xB (D35)
    lifecycle = models.CharField(
        "关系发展", max_length=20, choices=Lifecycle, default=Lifecycle.ACTUAL
    )
    informatization_stage = models.ForeignKey(
        InformatizationStage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="信息化阶段",
    )
    next_stage = models.ForeignKey(
        InformatizationStage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="下一阶段",
    )
    branches_count = models.PositiveIntegerField("分支机构数", null=True, blank=True)
    outlets_count = models.PositiveIntegerField("网点数", null=True, blank=True)
    profit_text = models.CharField("年利润及增长", max_length=100, blank=True)
    profit_source = models.CharField("利润资料来源", max_length=100, blank=True)
    founded_year = models.PositiveSmallIntegerField("成立年份", null=True, blank=True)
    employees = models.PositiveIntegerField("员工人数", null=True, blank=True)
    main_business = models.TextField("主营业务或服务功能", blank=True)
    business_area = models.CharField("业务区域", max_length=60, blank=True)
    payment_capacity = models.CharField(
        "支付能力", max_length=10, choices=PaymentCapacity, blank=True
    )
    relationship_stage = models.CharField(
        "关系阶段",
        max_length=20,
        choices=RelationshipStage,
        default=RelationshipStage.GENERAL_CONTACT,
    )
    is_managed = models.BooleanField("名单制客户", default=True)
    # R59, beside the same of its industry: a water company, an emergency centre.
    is_public_duty = models.BooleanField(
        "党政军或承担普遍服务、应急保障", default=False, db_default=False,
        help_text="勾选后该客户不列入放弃评估。党政军行业的客户不勾选也不列入。",
    )  # fmt: skip
    is_training_case = models.BooleanField("培训案例", default=False)
    # Lower-case pinyin and initials of the name, written when the name is saved.
    name_pinyin = models.CharField(max_length=400, blank=True, editable=False)
    name_initials = models.CharField(max_length=100, blank=True, editable=False, db_index=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户"
        ordering = ["code", "pk"]
        indexes = [
            models.Index(fields=["manager", "code"]),
            models.Index(fields=["department", "code"]),
            models.Index(fields=["branch", "code"]),
            # The orders and the common filters of a list that shows a whole branch.
            models.Index(fields=["branch", "name_pinyin", "id"]),
            models.Index(fields=["branch", "-updated_at", "-id"]),
            models.Index(fields=["branch", "grade", "code"]),
            models.Index(fields=["branch", "industry", "code"]),
            models.Index(fields=["branch", "region", "code"]),
            models.Index(fields=["branch", "lifecycle", "code"]),
            # The three that are chosen together: none of the ten thousand others is read.
            models.Index(
                name="accounts_customer_chosen",
                fields=["branch", "industry", "grade", "region", "code"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~Q(credit_code=""),
                name="accounts_customer_credit_code",
                violation_error_message="这个统一社会信用代码已经登记。",
            ),
            models.CheckConstraint(
                name="accounts_customer_not_own_parent",
                condition=~Q(parent=F("pk")),
                violation_error_message="上级客户不能是自己。",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("accounts:customer_detail", args=[self.pk])


class CustomerAssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def active(self, day):
        """Assignments in force on `day`; valid_to is the last day, None means open."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))

    def running_backups(self, customer):
        """Backups of today and later."""
        today = timezone.localdate()
        ahead = Q(valid_to=None) | Q(valid_to__gte=today)
        return self.filter(ahead, customer=customer, role=CustomerAssignment.Role.BACKUP)

    def overlapping(self, customer, role, first, last):
        """Assignments of that role which share a day with `first`—`last` (None: open end)."""
        rows = self.filter(customer=customer, role=role)
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gte=first))
        return rows if last is None else rows.filter(valid_from__lte=last)


class CustomerAssignment(models.Model):
    """Who was responsible when (R1). Periods of a customer and role never overlap (see 0002)."""

    class Role(models.TextChoices):
        PRIMARY = "primary", "主责"
        BACKUP = "backup", "备岗"

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="assignments", verbose_name="客户"
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="assignments", verbose_name="客户经理"
    )
    role = models.CharField("角色", max_length=10, choices=Role, default=Role.PRIMARY)
    valid_from = models.DateField("开始日期")
    valid_to = models.DateField("结束日期", null=True, blank=True)
    reason = models.CharField("变更原因", max_length=200, blank=True)

    objects = CustomerAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "客户归属"
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(role="primary", valid_to=None),
                name="accounts_assignment_one_open_primary",
                violation_error_message="一个客户只能有一位主责客户经理。",
            ),
            models.CheckConstraint(
                name="accounts_assignment_ends_after_start",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.customer} {self.user} {self.get_role_display()}"
