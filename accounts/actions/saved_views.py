"""Views of the customer list that are kept under a name, one's own or the department's."""

from django.db import IntegrityError, transaction

from accounts.actions.errors import AccountError
from accounts.models import SavedView
from core import audit


def save_view(
    *, by, name: str, query: str, is_team: bool = False, is_default: bool = False
) -> SavedView:
    """A new view of `by`. AccountError when `by` has one of that name."""
    view = SavedView(owner=by, name=name, query=query, is_team=is_team, is_default=is_default)
    _write(view, "saved_view.created", by)
    return view


def change_view(*, view: SavedView, by, **values) -> None:
    """Rename, share, make it the first one or give it another `query`. Only its owner may."""
    _only_own(view, by)
    for name, value in values.items():
        setattr(view, name, value)
    _write(view, "saved_view.changed", by)


@transaction.atomic
def delete_view(*, view: SavedView, by) -> None:
    _only_own(view, by)
    audit.record(verb="saved_view.deleted", target=view, by=by)
    view.delete()


def _write(view: SavedView, verb: str, by) -> None:
    try:
        with transaction.atomic():
            if view.is_default:  # the one before gives way
                others = SavedView.objects.filter(owner=view.owner, is_default=True)
                others.exclude(pk=view.pk).update(is_default=False)
            view.save()
            audit.record(verb=verb, target=view, by=by, changes={"筛选条件": ["", view.query]})
    except IntegrityError as error:
        raise AccountError(f"您已有名为「{view.name}」的常用视图，请换一个名称。") from error


def _only_own(view: SavedView, by) -> None:
    if view.owner_id != by.pk:
        raise AccountError("只有建立人可以修改或删除这个视图。")
