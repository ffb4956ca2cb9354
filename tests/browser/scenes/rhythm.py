"""Where the pages of the rhythm show real life in the demo."""

from django.utils import timezone

from visits.models import Visit, VisitFrequencyPolicy, VisitSuggestion, WeeklyPlan

BUSY = ("shenzy", "yujg", "chenjq", "jinxy", "zhouhm")


def places_of(places):
    places.each("heqiong", "visits:suggestion_list", "visits:coverage", "visits:coverage_list")
    places.add("heqiong", "visits:suggestion_list", query="?tab=dismissed")
    places.each("head_fin", "visits:suggestion_list", "visits:coverage", "visits:weekly_plan_list")
    places.each("director", "visits:coverage", "visits:frequency_list", "visits:weekly_review")
    places.add("admin", "visits:frequency_edit", VisitFrequencyPolicy.objects.first().pk)
    quiet = VisitSuggestion.objects.open().exclude(customer__manager__username__in=BUSY)
    row = quiet.select_related("customer__manager").order_by("pk").first()
    places.add(row.customer.manager.username, "visits:suggestion_dismiss", row.pk)
    visits = Visit.objects.filter(owner__username="heqiong", mode="on_site")
    visit = visits.filter(state__in=("planned", "booked")).order_by("scheduled_start").first()
    day = timezone.localdate(visit.scheduled_start)
    places.add("heqiong", "visits:route", query=f"?day={day}")
    places.each("heqiong", "visits:weekly_plan_list")
    plans = WeeklyPlan.objects.exclude(user__username__in=BUSY).select_related("user")
    for state in ("draft", "submitted", "reviewed"):
        plan = plans.filter(state=state).order_by("-monday", "pk").first()
        places.add(plan.user.username, "visits:weekly_plan", plan.pk)
    waiting = WeeklyPlan.objects.filter(state="submitted").order_by("monday", "pk").first()
    places.add("director", "visits:weekly_plan", waiting.pk)
    places.add("director", "visits:weekly_review", query=f"?week={waiting.monday}")
