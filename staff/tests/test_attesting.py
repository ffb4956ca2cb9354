"""真实性承诺: who answers for which version, once, and where it came from (R25)."""

import pytest
from django.test import RequestFactory

from core.models import AuditEvent
from staff.actions.attesting import DECLARATION, attest
from staff.addresses import address_of
from staff.models import Attestation
from staff.tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def test_it_is_kept_with_the_words_and_audited():
    user, target = make_user(), make_department()
    attest(by=user, target=target, revision=3, address="10.1.2.3")
    row = Attestation.objects.about(target).get()
    assert (row.user, row.revision, row.text, row.address) == (user, 3, DECLARATION, "10.1.2.3")
    assert AuditEvent.objects.get(verb="attestation.given").changes["revision"] == ["", "3"]


def test_the_first_one_stands():
    user, target = make_user(), make_department()
    first = attest(by=user, target=target, address="10.1.2.3")
    assert attest(by=user, target=target, address="10.9.9.9") == first
    assert Attestation.objects.get().address == "10.1.2.3"
    attest(by=user, target=target, revision=2)
    attest(by=make_user(), target=target)
    assert Attestation.objects.about(target).count() == 3
    assert not Attestation.objects.about(make_department()).exists()


def request_from(peer, forwarded=""):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


def test_a_header_that_anybody_may_write_is_not_believed():
    assert address_of(request_from("10.0.0.7", "1.2.3.4")) == "10.0.0.7"


def test_behind_one_trusted_proxy_its_word_counts_and_not_what_came_before(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert address_of(request_from("127.0.0.1", "6.6.6.6, 1.2.3.4")) == "1.2.3.4"


def test_a_local_socket_has_none():
    assert address_of(request_from("")) is None
