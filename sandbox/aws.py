"""The AWS names that the sandbox uses: one account, one region, one topic, one signing certificate."""

import re
from typing import Final

REGION: Final = "us-east-1"
ACCOUNT_ID: Final = "123456789012"
DEFAULT_CONFIGURATION_SET: Final = "sudi"
DEFAULT_TOPIC_ARN: Final = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:sudi-feedback"
EVENT_DESTINATION: Final = "feedback"

# Fixed, so that a receiver's settings can map this URL to the file that --certificate names.
SIGNING_CERT_URL: Final = (
    f"https://sns.{REGION}.amazonaws.com/SimpleNotificationService-5ad1ca5e5a2db0c0ffee0123456789ab.pem"
)

EVENT_TYPES: Final = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE")

TOPIC_ARN_PATTERN: Final = re.compile(r"arn:aws:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}")
