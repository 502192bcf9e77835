"""Where SNS delivers SES's events. It retries what we answer with 5xx, and gives up at a 4xx."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from newsletter.events import door
from newsletter.events.sns import LARGEST_BODY
from newsletter.events.sns_errors import SnsError

logger = logging.getLogger(__name__)


# No CSRF check: SNS has no cookie of ours, and its signature is what counts.
@csrf_exempt
@require_POST
def sns(request: HttpRequest) -> HttpResponse:
    """Take one SNS message. The sender learns the code of a refusal, the log its reason."""
    try:
        # One byte more than allowed tells that a body is too large, without reading the rest of it.
        door.receive(request.read(LARGEST_BODY + 1))
    except SnsError as error:
        logger.warning("SNS message not let in: %s", error)
        return HttpResponse(f"{error.code}\n", content_type="text/plain", status=error.status)
    return HttpResponse("ok\n", content_type="text/plain")
