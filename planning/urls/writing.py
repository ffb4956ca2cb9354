"""Plans, their sections, tables and tasks (R42–R44)."""

from django.urls import path

from planning.views import comments, plans, sections, tables, tasks

urlpatterns = [
    path("", plans.plan_list, name="list"),
    path("export/", plans.plan_export, name="export"),
    path("new/", plans.plan_create, name="create"),
    path("of/<int:pk>/", plans.of_customer, name="of_customer"),
    path("<int:pk>/", plans.plan_detail, name="detail"),
    path("<int:pk>/people/", plans.plan_organise, name="organise"),
    path("<int:pk>/carry-over/", plans.carry_over, name="carry_over"),
    path("<int:pk>/needs/", sections.pull_needs, name="pull_needs"),
    path("<int:pk>/sections/", sections.section_first, name="sections"),
    path("<int:pk>/sections/<str:code>/", sections.section, name="section"),
    path("<int:pk>/sections/<str:code>/here/", sections.presence, name="presence"),
    path("<int:pk>/sections/<str:code>/remark/", comments.comment_add, name="comment_add"),
    path("<int:pk>/tables/<slug:code>/", tables.table, name="table"),
    path("<int:pk>/tables/<slug:code>/pull/", tables.pull, name="pull"),
    path("<int:pk>/rows/<int:row>/refresh/", tables.refresh, name="refresh"),
    path("<int:pk>/tasks/new/", tasks.task_add, name="task_add"),
    path("tasks/<int:pk>/done/", tasks.task_done, name="task_done"),
    path("tasks/<int:pk>/drop/", tasks.task_drop, name="task_drop"),
    path("remarks/<int:pk>/resolve/", comments.comment_resolve, name="comment_resolve"),
]
