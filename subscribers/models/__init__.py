"""Who may be mailed."""

from subscribers.models.consent import ConsentAction, ConsentDetail, ConsentRecord
from subscribers.models.people import Language, MailingList, Standing, Subscriber, Subscription
from subscribers.models.soft_bounces import SoftBounce
from subscribers.models.suppression import LiftedSuppression, Suppression, SuppressionReason

__all__ = [
    "ConsentAction",
    "ConsentDetail",
    "ConsentRecord",
    "Language",
    "LiftedSuppression",
    "MailingList",
    "SoftBounce",
    "Standing",
    "Subscriber",
    "Subscription",
    "Suppression",
    "SuppressionReason",
]
