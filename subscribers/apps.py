import email_validator
from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

RESERVED = ("invalid", "localhost")


class SubscribersConfig(AppConfig):
    name = "subscribers"
    verbose_name = _("Subscribers")

    def ready(self) -> None:
        """Take addresses of reserved domains outside production, as the library documents (.test has a switch)."""
        if not settings.SUDI.production:
            names = email_validator.SPECIAL_USE_DOMAIN_NAMES
            names[:] = [name for name in names if name not in RESERVED]
