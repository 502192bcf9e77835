from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from newsletter import checks


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletters")

    def ready(self) -> None:
        """Register the system checks."""
        register(checks.sqlite_is_new_enough, Tags.compatibility)
