from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from newsletter import checks
from newsletter.delivery import faults


class NewsletterConfig(AppConfig):
    name = "newsletter"
    verbose_name = _("Newsletters")

    def ready(self) -> None:
        """Register the system checks, and arm the fault points that the crash test names."""
        register(checks.sqlite_is_new_enough, Tags.compatibility)
        faults.arm(settings.SUDI.faults)
