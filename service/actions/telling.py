"""What the timeline of the customer says of a watch."""

from accounts.actions import timeline
from service.models import ServiceWatch

Kind = timeline.Kind


def tell_watch(watch: ServiceWatch, *, by) -> None:
    """The customer asked for what is not open yet (R15)."""
    instead = "、".join(watch.alternative_lines) or watch.no_alternative_reason
    _note(watch, "watch", f"等待开办：{watch.availability}", f"{watch.demand}；替代办法：{instead}",
          watch.registered_at, by)  # fmt: skip


def tell_launch(watch: ServiceWatch, *, by) -> None:
    """It opened; the customer is to be told in time."""
    _note(watch, f"launch-{watch.launched_at:%Y%m%d%H%M%S}", f"已开办：{watch.availability}",
          "按期限告知客户", watch.launched_at, by)  # fmt: skip


def tell_told(watch: ServiceWatch, *, by) -> None:
    """The customer was told."""
    _note(watch, "told", f"告知客户已开办：{watch.availability}", watch.notified_how,
          watch.notified_at, by)  # fmt: skip


def tell_end(watch: ServiceWatch, *, at, by) -> None:
    """Nobody waits any more."""
    title = f"{watch.get_state_display()}：{watch.availability}"
    _note(watch, "ended", title, watch.ended_reason, at, by)


def _note(watch: ServiceWatch, what: str, title: str, detail: str, at, by) -> None:
    timeline.note(
        customer=watch.customer,
        kind=Kind.NEED,
        title=title,
        detail=detail,
        path=watch.get_absolute_url(),
        at=at,
        actor=by,
        source=f"service-{what}:{watch.pk}",
    )
