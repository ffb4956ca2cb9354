"""Builds the search keys of all customers anew, e.g. after rows came in past the actions."""

from django.core.management.base import BaseCommand

from accounts.actions.searching import index_all
from accounts.models import Customer


class Command(BaseCommand):
    help = "重建全部客户的搜索键；可重复执行，无变化时不写入"

    def handle(self, *args, **options):
        count = index_all(Customer.objects.all())
        self.stdout.write(f"已检查 {count} 个客户的搜索键。")
