"""What is prepared for the visits to come: questions, things to take along, an invitation (R3)."""

from core import clock
from crm.demo.story import Story
from visits.actions import invitations, preparing
from visits.models import Visit, VisitInvitation

QUESTIONS = "扩容后月费涨多少？按年签可以商量到什么程度\n工期多久，会不会断网\n以后故障找谁"
RISKS = "先谢上次配合割接；对方对去年 9 月的故障仍有意见，不要辩解。"
MATERIALS = ("组网示意图", "扩容报价说明", "近三个月故障处理清单")
PREPARED = 6
ADDRESS = "office@lanting.example"


def load(story: Story) -> None:
    """The next booked visits of everybody who was not prepared yet; repeatable."""
    ahead = Visit.objects.filter(state="booked", scheduled_start__gt=story.now, risks="")
    for visit in ahead.order_by("scheduled_start", "pk")[: PREPARED * 3]:
        Visit.objects.filter(pk=visit.pk).update(expected_questions=QUESTIONS, risks=RISKS)
        preparing.name_materials(visit=visit, titles=MATERIALS, by=visit.owner)
        colleague = visit.participants.select_related("user").first()
        if colleague:
            visit.key_points.filter(kind="introduce").update(owner=colleague.user)
    _invite(Visit.objects.filter(state="booked", owner__username="heqiong").first())


def _invite(visit: Visit | None) -> None:
    """One invitation whose address was wrong, and one that arrived."""
    if visit is None or visit.invitations.exists():
        return
    visit.contacts.filter(email="").update(email=ADDRESS)
    invitations.invite(visit=visit, by=visit.owner)
    VisitInvitation.objects.filter(visit=visit).update(
        state="failed", tries=1, error="对方服务器答复：550 5.1.1 没有这个用户"
    )
    sent = Visit.objects.filter(state="booked").exclude(pk=visit.pk).order_by("pk").last()
    if sent and not sent.invitations.exists():
        sent.contacts.filter(email="").update(email=ADDRESS)
        invitations.invite(visit=sent, by=sent.owner)
        VisitInvitation.objects.filter(visit=sent).update(
            state="sent", tries=1, sent_at=clock.now()
        )
