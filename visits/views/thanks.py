"""Thank-you letters: list, draft, PDF, sent, waived (R8)."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from staff.access import requires
from visits.models import ThankYouLetter


@requires("visits.view")
@require_GET
def thank_you(request, pk):
    letters = ThankYouLetter.objects.visible_to(request.user)
    letter = get_object_or_404(letters, visit=pk)
    return render(request, "visits/thank_you.html", {"letter": letter})
