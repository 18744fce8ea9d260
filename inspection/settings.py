"""Every knob once: its type, default and meaning. Read from the environment once, all errors at once.

``docs/settings.md`` is written from this table (``flask inspection settings``) and a test holds the two together.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Parser = Callable[[str], Any]

SHORTEST_SECRET = 32
SEED_BYTES = 32
LARGEST_PORT = 65535
MIB = 1024 * 1024
MOST_MEGAPIXELS = 89
"""Pillow itself warns of a decompression bomb from here on, and its warning is an error here."""


class WrongSettings(ValueError):
    """One or more settings cannot be used; ``problems`` names each with the reason."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("\n".join(f"{name}: {reason}" for name, reason in problems.items()))
        self.problems = dict(problems)


def _text(value: str) -> str:
    return value.strip()


def _path(value: str) -> Path:
    if not value.strip():
        raise ValueError("must name a folder")
    return Path(value).expanduser().resolve()


def _whole(least: int, most: int) -> Parser:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]+", value.strip()):
            raise ValueError(f"must be a whole number, not {value!r}")
        number = int(value)
        if not least <= number <= most:
            raise ValueError(f"must be between {least} and {most}, not {number}")
        return number

    return parse


def _one_of(*allowed: str) -> Parser:
    def parse(value: str) -> str:
        if value not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}, not {value!r}")
        return value

    return parse


def _url(*schemes: str, empty: bool = False) -> Parser:
    def parse(value: str) -> str:
        value = value.strip()
        if not value and empty:
            return value
        if urlsplit(value).scheme not in schemes:
            raise ValueError(f"must start with {' or '.join(scheme + '://' for scheme in schemes)}, not {value!r}")
        return value

    return parse


def _secret(value: str) -> str:
    if value and len(value) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
    return value


def _seed_text(value: str) -> str:
    value = value.strip()
    try:
        whole = not value or len(base64.b64decode(value, validate=True)) == SEED_BYTES
    except binascii.Error:
        whole = False
    if not whole:
        raise ValueError(f"must be {SEED_BYTES} bytes in base64")
    return value


def _smtp_url(value: str) -> str:
    value = value.strip()
    server = urlsplit(value)
    if value and (server.scheme not in {"smtp", "smtps"} or not server.hostname):
        raise ValueError("must start with smtp:// or smtps:// and name the mail server")  # not told: the password in it
    return value


def _robots(value: str) -> tuple[tuple[str, str], ...]:
    robots = []
    for part in _hosts(value):
        name, _, webhook = part.partition("=")
        if not re.fullmatch(r"all|[0-9]{6}", name):
            raise ValueError("must have a district's code or all, and =, before each address")
        if urlsplit(webhook).scheme not in {"http", "https"}:
            raise ValueError(f"{name} must have an address that starts with https://")  # not told: the key in it
        robots.append((name, webhook))
    return tuple(robots)


def _hosts(value: str) -> tuple[str, ...]:
    return tuple(host.strip() for host in value.split(",") if host.strip())


def knob(default: str, parse: Parser, meaning: str) -> Any:
    """A field of Settings: its default as written in the environment, how to read it, and what it means."""
    return field(metadata={"default": default, "parse": parse, "meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """What the operator chose. Field names in capitals are the environment's names."""

    environment: str = knob("development", _one_of("development", "production"), "production 拒绝一切弱设置")
    data_dir: Path = knob("var", _path, "数据目录：数据库、照片、队列、密钥")
    database_url: str = knob(
        "", _url("sqlite", "postgresql", empty=True), "数据库；空：DATA_DIR 下的 SQLite；postgresql://…"
    )
    database_wait_seconds: int = knob(
        "10", _whole(1, 600), "写数据库时最多等别人多久，秒；再久就回答 503，请对方稍后再试"
    )
    storage_url: str = knob("", _url("file", "s3", empty=True), "照片；空：DATA_DIR/photos；s3://桶名?endpoint=…")
    queue_url: str = knob("", _url("sqlite", "redis", empty=True), "任务队列；空：DATA_DIR 下的 SQLite；redis://…")
    host: str = knob("0.0.0.0", _text, "监听的地址")  # noqa: S104 - a phone on the same network must reach it
    port: int = knob("8000", _whole(1, LARGEST_PORT), "监听的端口")
    base_url: str = knob("", _url("http", "https", empty=True), "别人打开系统用的网址；空：http://本机地址:PORT")
    secret_key: str = knob("", _secret, "签名用的密钥，至少 32 字；空：开发时自动生成一个存入 DATA_DIR")
    receipt_key: str = knob("", _seed_text, "回执的 Ed25519 私钥（32 字节的 base64）；空：自动生成一个存入 DATA_DIR")
    trusted_hosts: tuple[str, ...] = knob("", _hosts, "允许的主机名，逗号分隔；空：不限（生产环境必填）")
    proxy_hops: int = knob("0", _whole(0, 5), "前面有几层反向代理；0：不信任何 X-Forwarded-*")
    web_workers: int = knob("1", _whole(1, 64), "网页进程数")
    web_threads: int = knob("4", _whole(1, 64), "每个网页进程的线程数")
    job_lease_seconds: int = knob("120", _whole(1, 3600), "一个后台任务多久没做完就交给别人重做，秒")
    max_photos: int = knob("12", _whole(1, 50), "一条线索最多几张照片")
    max_photo_bytes: int = knob(str(30 * MIB), _whole(MIB, 200 * MIB), "一张照片最大字节数")
    max_photo_megapixels: int = knob("64", _whole(1, MOST_MEGAPIXELS), "一张照片最大像素，百万")
    daily_photos: int = knob("600", _whole(1, 100_000), "一人一天最多收几张照片")
    plate_reading: str = knob("on", _one_of("on", "off"), "认一认僵尸车等照片里的号牌，供分拣时核对；off：不认")
    phone_worker: str = knob("on", _one_of("on", "off"), "手机端离线可用；off：让手机去掉已存的外壳，照片和草稿不动")
    unsent_call_hours: int = knob("24", _whole(1, 720), "手机里的线索多久没发出就提醒打电话，小时（默认值，可修改）")
    posting_wait_days: int = knob("7", _whole(1, 90), "僵尸车告知书贴出后等多少天才能移交，天（默认值，可修改）")
    question_days: int = knob("5", _whole(1, 60), "问上报人的问题，几天以内可以答，天（默认值，可修改）")
    visit_photos: int = knob("60", _whole(1, 200), "一次走访最多几张照片")
    visit_late_days: int = knob("7", _whole(0, 60), "时段里做完的走访，过后几天以内还收，天（默认值，可修改）")
    visit_asked_days: int = knob("7", _whole(1, 60), "走访要求补的，几天以内可以补，天（默认值，可修改）")
    opening_minutes: int = knob("60", _whole(5, 1440), "查看暗访督查员身份，同意以后多少分钟以内看（默认值，可修改）")
    route_map: str = knob(
        "none", _one_of("none", "amap", "osm"), "走访页上“怎么走”用哪家地图；none：不给，不告诉地图公司"
    )
    photo_side: int = knob("2048", _whole(800, 4096), "手机发送前把照片缩到长边多少像素")
    photo_quality: int = knob("85", _whole(50, 100), "缩小后的 JPEG 质量，百分之几")
    voice_seconds: int = knob("60", _whole(5, 300), "一段语音最长多少秒")
    same_within_m: int = knob("100", _whole(10, 1000), "多少米以内的同类问题算可能重复，米（默认值，可修改）")
    session_days: int = knob("90", _whole(1, 366), "办公端一次登录最长有效，天")
    session_idle_days: int = knob("30", _whole(1, 366), "办公端多久不用就要重新登录，天")
    phone_session_days: int = knob("366", _whole(1, 366), "督查员一次登录最长有效，天")
    phone_session_idle_days: int = knob("180", _whole(1, 366), "督查员多久不用就要重新登录，天")
    invitation_hours: int = knob("168", _whole(1, 2160), "邀请单多久没用就作废，小时")
    hotline: str = knob("6308 2214", _text, "联络员电话，手机页顶栏")
    issuing_unit: str = knob("首都文明办督查处", _text, "通报的编发单位")
    masthead: str = knob("首都文明督查通报", _text, "通报的名称（红头）")
    notice_report_to: str = knob("首都精神文明建设委员会领导同志", _text, "通报的“报”")
    notice_send_to: str = knob("", _text, "通报的“送”")
    notice_issue_to: str = knob("各区精神文明建设委员会办公室，有关委办局", _text, "通报的“发”")
    total_issues_before: int = knob("0", _whole(0, 1_000_000), "系统启用前已发的总期数")
    fonts_dir: Path = knob("fonts", _path, "公文字体目录（make fonts 放在这里）")
    tile_url: str = knob("", _url("http", "https", empty=True), "底图瓦片地址 {z}/{x}/{y}；空：只画区界")
    tile_datum: str = knob("wgs84", _one_of("wgs84", "gcj02"), "底图瓦片的坐标系")
    smtp_url: str = knob(
        "", _smtp_url, "发邮件的服务器：smtp://用户:密码@主机:587（STARTTLS）或 smtps://…:465；空：不发邮件"
    )
    mail_from: str = knob("", _text, "发件人地址；设了 SMTP_URL 就要写")
    wecom_robots: tuple[tuple[str, str], ...] = knob(
        "", _robots, "企业微信群机器人：区代码=https://…,all=https://…；没有单列的区用 all；空：不发"
    )
    sms_url: str = knob("", _url("http", "https", empty=True), "短信网关，POST；空：不发短信")
    sms_body: str = knob("", _text, "给短信网关的正文，JSON 或表单，填 {phone} {text} {id}；设了 SMS_URL 就要写")
    sms_token: str = knob("", _text, "短信网关的令牌，放在 Authorization: Bearer 里")
    sms_expected: str = knob("", _text, "短信网关收下时的回答里有什么字样；空：2xx 即算收下")
    locale: str = knob("zh", _one_of("zh", "en"), "界面语言的默认值")
    log_level: str = knob("INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "日志级别")

    @property
    def production(self) -> bool:
        """Whether weak settings are refused."""
        return self.environment == "production"

    @property
    def https(self) -> bool:
        """Whether people reach this over TLS, so that cookies may be Secure."""
        return self.base_url.startswith("https://")


def read(environ: Mapping[str, str]) -> Settings:
    """The settings in ``environ``, completed.

    Raises WrongSettings naming every setting that cannot be used, with the reason.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for knob_field in fields(Settings):
        name = knob_field.name.upper()
        try:
            values[knob_field.name] = knob_field.metadata["parse"](environ.get(name, knob_field.metadata["default"]))
        except ValueError as wrong:
            problems[name] = str(wrong)
    if not problems:
        problems = _missing(Settings(**values)) | _weaknesses(Settings(**values))
    if problems:
        raise WrongSettings(problems)
    return _completed(Settings(**values))


def table() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting, in order."""
    return [(f.name.upper(), f.metadata["default"], f.metadata["meaning"]) for f in fields(Settings)]


def _missing(settings: Settings) -> dict[str, str]:
    missing = {}
    if settings.smtp_url and "@" not in settings.mail_from:
        missing["MAIL_FROM"] = "must be an address when there is SMTP_URL"
    if settings.sms_url and not {"{phone}", "{text}"}.issubset(re.findall(r"\{[a-z]+\}", settings.sms_body)):
        missing["SMS_BODY"] = "must have places for {phone} and {text} when there is SMS_URL"
    return missing


def _weaknesses(settings: Settings) -> dict[str, str]:
    if not settings.production:
        return {}
    weak = {}
    if not settings.secret_key:
        weak["SECRET_KEY"] = "must be set in production"  # noqa: S105 - a reason, not a secret
    if not settings.https:
        weak["BASE_URL"] = "must be an https:// address in production"
    if not settings.trusted_hosts:
        weak["TRUSTED_HOSTS"] = "must name the host in production"
    if urlsplit(settings.smtp_url).scheme == "smtp" and "starttls=off" in urlsplit(settings.smtp_url).query:
        weak["SMTP_URL"] = "must not speak in the clear in production"
    if any(not webhook.startswith("https://") for _name, webhook in settings.wecom_robots):
        weak["WECOM_ROBOTS"] = "must be https:// addresses in production"
    if settings.sms_url and not settings.sms_url.startswith("https://"):
        weak["SMS_URL"] = "must be an https:// address in production"
    if settings.data_dir.exists() and settings.data_dir.stat().st_mode & 0o007:
        weak["DATA_DIR"] = "must not be open to every user of the machine (chmod o-rwx)"
    return weak


def _completed(settings: Settings) -> Settings:
    data_dir = settings.data_dir
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o750)
    derived = {
        "database_url": _with_driver(settings.database_url or f"sqlite:///{data_dir / 'mingcha.db'}"),
        "storage_url": settings.storage_url or (data_dir / "photos").as_uri(),
        "queue_url": settings.queue_url or f"sqlite:///{data_dir / 'queue.db'}",
        "secret_key": settings.secret_key or _kept_secret(data_dir / "secret_key", secrets.token_urlsafe(48)),
        "receipt_key": settings.receipt_key or _kept_secret(data_dir / "receipt_key", _seed()),
    }
    return Settings(**{f.name: derived.get(f.name, getattr(settings, f.name)) for f in fields(Settings)})


def _with_driver(url: str) -> str:
    return re.sub(r"^postgresql://", "postgresql+psycopg://", url)


def _kept_secret(file: Path, fresh: str) -> str:
    try:
        with file.open("x", encoding="ascii") as new:
            file.chmod(0o600)
            new.write(fresh)
    except FileExistsError:
        pass
    return file.read_text(encoding="ascii")


def _seed() -> str:
    return base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()
