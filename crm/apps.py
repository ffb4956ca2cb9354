from django.apps import AppConfig

from core.forms import guard_every_field
from crm import checks

SYSTEM_CHECKS = checks  # importing the module registers them


class CrmConfig(AppConfig):
    name = "crm"

    def ready(self):
        guard_every_field()  # before the first form is imported, by the first URL
