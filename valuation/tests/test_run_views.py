"""The pages of runs: list, start, one run, its verbs."""

from datetime import date

import pytest
from django.urls import reverse

from staff.tests.factories import make_branch, make_department, make_user
from valuation.models import ValuationRun
from valuation.tests.run_factories import Office

pytestmark = pytest.mark.django_db
VERBS = ("run_review", "run_publish", "run_recompute", "run_discard")


@pytest.fixture
def office():
    office = Office()
    office.customer()
    office.customer(200_000)
    return office


def test_the_list_shows_state_and_hides_the_discarded(client, office):
    run = office.computed()
    ValuationRun.objects.filter(pk=office.started().pk).update(state="discarded")
    client.force_login(office.auditor)
    page = client.get(reverse("valuation:run_list")).content.decode()
    assert run.get_absolute_url() in page
    assert "已计算" in page and "已作废</span>" not in page
    assert "发起评估" not in page
    assert "已作废</span>" in client.get(reverse("valuation:run_list") + "?all=1").content.decode()


def test_starting_makes_one_run_even_when_sent_twice(client, office):
    client.force_login(office.head)
    url = reverse("valuation:run_start")
    assert client.get(url).status_code == 200
    key = "0f7a3a34-6a76-4c6d-9a54-2f2d3d2c1a10"
    data = {"scope": "local_network", "as_of": "2026-11-15", "submission_key": key}
    first, second = client.post(url, data), client.post(url, data)
    run = ValuationRun.objects.get()
    assert first.url == second.url == run.get_absolute_url()
    assert (run.run_by, run.state) == (office.head, "draft")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"as_of": "2099-01-01"}, "不能晚于今天"),
        ({"scope": "industry"}, "请选择行业"),
        ({"as_of": "x"}, ""),
        ({"scope": "galaxy"}, ""),
    ],
)
def test_what_cannot_be_started_is_said_at_the_field(client, office, change, message):
    client.force_login(office.director)
    data = {"scope": "local_network", "as_of": "2026-11-15"} | change
    answer = client.post(reverse("valuation:run_start"), data)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not ValuationRun.objects.exists()


def test_too_small_an_industry_is_refused_in_words(client, office):
    client.force_login(office.director)
    industry = office.customer().industry.pk
    data = {"scope": "industry", "industry": industry, "as_of": "2026-11-15"}
    answer = client.post(reverse("valuation:run_start"), data)
    assert answer.status_code == 422
    assert "样本不足" in answer.content.decode()


def test_progress_is_a_fragment_that_asks_again_and_then_the_whole_page(client, office):
    client.force_login(office.head)
    run = office.started()
    ValuationRun.objects.filter(pk=run.pk).update(state="computing", done=1, total=2)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "已完成 1 / 2 家" in page and "刷新" in page
    headers = {"HX-Request": "true", "HX-Target": "run-state"}
    part = client.get(run.get_absolute_url(), headers=headers)
    assert "<html" not in part.content.decode() and "hx-trigger" in part.content.decode()
    assert "HX-Refresh" not in part.headers
    ValuationRun.objects.filter(pk=run.pk).update(state="failed", error="磁盘已满")
    part = client.get(run.get_absolute_url(), headers=headers)
    assert part.headers["HX-Refresh"] == "true"
    assert "磁盘已满" in client.get(run.get_absolute_url()).content.decode()


def test_a_computed_run_shows_counts_cuts_gaps_and_the_former_one(client, office):
    office.published(as_of=date(2026, 11, 14))
    run = office.computed()
    client.force_login(office.head)
    page = client.get(run.get_absolute_url())
    text = page.content.decode()
    assert page.context["counted"] == 2
    assert sum(share.count for share in page.context["quadrants"]) == 2
    assert sum(number for _, cells in page.context["moves"] for _, number, _ in cells) == 2
    assert "政策影响力：整次评估缺 2 家" in text
    assert "审核通过" in text


def test_a_head_counts_only_the_own_customers(client, office):
    run = office.computed()
    client.force_login(office.other_head)
    assert client.get(run.get_absolute_url()).context["counted"] == 0


def test_review_then_publish_by_the_pages(client, office):
    run = office.computed(by=office.director)
    client.force_login(office.director)
    answer = client.post(reverse("valuation:run_review", args=[run.pk]), {"note": ""})
    assert answer.status_code == 422 and "谁发起的评估" in answer.content.decode()
    client.force_login(office.head)
    assert client.post(reverse("valuation:run_review", args=[run.pk])).status_code == 302
    assert client.post(reverse("valuation:run_publish", args=[run.pk])).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.published_by) == ("published", office.head)
    client.post(reverse("valuation:run_discard", args=[run.pk]))
    client.post(reverse("valuation:run_recompute", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == "published"


@pytest.mark.parametrize("verb", VERBS)
def test_the_verbs_are_for_heads_by_post(client, office, verb):
    run = office.computed()
    url = reverse(f"valuation:{verb}", args=[run.pk])
    for who, code in (("manager", 403), ("auditor", 403)):
        client.force_login(getattr(office, who))
        assert client.post(url).status_code == code
    client.force_login(office.head)
    assert client.get(url).status_code == 405
    run.refresh_from_db()
    assert run.state == "computed"


def test_another_branch_finds_nothing(client, office):
    run = office.computed()
    far = make_department(branch=make_branch(), code="FAR")
    client.force_login(make_user("dept_head", department=far))
    assert client.get(run.get_absolute_url()).status_code == 404
    assert client.post(reverse("valuation:run_publish", args=[run.pk])).status_code == 404


def test_both_matrices_show_who_moved_since_the_former_run(client, office):
    office.published()
    run = office.computed()
    client.force_login(office.director)
    html = client.get(run.get_absolute_url()).content.decode()
    assert "从上一次到这一次：客户群" in html
    assert "从上一次到这一次：价值与忠诚度" in html and "现为高价值高忠诚" in html
