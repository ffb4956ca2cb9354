"""The few pages of allauth that this product uses. Sign-up, e-mail and social pages stay closed."""

from allauth.account.views import login, logout, password_change
from django.urls import path

# allauth's own views: signing in is public, the other two are open to every signed-in user.
login.verb = "public"
logout.verb = password_change.verb = "*"

urlpatterns = [
    path("login/", login, name="account_login"),
    path("logout/", logout, name="account_logout"),
    path("password/", password_change, name="account_change_password"),
]
