"""Who may be asked to decide about somebody else's work."""

import pytest

from staff.tests.factories import make_department, make_user


@pytest.fixture
def people():
    department = make_department()
    made = {"manager": make_user(department=department), "mate": make_user(department=department)}
    made["head"] = make_user("dept_head", department=department)
    made["director"] = make_user("branch_director", branch=department.branch)
    return made
