"""Row scope of everything that belongs to one customer: written once, delegated everywhere."""

from django.db import models

from accounts.models.customer import Customer


class OfCustomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(customer__in=Customer.objects.visible_to(user))
