"""Three customers with a row of every kind: of one's own, of the next department, of far away.

Every row of a customer has the same primary key, so that one number opens each of its pages.
"""

from datetime import timedelta

from django.utils import timezone

from accounts.models import (
    Contact,
    Customer,
    CustomerAssignment,
    CustomerMerge,
    HandoverRecord,
    ImportJob,
    Person,
    RecentCustomer,
    SavedView,
)
from core.models import StoredFile
from staff.models import User
from staff.tests.factories import make_branch, make_department, make_user
from tests.leaks.filling import fill, marked_customer
from visits.models import PrintJob, Visit
from visits.tests.factories import make_visit

OWN, NEAR, FAR = 900_001, 910_001, 920_001
MARK = {OWN: "自家", NEAR: "金丝雀邻", FAR: "金丝雀远"}
CODE = {OWN: "C900001", NEAR: "C910001", FAR: "C920001"}
ROLES = list(User.Role.values)


def build() -> dict[str, User]:
    """The world as the people of the first department find it; returns them by role."""
    branch, other = make_branch(code="SX", name="绍兴"), make_branch(code="NB", name="宁波")
    home = make_department(branch=branch, code="GOV", name="党政客户部")
    near = make_department(branch=branch, code="FIN", name="金融客户部")
    far = make_department(branch=other, code="GOV", name="党政客户部")
    owner = make_user(department=home, pk=OWN, name="甲经理")
    estates = {OWN: _estate(OWN, owner)}
    for pk, department in ((NEAR, near), (FAR, far)):
        estates[pk] = _estate(pk, make_user(department=department, pk=pk, name=f"经理{pk}"))
    others = [role for role in ROLES if role != owner.role]
    people = {role: make_user(role, department=home, branch=branch, name="我") for role in others}
    people[owner.role] = owner
    _entangle(people, owner, estates)
    return people


def _estate(pk: int, manager: User) -> dict:
    mark = MARK[pk]
    customer = marked_customer(manager, mark, pk=pk, code=CODE[pk])
    made = fill(customer, mark, pk)
    today = timezone.localdate()
    CustomerAssignment.objects.create(
        pk=pk, customer=customer, user=make_user(department=manager.department), role="backup",
        valid_from=today, valid_to=today + timedelta(days=20), reason=mark,
    )  # fmt: skip
    SavedView.objects.create(pk=pk, owner=manager, name=f"{mark}视图", is_team=True)
    upload = StoredFile.objects.create(
        name=f"{mark}.csv", content_type="text/csv", size=1, sha256="0", uploaded_by=manager
    )
    fault = {"row": 2, "column": "客户名称", "value": mark, "message": mark}
    ImportJob.objects.create(
        pk=pk, owner=manager, kind="customers", upload=upload, state="preview", errors=[fault]
    )
    HandoverRecord.objects.create(
        pk=pk, from_user=manager, to_user=manager, reason="reassignment", note=mark,
        made_by=manager, items=[{"kind": "customer", "id": pk, "text": mark}],
    )  # fmt: skip
    PrintJob.objects.create(
        pk=pk, owner=manager, kind="thanks", keys=[pk], state="done", left_out=[[mark, mark]]
    )
    CustomerMerge.objects.create(
        pk=pk, kept=customer, gone_code="C1", gone_name=mark, gone={}, moved={}, merged_by=manager
    )
    return made


def _entangle(people: dict[str, User], owner: User, estates: dict) -> None:
    """Every tie there may be between one's own customer and those out of scope."""
    person = Person.objects.create(name="王建华")
    Contact.objects.filter(pk__in=estates).update(person=person)
    now = timezone.now()
    for pk in (NEAR, FAR):
        foreign = estates[pk][Customer]
        for me in people.values():
            RecentCustomer.objects.create(user=me, customer=foreign, opened_at=now, times=9)
        Customer.objects.filter(pk=pk).update(name_initials="jsq")
        # planned by one's own colleague when the customer was still theirs
        make_visit(customer=foreign, owner=owner, purpose=f"{MARK[pk]}旧拜访目的说明文字")
    # The group tree runs above and below one's own customer.
    Customer.objects.filter(pk=OWN).update(parent=NEAR)
    Customer.objects.filter(pk=FAR).update(parent=OWN)
    Visit.objects.filter(pk=OWN).update(scheduled_start=now, scheduled_end=now + timedelta(hours=1))
    SavedView.objects.create(
        pk=930_001, owner=make_user(department=owner.department),
        name="部门视图", query="q=jsq", is_team=True,
    )  # fmt: skip
