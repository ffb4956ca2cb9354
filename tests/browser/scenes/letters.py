"""Places of the register, the pattern texts, the watched words and a batch for print."""

from staff.models import User
from visits.models import LetterReply, LetterTemplate, LintWord, PrintJob


def places_of(places) -> None:
    for series in ("in", "out", "thanks"):
        places.add("heqiong", "visits:register", query=f"?series={series}")
    director = User.objects.active().filter(role="branch_director").first()
    places.add(director.username, "visits:register", query="?series=out")
    places.each("admin", "visits:template_list", "visits:lint_list", "visits:lint_create")
    template = LetterTemplate.objects.get(code="not-launched")
    places.add("admin", "visits:template_edit", template.pk)
    places.add("admin", "visits:lint_edit", LintWord.objects.order_by("pk").first().pk)
    job = PrintJob.objects.filter(owner__username="heqiong").first()
    places.add("heqiong", "visits:print_job", job.pk)
    pending = LetterReply.objects.filter(state="pending_approval").order_by("-pk").first()
    head = pending.letter.owner.dept_head()
    places.add(head.username, "visits:letter_detail", pending.letter_id)
