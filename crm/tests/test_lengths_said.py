"""Lists say how long a duty may take as the administrator has set it (D4)."""

import pytest
from django.urls import reverse

from core.models import Parameter
from staff.tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("visits:escalation_list", "escalation_workdays", "事先报告上级，7 个工作日内决定"),
        ("visits:weekly_plan_list", "weekly_review_workdays", "部门经理 7 个工作日内批阅"),
        ("service:watch_list", "launch_notice_workdays", "开办后 7 个工作日内告知客户"),
        ("planning:review_list", "plan_review_workdays", "收到后 7 个工作日内审完"),
    ],
)
def test_a_list_says_the_number_of_the_setting(client, name, key, said):
    Parameter.objects.filter(key=key).update(value="7")
    client.force_login(make_user("dept_head"))
    assert said in client.get(reverse(name)).content.decode()
