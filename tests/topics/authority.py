"""Promises, requests up the line, and how far a role may promise."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Customer
from staff.models import AuthorityLimit, User
from tests.authz.asking import Ask, ago, day
from visits.actions import escalating, promises
from visits.models import Commitment
from visits.tests.letter_factories import pdf_file


def a_contact(estate) -> int:
    return Customer.objects.get(pk=estate.pks["customer"]).contacts.first().pk


def new_promise(world, estate):
    return {
        "content": "周五前送达组网图",
        "promised_to": a_contact(estate),
        "due_on": day(5),
        "topic": "price_discount",
        "discount_pct": "5",
        "amount": "100",
        "term_months": "12",
        "question": "客户要求优惠",
        "proposal": "建议同意",
        "policy_ref": "资费管理办法",
        "special_reason": "客户是示范单位",
    }


def confirmed(world, estate):
    return {"confirmed_by": a_contact(estate), "confirmed_at": ago(seconds=0)[:16]}


def moved(world, estate):
    return {
        "seen_due_on": str(Commitment.objects.get(pk=estate.pks["promise"]).due_on),
        "new_due_on": day(9),
        "consent_by": a_contact(estate),
        "consent_on": day(0),
        "consent_how": "电话",
        "reason": "客户要求推迟",
    }


def why(world, estate):
    return {"reason": "客户情况有变", "told_how": "电话告知"}


def request(world, estate):
    return {
        "topic": "price_discount",
        "question": "客户要求15%折扣",
        "proposal": "建议同意",
        "discount_pct": "15",
        "amount": "100",
        "term_months": "12",
        "policy_ref": "资费管理办法",
        "special_reason": "客户是示范单位",
    }


def decision(world, estate):
    return {"outcome": "approved", "expires_on": day(30)}


def told(world, estate):
    return {"how": "当面告知", "at": ago(seconds=0)[:16]}


def limit(world, estate):
    return {"max_discount_pct": "9"}


OF_CUSTOMER = "?customer={customer}"
ASKS = {
    "visits:commitment_create": {
        "GET": Ask(query=OF_CUSTOMER),
        "POST": Ask("", new_promise, query=OF_CUSTOMER),
    },
    "visits:commitment_detail": {"GET": Ask("promise")},
    "visits:commitment_accept": {
        "POST": Ask("promise_conditional", lambda w, e: {"accepts": "1"}),
    },
    "visits:commitment_start": {"POST": Ask("promise")},
    "visits:commitment_confirm": {"POST": Ask("promise_kept", confirmed)},
    "visits:commitment_renegotiate": {"POST": Ask("promise", moved)},
    "visits:commitment_broken": {"POST": Ask("promise", why)},
    "visits:commitment_withdraw": {"POST": Ask("promise", why)},
    "visits:commitment_evidence": {"GET": Ask("promise_kept")},
    "visits:escalation_list": {"GET": Ask(query="?tab=all")},
    "visits:escalation_create": {
        "GET": Ask(query=OF_CUSTOMER),
        "POST": Ask("", request, query=OF_CUSTOMER),
    },
    "visits:escalation_detail": {"GET": Ask("request")},
    "visits:escalation_decide": {"POST": Ask("request", decision)},
    "visits:escalation_forward": {"POST": Ask("request", lambda w, e: {"note": "请决定"})},
    "visits:escalation_withdraw": {"POST": Ask("request", why)},
    "visits:escalation_communicate": {"POST": Ask("request_decided", told)},
    "staff:authority_list": {"GET": Ask()},
    "staff:authority_edit": {"GET": Ask("limit"), "POST": Ask("limit", limit)},
}
FORMS = {
    "staff.forms.authority.LimitForm": ("staff:authority_edit", "sysadmin"),
    "visits.forms.promises.PromiseForm": ("visits:commitment_create", "owner"),
    "visits.forms.promises.ConfirmForm": ("visits:commitment_confirm", "owner"),
    "visits.forms.promises.RenegotiateForm": ("visits:commitment_renegotiate", "owner"),
    "visits.forms.promises.BreakForm": ("visits:commitment_broken", "owner"),
    "visits.forms.promises.TakeBackForm": ("visits:commitment_withdraw", "owner"),
    "visits.forms.escalation.EscalationForm": ("visits:escalation_create", "owner"),
    "visits.forms.escalation.DecisionForm": ("visits:escalation_decide", "dept_head"),
    "visits.forms.escalation.ForwardForm": ("visits:escalation_forward", "dept_head"),
    "visits.forms.escalation.WithdrawForm": ("visits:escalation_withdraw", "owner"),
    "visits.forms.escalation.CommunicateForm": ("visits:escalation_communicate", "owner"),
}
WITHOUT_PAGE = {
    "visits.forms.promises.ContactForm",
    "visits.forms.escalation.FiguresForm",
    "visits.forms.escalation.QuestionFields",
}
NOTHING_REQUIRED = {"visits:escalation_forward"}
NO_PAGES = {
    "visits:commitment_accept",
    "visits:commitment_start",
    "visits:commitment_confirm",
    "visits:commitment_renegotiate",
    "visits:commitment_broken",
    "visits:commitment_withdraw",
    "visits:commitment_evidence",
    "visits:escalation_decide",
    "visits:escalation_forward",
    "visits:escalation_withdraw",
    "visits:escalation_communicate",
}
NO_ROWS = {"staff:authority_list"}
QUERIES = {"visits:escalation_list": ("?tab=all", "?tab=mine", "?tab=to_decide", "?tab=exceptions")}


def make(customer, word, manager, participant, pks) -> dict[str, int]:
    head = User.objects.get(pk=escalating.heads_of(customer).pk)
    waiting = _asked(customer, word, _blocked(customer, word, manager))
    conditional = _blocked(customer, word, manager)
    decided = _asked(customer, word, conditional)
    escalating.decide(
        escalation=decided, outcome="approved_with_conditions", conditions=word, by=head
    )
    made = {"request": waiting.pk, "request_decided": decided.pk}
    made |= {"promise_conditional": conditional.pk, "promise_kept": _kept(customer, word)}
    limits = AuthorityLimit.objects.filter(role=User.Role.ACCOUNT_MANAGER)
    return made | {"limit": limits.get(topic="price_discount").pk}


def _blocked(customer, word, manager) -> Commitment:
    return promises.make_promise(
        customer=customer, content=f"{word}，给予15%折扣", source="call", owner=manager,
        due_on=timezone.localdate() + timedelta(days=3), by=manager, topic="price_discount",
    )  # fmt: skip


def _asked(customer, word, promise):
    return escalating.ask(
        customer=customer, origin=promise, topic="price_discount", question=word, proposal=word,
        by=customer.manager, discount_pct=15,
    )  # fmt: skip


def _kept(customer, word) -> int:
    file = pdf_file(f"{word}.pdf")
    file.content_type = "application/pdf"
    promise = promises.make_promise(
        customer=customer, content=word, source="call", owner=customer.manager,
        due_on=timezone.localdate(), by=customer.manager,
    )  # fmt: skip
    promises.fulfil_promise(
        promise=promise, evidence=word, at=timezone.now() - timedelta(minutes=2), file=file,
        by=customer.manager,
    )  # fmt: skip
    return promise.pk
