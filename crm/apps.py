from django.apps import AppConfig

from crm import checks

SYSTEM_CHECKS = checks  # importing the module registers them


class CrmConfig(AppConfig):
    name = "crm"
