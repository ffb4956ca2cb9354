"""The branch, its departments and people (§E.1). Only what is missing is made."""

from datetime import date

from django.contrib.auth.hashers import make_password

from core import audit
from staff.models import Branch, Department, User

PASSWORD = "Lanting@2026"
"""First password of every demo account; it must be changed on the first sign-in."""

BRANCH = {
    "name": "绍兴分公司政企客户部",
    "letter_name": "中国电信股份有限公司绍兴分公司",
    "letter_prefix": "绍电政函",
    "address": "绍兴市越城区示范路 100 号",
    "phone": "0575-85120000",
}
DEPARTMENTS = (
    ("GOV", "党政军客户部", "customer"),
    ("FIN", "金融客户部", "customer"),
    ("ENT", "大企业客户部", "customer"),
    ("PUB", "公共行业部", "customer"),
    ("SUP", "支撑中心", "support"),
    ("ADM", "综合管理部", "office"),
)
# username, name, role, department, superior, title
PEOPLE = (
    ("director", "方启明", "branch_director", "", "", "主任"),
    ("head_gov", "鲁文斌", "dept_head", "GOV", "director", "部门经理"),
    ("head_fin", "韩晓东", "dept_head", "FIN", "director", "部门经理"),
    ("head_ent", "施国平", "dept_head", "ENT", "director", "部门经理"),
    ("head_pub", "傅雅琴", "dept_head", "PUB", "director", "部门经理"),
    ("im_fin", "祝嘉", "industry_manager", "FIN", "head_fin", "行业经理"),
    ("im_gov", "邵伟", "industry_manager", "GOV", "head_gov", "行业经理"),
    ("heqiong", "何琼", "account_manager", "FIN", "head_fin", "客户经理"),
    ("shenzy", "沈志远", "account_manager", "FIN", "head_fin", "客户经理"),
    ("wanglj", "王丽君", "account_manager", "GOV", "head_gov", "客户经理"),
    ("yujg", "俞建国", "account_manager", "GOV", "head_gov", "客户经理"),
    ("jinxy", "金晓燕", "account_manager", "PUB", "head_pub", "客户经理"),
    ("zhouhm", "周海明", "account_manager", "PUB", "head_pub", "客户经理"),
    ("zhangwm", "章伟民", "account_manager", "ENT", "head_ent", "客户经理"),
    ("chenjq", "陈佳琪", "account_manager", "ENT", "head_ent", "客户经理"),
    ("se1", "顾一鸣", "solution_engineer", "SUP", "director", "客户工程师"),
    ("se2", "苏琳", "solution_engineer", "SUP", "director", "客户工程师"),
    ("bo1", "钱芳", "back_office", "SUP", "director", "开通支撑"),
    ("bo2", "卢强", "back_office", "SUP", "director", "维护支撑"),
    ("dispatch1", "蒋敏", "dispatcher", "ADM", "director", "营销派单员"),
    ("records1", "汪静", "records_officer", "ADM", "director", "资料管理员"),
    ("legal1", "许航", "compliance_officer", "ADM", "director", "法务"),
    ("auditor", "陆衡", "auditor", "ADM", "director", "稽核"),
    ("left_am", "陶然", "account_manager", "ENT", "head_ent", "客户经理"),
    ("admin", "系统管理员", "sysadmin", "ADM", "", "系统管理员"),
)
LEFT = {"left_am": date(2026, 8, 31)}
MANAGERS = tuple(row[0] for row in PEOPLE if row[2] == "account_manager" and row[0] not in LEFT)


def load() -> dict[str, User]:
    """Make the branch, departments and people that are missing; returns all by sign-in name."""
    branch, _ = Branch.objects.get_or_create(code="SX-GOVENT", defaults=BRANCH)
    departments = {code: _department(branch, code, name, kind) for code, name, kind in DEPARTMENTS}
    departments[""] = None
    password = make_password(PASSWORD)  # once: the hash is slow on purpose
    for serial, row in enumerate(PEOPLE, 1):
        _person(branch, departments, serial, row, password)
    return {user.username: user for user in User.objects.filter(branch=branch)}


def _department(branch, code, name, kind) -> Department:
    defaults = {"name": name, "kind": kind, "path": f"/{code}/"}
    return Department.objects.get_or_create(branch=branch, code=code, defaults=defaults)[0]


def _person(branch, departments, serial, row, password) -> None:
    username, name, role, department, superior, title = row
    user, is_new = User.objects.get_or_create(
        username=username,
        defaults={
            "name": name,
            "role": role,
            "branch": branch,
            "department": departments[department],
            "reports_to": User.objects.filter(username=superior).first(),
            "title": title,
            "phone": f"0575-851200{serial:02d}",
            "email": f"{username}@crm.example",
            "state": User.State.LEFT if username in LEFT else User.State.ACTIVE,
            "left_on": LEFT.get(username),
            "password": password,
        },
    )
    if is_new:
        audit.record(verb="user.created", target=user, by=None, reason="演示数据")
