"""A due reminder reaches a mail server through `celery worker` and `celery beat` themselves."""

import pytest

pytestmark = pytest.mark.faults


@pytest.fixture(params=["redis+postgresql", "service-free"])
def env_and_database(request):
    if request.param == "service-free":
        return {}, request.getfixturevalue("fresh_sqlite")
    redis = request.getfixturevalue("private_redis")
    return {"REDIS_URL": redis.url}, request.getfixturevalue("fresh_postgres")


def test_worker_and_beat_send_what_is_due(field_at, smtp_sink, env_and_database, write_down):
    env, database = env_and_database
    field = field_at(database, env=env | {"SWEEP_SECONDS": "1"}, to=smtp_sink, people=1)
    field.product.start("worker")
    field.product.start("beat")
    field.call("seed", count=1)
    message = smtp_sink.wait_for(1, timeout=60)[0].message
    field.wait_until_drained(30)

    assert message["To"] == "f0@example.com"
    assert message["Subject"].strip() == "【提醒】来函答复：事项 0"
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        assert f"{field.product.env['SITE_URL']}/t/0/" in text
    assert field.call("counts")["sent"] == 1
    write_down(f"one mail, {len(smtp_sink.accepted)} copy")
    assert len(smtp_sink.accepted) == 1
