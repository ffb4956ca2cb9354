"""Reads the environment once and refuses to start on a bad setting, in one clear sentence."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

SCHEMA = {
    "SECRET_KEY": (str, ""),
    "DEBUG": (bool, False),
    "ALLOWED_HOSTS": (list, ["127.0.0.1", "localhost"]),
    "SITE_URL": (str, "http://127.0.0.1:8000"),
    "HTTPS": (bool, False),
    "DATABASE_URL": (str, ""),
    "REDIS_URL": (str, ""),
    "VAR_DIR": (str, ""),
    "EMAIL_HOST": (str, ""),
    "EMAIL_PORT": (int, 25),
    "EMAIL_USER": (str, ""),
    "EMAIL_PASSWORD": (str, ""),
    "EMAIL_TLS": (bool, False),
    "MAIL_FROM": (str, "政企客户部 <crm@localhost>"),
    "SWEEP_SECONDS": (int, 60),
}

MIN_SECRET_LENGTH = 50


def read_settings(env_file: Path | None = None) -> dict[str, object]:
    """Values of SCHEMA from the process environment, then from the .env file.

    Raises ImproperlyConfigured with a Chinese sentence that names the setting.
    """
    env_file = env_file or BASE_DIR / ".env"
    if env_file.exists():
        environ.Env.read_env(env_file)
        _refuse_unknown(env_file)
    env = environ.Env(**SCHEMA)
    values = {}
    for name in SCHEMA:
        try:
            values[name] = env(name)
        except (ValueError, ImproperlyConfigured) as error:
            raise ImproperlyConfigured(f"设置 {name} 的值无法识别，请检查 .env：{error}") from error
    _refuse_bad(values)
    return values


def _refuse_unknown(env_file: Path) -> None:
    for line in env_file.read_text(encoding="utf-8").splitlines():
        name = line.split("=", 1)[0].strip()
        if name and not name.startswith("#") and name not in SCHEMA:
            raise ImproperlyConfigured(f".env 里的设置 {name} 不存在，请对照 .env.example 改正或删除。")


def _refuse_bad(values: dict[str, object]) -> None:
    secret = str(values["SECRET_KEY"])
    if len(secret) < MIN_SECRET_LENGTH or "change-me" in secret:
        raise ImproperlyConfigured(
            f"缺少设置 SECRET_KEY：请在 .env 中填入至少 {MIN_SECRET_LENGTH} 个字符的随机串"
            "（make run 会自动生成）。"
        )
    if not str(values["SITE_URL"]).startswith(("http://", "https://")):
        raise ImproperlyConfigured("设置 SITE_URL 必须以 http:// 或 https:// 开头。")
    redis = str(values["REDIS_URL"])
    if redis and not redis.startswith(("redis://", "rediss://", "unix://")):
        raise ImproperlyConfigured("设置 REDIS_URL 必须以 redis:// 开头，不用 Redis 时请留空。")
    database = str(values["DATABASE_URL"])
    if database and not database.startswith(("postgres://", "postgresql://", "sqlite:///")):
        raise ImproperlyConfigured("设置 DATABASE_URL 只支持 postgres:// 与 sqlite:///。")
    if int(str(values["SWEEP_SECONDS"])) < 1:
        raise ImproperlyConfigured("设置 SWEEP_SECONDS 必须是不小于 1 的整数。")
