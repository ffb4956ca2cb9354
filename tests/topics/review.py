"""Findings of a joint visit and the review of its record for the product-wide tests."""

from django.utils import timezone

from staff.tests.factories import make_user
from tests.authz.asking import Ask
from visits.models import FindingAnswer, KeyFinding, Visit
from visits.tests.factories import make_participant, make_record, make_visit


def words(world, estate):
    return {"category": "need", "content": "明年三月前搬迁机房", "confidence": "2"}


def _seen(estate, row):
    return {"seen": KeyFinding.objects.get(pk=estate.pks[row]).worded_at.isoformat()}


def answer(world, estate):
    return {"verdict": "confirmed", "comment": ""} | _seen(estate, "finding")


def reworded(world, estate):
    return words(world, estate) | _seen(estate, "finding_own")


def reason(world, estate):
    return {"reason": "听错了"} | _seen(estate, "finding_own")


def came(world, estate):
    return {}  # nobody


def decision(world, estate):
    return {"decision": "accept", "note": "写得清楚", "version": "1"}


def again(world, estate):
    visit = Visit.objects.get(pk=estate.pks["returned"])
    outcomes = {f"outcome_{point.pk}": "covered" for point in visit.key_points.all()}
    return outcomes | {
        "customer_opinions": "账单看不懂，希望有明细",
        "opinion_speaker": visit.contacts.first().pk,
        "summary_points": "月底前给方案",
        "step_content": ["下周送方案"],
        "no_view_change": "on",
        "declares_truth": "on",
        "version": "1",
    }


def addendum(world, estate):
    return {"text": "客户来电更正：搬迁改在四月"}


def picked(world, estate):
    return {"picked": [f"{Visit.objects.get(pk=estate.pks['recorded']).record.pk}:1"]}


ASKS = {
    "visits:finding_add": {"POST": Ask("joint", words)},
    "visits:finding_answer": {"POST": Ask("finding", answer)},
    "visits:finding_reword": {"POST": Ask("finding_own", reworded)},
    "visits:finding_withdraw": {"POST": Ask("finding_own", reason)},
    "visits:visit_attendance": {"POST": Ask("joint", came)},
    "visits:record_review": {"GET": Ask("recorded"), "POST": Ask("recorded", decision)},
    "visits:record_resubmit": {"GET": Ask("returned"), "POST": Ask("returned", again)},
    "visits:record_addendum": {"POST": Ask("accepted", addendum)},
    "visits:record_queue": {"GET": Ask(), "POST": Ask("", picked)},
}
FORMS = {
    "visits.forms.joint.FindingForm": ("visits:finding_add", "owner"),
    "visits.forms.joint.AnswerForm": ("visits:finding_answer", "owner"),
    "visits.forms.joint.RewordForm": ("visits:finding_reword", "owner"),
    "visits.forms.joint.WithdrawForm": ("visits:finding_withdraw", "owner"),
    "visits.forms.joint.AttendanceForm": ("visits:visit_attendance", "owner"),
    "visits.forms.reviewing.ReviewForm": ("visits:record_review", "dept_head"),
    "visits.forms.reviewing.AddendumForm": ("visits:record_addendum", "owner"),
}
NOTHING_REQUIRED = {"visits:visit_attendance"}
NO_PAGES = {
    "visits:finding_add",
    "visits:finding_answer",
    "visits:finding_reword",
    "visits:finding_withdraw",
    "visits:visit_attendance",
    "visits:record_addendum",
}
# Of the row it names only the own head accepts anything; the others are told so.
WITHOUT_EVENT = {"visits:record_queue"}
QUERIES = {"visits:record_queue": ("", "?q=金")}


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    known = {"customer": customer, "purpose": f"{word}，商量明年的专线扩容", "location": word}
    # Names of people of the own branch are no secret: only the far ones carry the canary.
    name = f"{word}工程师" if word == "金丝雀远" else "工程师"
    engineer = participant or make_user(
        "solution_engineer", department=manager.department, name=name
    )
    made = {}
    states = {"joint": "submitted", "returned": "returned", "accepted": "accepted"}
    for name, state in (states | {"closable": "accepted"}).items():
        visit = make_visit(state="recorded", **known)
        make_participant(visit, engineer)
        make_record(visit, facts=word, state=state, review_note=word)
        made[name] = visit.pk
    now, joint = timezone.now(), made["joint"]
    Visit.objects.filter(pk=made["closable"]).update(mode="phone", is_formal=False)
    where = {"finding": (joint, engineer), "finding_own": (joint, manager)}
    for name, (visit, person) in (where | {"settled": (made["closable"], manager)}).items():
        finding = KeyFinding.objects.create(
            visit_id=visit, category="need", content=f"{word}{name}", confidence=2,
            contributed_by=person, worded_at=now,
        )  # fmt: skip
        made[name] = finding.pk
    FindingAnswer.objects.create(finding=finding, user=engineer, verdict="confirmed", at=now)
    return made
