"""What everybody keeps about themselves."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from staff.access import may, open_to_all_staff
from staff.actions.people import edit_profile
from staff.forms.people import ProfileForm
from staff.models import User


@open_to_all_staff
@require_http_methods(["GET", "POST"])
def profile(request):
    # A row of its own: a refused form must not change the name and theme in the frame.
    row = User.objects.select_related("department", "branch", "reports_to").get(pk=request.user.pk)
    form = ProfileForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        edit_profile(user=request.user, **form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("staff:profile")
    absence = row.absences.covering(timezone.localdate()).select_related("delegate").first()
    absence_url = reverse("staff:absence_list") if may(request.user, "absence.write") else ""
    context = {"form": form, "person": row, "absence": absence, "absence_url": absence_url}
    return render(request, "staff/profile.html", context, status=422 if form.errors else 200)
