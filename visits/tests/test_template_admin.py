"""visits:template_list, template_edit, lint_list, lint_create, lint_edit."""

import pytest
from django.urls import reverse

from accounts.actions.items import version_of
from core.models import AuditEvent
from staff.tests.factories import make_user
from visits.models import LetterTemplate, LintWord

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(client):
    client.force_login(make_user("records_officer"))
    return LetterTemplate.objects.get(code="reply-standard")


def edit(template):
    return reverse("visits:template_edit", args=[template.pk])


def sent(template, **changes) -> dict:
    """What the open edit page sends back."""
    known = {"name": template.name, "body": template.body, "is_active": "on"}
    return known | {"seen": version_of(template)} | changes


def test_every_seeded_pattern_is_valid(client, template):
    for row in LetterTemplate.objects.all():
        assert client.post(edit(row), sent(row)).status_code == 302, row.code


def test_a_pattern_is_changed_with_a_trace(client, template):
    before = template.updated_at
    client.post(edit(template), sent(template, name="新名称", body="{letter_ref}\n同意。"))
    template.refresh_from_db()
    assert template.updated_at > before
    assert (template.name, template.body) == ("新名称", "{letter_ref}\n同意。")
    changes = AuditEvent.objects.get(verb="letter_template.changed").changes
    assert changes["name"] == ["一般答复", "新名称"]


def test_the_fields_stand_there_in_chinese_and_are_kept_by_their_names(client, template):
    shown = client.get(edit(template)).context["form"]["body"].value()
    assert "{引据来函的一句话}" in shown and "{letter_ref}" not in shown
    client.post(edit(template), sent(template, body=shown))
    kept, before = LetterTemplate.objects.get(pk=template.pk).body, template.body
    assert kept == before.replace("\r", "")


def test_an_unknown_field_is_told_at_the_field_and_nothing_is_lost(client, template):
    answer = client.post(edit(template), {"name": "名", "body": "{nobody}您好", "is_active": "on"})
    assert answer.status_code == 422
    assert "{nobody} 不是可用的字段" in str(answer.context["form"].errors["body"])
    page = answer.content.decode()
    assert "{nobody}您好" in page and "字段都可以用" not in page
    template.refresh_from_db()
    assert "nobody" not in template.body


def test_of_two_tabs_the_second_is_refused_sees_both_and_may_insist(client, template):
    first = sent(template, name="甲")
    second = sent(template, name="乙", body="{letter_ref}\n乙的正文。")
    client.post(edit(template), first | {"body": "{letter_ref}\n甲的正文。"})
    answer = client.post(edit(template), second)
    form = answer.context["form"]
    assert answer.status_code == 422 and "已被他人修改" in answer.content.decode()
    assert [(one.label, one.old, one.new) for one in form.conflict] == [
        ("名称", "甲", "乙"),
        ("正文", "{引据来函的一句话}\n甲的正文。", "{引据来函的一句话}\n乙的正文。"),
    ]
    assert form["body"].value() == second["body"] and "两边不同的地方" in answer.content.decode()
    template.refresh_from_db()
    assert template.name == "甲"
    assert client.post(edit(template), second | {"seen": form["seen"].value()}).status_code == 302
    template.refresh_from_db()
    assert template.name == "乙"


def test_the_live_check_answers_with_its_fragment_and_saves_nothing(client, template):
    answer = client.post(edit(template), {"body": "{nobody", "check": "1"})
    assert "花括号没有成对" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="letter_template.changed").exists()


def test_a_word_is_added_once_and_changed(client, template):
    sent = {"word": "包您满意", "severity": "warn", "advice": "写明约定", "is_active": "on"}
    client.post(reverse("visits:lint_create"), sent)
    again = client.post(reverse("visits:lint_create"), sent)
    assert "word" in again.context["form"].errors
    row = LintWord.objects.get(word="包您满意")
    client.post(reverse("visits:lint_edit", args=[row.pk]), sent | {"severity": "block"})
    row.refresh_from_db()
    assert row.severity == "block"


def test_one_character_is_too_little(client, template):
    sent = {"word": "差", "severity": "warn", "advice": "改", "is_active": "on"}
    assert client.post(reverse("visits:lint_create"), sent).status_code == 422


@pytest.mark.parametrize("name", ["template_list", "lint_list", "lint_create"])
def test_others_get_403(client, name):
    client.force_login(make_user("dept_head"))
    assert client.get(reverse(f"visits:{name}")).status_code == 403
