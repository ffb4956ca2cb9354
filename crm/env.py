"""Reads the environment once and refuses to start on a bad setting, in one clear sentence."""

import os
import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

# Every setting that differs between machines: (type, default). .env.example explains each.
SCHEMA = {
    "SECRET_KEY": (str, ""),
    "SECRET_KEY_FALLBACKS": (list, []),
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
WORDS = {bool: "true 或 false", int: "整数", str: "文字", list: "用英文逗号分隔的列表"}
TRUE_OR_FALSE = {"true", "false", "1", "0", "yes", "no", "on", "off"}
MIN_SECRET_LENGTH = 50


class BadSetting(ImproperlyConfigured):
    """A setting that is missing or wrong. The message is one Chinese sentence."""


def read_settings(env_file: Path | None = None) -> dict[str, object]:
    """Values of SCHEMA from the process environment, then from the .env file.

    CRM_ENV_FILE names another file than .env; tests point it at /dev/null. Raises BadSetting.
    """
    env_file = env_file or Path(os.environ.get("CRM_ENV_FILE") or BASE_DIR / ".env")
    if env_file.exists():
        _refuse_unknown(env_file)
        environ.Env.read_env(env_file)
    env = environ.Env(**SCHEMA)
    values = {name: _read(env, name) for name in SCHEMA}
    for refuse in (_refuse_secret, _refuse_urls, _refuse_numbers):
        refuse(values)
    values["VAR_DIR"] = _writable(Path(str(values["VAR_DIR"] or BASE_DIR / "var")))
    return values


def _read(env: environ.Env, name: str) -> object:
    kind, _ = SCHEMA[name]
    raw = os.environ.get(name, "").strip()
    if kind is bool and raw and raw.lower() not in TRUE_OR_FALSE:
        raise BadSetting(f"设置 {name} 的值「{raw}」无法识别：应为 {WORDS[kind]}。")
    if name in os.environ and not raw and kind is not list:
        del os.environ[name]  # "NAME=" in .env means: take the default
    try:
        return env(name)
    except ValueError as error:
        raise BadSetting(f"设置 {name} 的值「{raw}」无法识别：应为{WORDS[kind]}。") from error


def _refuse_unknown(env_file: Path) -> None:
    for line in env_file.read_text(encoding="utf-8").splitlines():
        name = line.split("=", 1)[0].strip()
        if name and not name.startswith("#") and name not in SCHEMA:
            raise BadSetting(f".env 里的设置 {name} 不存在，请对照 .env.example 改正或删除。")


def _refuse_secret(values: dict[str, object]) -> None:
    secret = str(values["SECRET_KEY"])
    if len(secret) < MIN_SECRET_LENGTH:
        raise BadSetting(
            f"缺少设置 SECRET_KEY：请在 .env 中填入至少 {MIN_SECRET_LENGTH} 个字符的随机串"
            "（make run 会自动生成）。"
        )


def _refuse_urls(values: dict[str, object]) -> None:
    allowed = {
        "SITE_URL": (("http://", "https://"), "必须以 http:// 或 https:// 开头"),
        "REDIS_URL": (
            ("redis://", "rediss://", "unix://"),
            "必须以 redis:// 开头，不用 Redis 时请留空",
        ),
        "DATABASE_URL": (
            ("postgres://", "postgresql://", "sqlite:///"),
            "必须以 postgres:// 或 sqlite:/// 开头，用自带的 SQLite 时请留空",
        ),
    }
    for name, (starts, words) in allowed.items():
        value = str(values[name])
        if value and not value.startswith(starts):
            raise BadSetting(f"设置 {name} {words}。")


def _refuse_numbers(values: dict[str, object]) -> None:
    if int(str(values["SWEEP_SECONDS"])) < 1:
        raise BadSetting("设置 SWEEP_SECONDS 必须是不小于 1 的整数。")
    if not 1 <= int(str(values["EMAIL_PORT"])) <= 65535:
        raise BadSetting("设置 EMAIL_PORT 必须是 1 到 65535 之间的端口号。")


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"设置 VAR_DIR 指向的目录 {folder} 不能建立：{error.strerror}。"
        ) from error
    if not os.access(folder, os.W_OK):
        raise BadSetting(f"设置 VAR_DIR 指向的目录 {folder} 不能写入。")
    return folder.resolve()


def or_stop(read):
    """Calls `read`; a bad setting ends the process with its sentence and exit code 2."""
    try:
        return read()
    except BadSetting as error:
        print(f"无法启动：{error}", file=sys.stderr)
        sys.exit(2)
