"""Sign-in rules on top of allauth: nobody registers, accounts are made by an administrator."""

from allauth.account.adapter import DefaultAccountAdapter


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False
