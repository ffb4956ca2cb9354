"""Sign-in rules on top of allauth: nobody registers, accounts are made by an administrator.

The hooks of the adapter write the audit trail; no signals (house).
"""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse

from core import audit
from staff.models import User

log = logging.getLogger(__name__)
FAILED = "login_failed"


def attempts_key(username: str) -> str:
    """The name under which failed attempts of one account are counted, whatever the Host header."""
    return f"staff:{username.lower()}"


def forget_failures(request, user: User) -> None:
    """Open a locked account again."""
    ratelimit.clear(request, action=FAILED, key=attempts_key(user.username))


def is_locked(request, user: User) -> bool:
    """Whether further attempts are refused now. Asks only, counts nothing.

    allauth never counts a GET, so the question is put to the cache as a POST would.
    """
    return not ratelimit.consume(
        _AsPost(request), action=FAILED, key=attempts_key(user.username), dry_run=True
    )


class _AsPost:
    def __init__(self, request):
        self.META, self.user, self.method = request.META, request.user, "POST"


class StaffAccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "登录名或密码不正确。",
        "too_many_login_attempts": (
            "密码连续输错次数过多，该账号已锁定 15 分钟。请稍后再试，或联系系统管理员解锁。"
        ),
        "enter_current_password": "当前密码不正确。",
        "account_inactive": "该账号已停用，请联系系统管理员。",
    }

    def is_open_for_signup(self, request):
        return False

    def _get_login_attempts_cache_key(self, request, **credentials):
        return attempts_key(credentials.get("username", ""))

    def authentication_failed(self, request, **credentials):
        user = User.objects.filter(username=credentials.get("username", "")).first()
        if user is None:
            log.warning("sign-in with an unknown name refused")
            return
        audit.record(verb="sign_in.failed", target=user, by=None)
        if is_locked(request, user):
            audit.record(verb="sign_in.locked", target=user, by=None)

    def respond_user_inactive(self, request, user):
        audit.record(verb="sign_in.refused", target=user, by=None)
        messages.error(request, self.error_messages["account_inactive"])
        return redirect("account_login")

    def login(self, request, user):
        super().login(request, user)
        audit.record(verb="sign_in.done", target=user, by=user)

    def logout(self, request):
        if request.user.is_authenticated:
            audit.record(verb="sign_in.ended", target=request.user, by=request.user)
        super().logout(request)

    def clean_password(self, password, user=None):
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError("新密码不能和现在的密码相同。")
        return super().clean_password(password, user=user)

    def set_password(self, user, password):
        """A password that its owner chose opens the rest of the product."""
        with transaction.atomic():
            user.set_password(password)
            user.must_change_password = False
            user.save(update_fields=["password", "must_change_password"])
            audit.record(verb="password.changed", target=user, by=user)

    def get_password_change_redirect_url(self, request):
        return reverse("crm:today")
