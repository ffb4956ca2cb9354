"""X1 of §E.5, promises in every state (two broken) and requests up the line in every state."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from crm.demo.story import HOUR, Story, at
from reminders.actions import compute_deadline
from reminders.models import DutyKind, Obligation
from visits.actions import escalating, promises
from visits.models import Commitment, Escalation, InboundLetter

DISCOUNT, TERM, COMPENSATION = "price_discount", "contract_term", "compensation"
PROMISES = 30
SMALL = (
    "每月五日前送上月服务报告",
    "安排客户工程师检查机房配线",
    "送达节假日值班联系表",
    "协助整理各网点的线路清单",
    "提供同行业组网案例",
    "更新通信录并书面告知",
    "派人到场协助视频会议测试",
    "提交备用线路的查勘结果",
)


def load(story: Story) -> None:
    """Needs the visits and letters of the demo; call it once."""
    _x1(story)
    _decided(story)
    _waiting(story)
    _kept_and_broken(story)
    _fill(story)


def ahead(story: Story, count: int) -> date:
    """A working day ahead that is no past day either when the demo is told from an earlier day."""
    return max(story.workday(count), timezone.localdate() + timedelta(days=count))


def _promise(story: Story, code: str, content: str, due_on: date, made=-2, **fields) -> Commitment:
    customer = story.customers[code]
    promise = promises.make_promise(
        customer=customer, content=content, due_on=due_on, source="call",
        owner=customer.manager, by=customer.manager,
        promised_to=customer.contacts.current().first(), **fields,
    )  # fmt: skip
    made_at = story.past(at(story.workday(made), "10:20"))
    Commitment.objects.filter(pk=promise.pk).update(created_at=made_at)
    duty = Obligation.objects.of(DutyKind.COMMITMENT, promise)
    duty.update(started_at=made_at, next_look_at=made_at)
    promise.refresh_from_db()
    return promise


def _ask(story, code, topic, question, proposal, *, origin=None, asked=0, **fields) -> Escalation:
    customer = story.customers[code]
    request = escalating.ask(
        customer=customer, origin=origin, topic=topic, question=question, proposal=proposal,
        by=customer.manager, **fields,
    )  # fmt: skip
    if asked:
        _backdate(request, at(story.workday(asked), "10:00"))
    return request


def _backdate(request: Escalation, moment: datetime) -> None:
    """As if it had been asked at `moment`, with the deadline that follows from it."""
    Escalation.objects.filter(pk=request.pk).update(requested_at=moment)
    step = request.steps.get()
    request.steps.update(at=moment)
    due_at = compute_deadline(DutyKind.ESCALATION_RESPONSE, moment).due_at
    duty = Obligation.objects.of(DutyKind.ESCALATION_RESPONSE, step)
    duty.update(started_at=moment, due_at=due_at, original_due_at=due_at, next_look_at=moment)


def _decide(story: Story, request: Escalation, outcome: str, username: str, **fields) -> None:
    """Decided four hours after it was asked."""
    escalating.decide(escalation=request, outcome=outcome, by=story.people[username], **fields)
    asked_at = Escalation.objects.get(pk=request.pk).requested_at
    moment = min(asked_at + 4 * HOUR, story.now)
    Escalation.objects.filter(pk=request.pk).update(decided_at=moment)
    request.steps.filter(verb=outcome).update(at=moment)
    step = request.steps.first()
    duty = Obligation.objects.of(DutyKind.ESCALATION_RESPONSE, step)
    duty.filter(due_at__gte=moment).update(completed_at=moment, state=Obligation.State.DONE)
    request.refresh_from_db()


def _forwarded_at(request: Escalation, moment: datetime) -> None:
    """As if the head had sent it up at `moment`; the next day to decide runs from there."""
    asked, sent_up = request.steps.order_by("pk")
    duty = Obligation.objects.of(DutyKind.ESCALATION_RESPONSE, asked)
    duty.update(completed_at=moment, state=Obligation.State.DONE)
    request.steps.filter(pk=sent_up.pk).update(at=moment)
    due_at = compute_deadline(DutyKind.ESCALATION_RESPONSE, moment).due_at
    duty = Obligation.objects.of(DutyKind.ESCALATION_RESPONSE, sent_up)
    duty.update(started_at=moment, due_at=due_at, original_due_at=due_at, next_look_at=moment)


def _tell(story: Story, request: Escalation, how: str) -> None:
    moment = min(request.decided_at + HOUR, story.now)
    by = request.customer.manager
    escalating.communicate(escalation=request, how=how, at=moment, by=by)


def _head(story: Story, code: str) -> str:
    return escalating.heads_of(story.customers[code]).username


def _x1(story: Story) -> None:
    """15 % against the 8 % of an account manager: blocked until head_ent decides."""
    promise = _promise(
        story, "C0026", "续约时专线月租费给予15%折扣", ahead(story, 8), made=0,
        topic=DISCOUNT, discount_pct=15,
    )  # fmt: skip
    question = "客户拿到其他报价，要求续约时专线月租费优惠15%，否则重新比选。"
    proposal = "建议同意15%折扣，换取三年期续约和两条新增专线。"
    _ask(story, "C0026", DISCOUNT, question, proposal, origin=promise, discount_pct=15)


def _decided(story: Story) -> None:
    agreed = _promise(
        story, "C0012", "新园区专线首年优惠12%", ahead(story, 6), topic=DISCOUNT, discount_pct=12
    )
    request = _ask(
        story, "C0012", DISCOUNT, "客户希望新园区专线首年优惠12%。",
        "建议同意，首年12%，次年恢复。",
        origin=agreed, asked=-3, discount_pct=12,
    )  # fmt: skip
    _decide(story, request, "approved", _head(story, "C0012"))
    _tell(story, request, "当面告知王主任，已记入会谈要点")
    request = _ask(
        story, "C0019", COMPENSATION, "两次中断影响业务，客户要求补偿。",
        "建议减免当月月租费5000元。",
        asked=-1, amount=5000,
    )  # fmt: skip
    _decide(story, request, "approved", _head(story, "C0019"))
    tied = _promise(
        story, "C0020", "续约专线给予10%折扣", ahead(story, 7), topic=DISCOUNT, discount_pct=10
    )
    request = _ask(
        story, "C0020", DISCOUNT, "客户要求续约优惠10%。", "建议同意10%折扣。",
        origin=tied, asked=-2, discount_pct=10,
    )  # fmt: skip
    conditions = "合同期不少于两年；云专线同时开通两条以上。"
    head = _head(story, "C0020")
    _decide(story, request, "approved_with_conditions", head, conditions=conditions)
    refused = _promise(
        story, "C0028", "旧合同剩余月份一律打九折", ahead(story, 9), topic=DISCOUNT, discount_pct=10
    )
    request = _ask(
        story, "C0028", DISCOUNT, "客户要求旧合同剩余月份打九折。", "客户关系一般，建议婉拒。",
        origin=refused, asked=-4, discount_pct=10,
    )  # fmt: skip
    alternative = "旧合同不调价；可提前三个月续约，续约时按现行优惠办理，并赠送一次网络巡检。"
    _decide(story, request, "rejected", _head(story, "C0028"), alternative=alternative)
    _tell(story, request, "电话说明原因和替代方案，客户表示理解")
    request = _ask(
        story, "C0016", "out_of_policy", "客户要求缴费期由当月改为次月二十日。",
        "客户预算按季拨付，建议给予一年例外。", asked=-6,
        policy_ref="《政企客户缴费管理办法》第七条",
        special_reason="财政预算按季拨付，无法当月支付。",
    )  # fmt: skip
    until = timezone.localdate() + timedelta(days=365)
    _decide(story, request, "approved", _head(story, "C0016"), expires_on=until)


def _waiting(story: Story) -> None:
    request = _ask(
        story, "C0003", DISCOUNT, "客户要求整体降价20%，否则改用其他线路。",
        "建议同意20%折扣，签三年。", asked=-1, discount_pct=20,
    )  # fmt: skip
    head = story.people[_head(story, "C0003")]
    note = "超出部门权限；客户份额大，建议支持。"
    escalating.forward(escalation=request, by=head, note=note)
    _forwarded_at(request, min(request.requested_at + 2 * HOUR, story.now))
    letter = InboundLetter.objects.filter(customer=story.customers["C0034"]).first()
    _ask(
        story, "C0034", COMPENSATION, "客户来函要求退还多收的费用。", "核对后建议退还差额3000元。",
        origin=letter, amount=3000,
    )  # fmt: skip
    back = _ask(
        story, "C0008", TERM, "客户想把合同签到五年。", "建议先签三年。", asked=-5, term_months=60
    )
    reason = "客户改为签两年，不再需要请示。"
    escalating.withdraw(escalation=back, by=back.requested_by, reason=reason)


def _kept_and_broken(story: Story) -> None:
    for code, content, reason in (
        ("C0011", "月底前完成两条专线迁移", "施工许可没有按期批下，已向客户当面致歉并说明。"),
        ("C0005", "十日内提交云备份试用方案", "方案评审延误，客户已选用其他方案。"),
    ):
        promise = _promise(story, code, content, story.workday(-12), made=-25)
        promises.break_promise(promise=promise, reason=reason, by=promise.owner)
    begun = _promise(story, "C0007", "更换三处老化的接入设备", ahead(story, 4))
    promises.start_promise(promise=begun, by=begun.owner)
    kept = _promise(story, "C0009", "补发上季度的发票", story.workday(-4), made=-9)
    done_at = at(story.workday(-5), "15:00")
    evidence = "发票已专人送达，签收单在档。"
    promises.fulfil_promise(promise=kept, evidence=evidence, at=done_at, by=kept.owner)
    promises.confirm_promise(
        promise=kept, confirmed_by=kept.promised_to, confirmed_at=done_at + HOUR, by=kept.owner
    )
    _move(story, _promise(story, "C0010", "完成新楼布线查勘", story.workday(2), made=-6), -1)
    _move(story, _promise(story, "C0015", "提交带宽监测报告", story.workday(-3), made=-10), -1)
    gone = _promise(story, "C0018", "周五到场演示会议平台", ahead(story, 5))
    promises.withdraw_promise(
        promise=gone, reason="客户内部调整，演示取消", told_how="电话告知李科长", by=gone.owner
    )


def _move(story: Story, promise: Commitment, agreed: int) -> None:
    """Another day, agreed `agreed` working days from today: before or after the promised day."""
    promises.renegotiate_promise(
        promise=promise, seen_due_on=promise.due_on, new_due_on=ahead(story, 6),
        consent_by=promise.promised_to,
        consent_on=story.workday(agreed), consent_how="电话",
        reason="客户场地未腾空，双方商定推迟", by=promise.owner,
    )  # fmt: skip


def _fill(story: Story) -> None:
    """Small ones until there are thirty."""
    codes = sorted(story.customers)[::3]
    missing = PROMISES - Commitment.objects.count()
    for number in range(max(missing, 0)):
        due_on = ahead(story, 2 + number % 9)
        _promise(story, codes[number % len(codes)], SMALL[number % len(SMALL)], due_on)
