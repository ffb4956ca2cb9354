"""An invitation that did not arrive is sent once more (R4)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from staff.access import requires
from visits.actions import invitations
from visits.actions.errors import VisitError
from visits.models import VisitInvitation
from visits.views.scope import changeable_visit


@requires("visits.write")
@require_POST
def invitation_retry(request, pk):
    rows = VisitInvitation.objects.visible_to(request.user).select_related("contact", "visit")
    invitation = get_object_or_404(rows, pk=pk)
    visit = changeable_visit(request, invitation.visit_id)
    try:
        invitations.try_again(invitation=invitation, by=request.user)
        messages.success(request, "已重新排队，一分钟内发出。")
    except VisitError as error:
        messages.error(request, str(error))
    return redirect(f"{visit.get_absolute_url()}#invitations")
