"""The ways out that the operator has opened in the settings."""

import time
from collections.abc import Mapping

from inspection.notifications.channels import Channel, Sender, Spared, Ways
from inspection.notifications.gateways import SmsGateway, WecomRobots
from inspection.notifications.mail import Mail
from inspection.settings import Settings


def ways(settings: Settings) -> Ways:
    """Which there are."""
    return Ways(
        email=bool(settings.smtp_url),
        sms=bool(settings.sms_url),
        groups=frozenset(name for name, _webhook in settings.wecom_robots),
    )


def senders(settings: Settings) -> Mapping[Channel, Sender]:
    """What sends through each."""
    opened: dict[Channel, Sender] = {}
    if settings.smtp_url:
        opened[Channel.EMAIL] = Mail(settings.smtp_url, settings.mail_from)
    if settings.sms_url:
        opened[Channel.SMS] = SmsGateway(
            settings.sms_url, settings.sms_body, token=settings.sms_token, expected=settings.sms_expected
        )
    if settings.wecom_robots:
        opened[Channel.WECOM] = WecomRobots(dict(settings.wecom_robots))
    return {channel: Spared(sender, time.monotonic) for channel, sender in opened.items()}
