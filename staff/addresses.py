"""Where a request came from, as far as it can be believed."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied


def address_of(request) -> str | None:
    """The address of the sender, by the same setting as the limits on signing in.

    X-Forwarded-For is what anybody may write. It counts only from as many proxies as
    ALLAUTH_TRUSTED_PROXY_COUNT names (none by default: then the peer of the connection). None when
    there is none, as behind a local socket.
    """
    try:
        return get_adapter(request).get_client_ip(request)
    except (ImproperlyConfigured, PermissionDenied):
        return None
