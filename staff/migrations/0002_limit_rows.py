"""How far each role may promise [P] (R14). Rows from here on: an administrator edits them."""

from django.db import migrations

ROLES = ("account_manager", "industry_manager", "dept_head", "branch_director")
# topic: what each of ROLES may promise; True: all of it, None: nothing of it
DISCOUNT = {"price_discount": (8, 8, 15, 30)}  # %
AMOUNT = {"compensation": (1000, 1000, 10000, 100000)}  # 元
TERM = {"contract_term": (24, 24, 36, 60)}  # months
FREE = {
    "resource": (True, True, True, True),
    "technical": (True, True, True, True),
    "other": (True, True, True, True),
    "sla": (False, False, True, True),
    "out_of_policy": (False, False, True, True),
    "disclosure": (False, False, True, True),
}


def seed(apps, schema_editor):
    limit = apps.get_model("staff", "AuthorityLimit")
    figures = (("max_discount_pct", DISCOUNT), ("max_amount", AMOUNT), ("max_term_months", TERM))
    figures += (("is_free", FREE),)
    limit.objects.bulk_create(
        limit(role=role, topic=topic, **{field: value})
        for field, topics in figures
        for topic, values in topics.items()
        for role, value in zip(ROLES, values)
    )


def unseed(apps, schema_editor):
    apps.get_model("staff", "AuthorityLimit").objects.all().delete()


class Migration(migrations.Migration):
    replaces = [("staff", "0003_authority_limits")]
    dependencies = [("staff", "0001_schema")]
    operations = [migrations.RunPython(seed, unseed)]
