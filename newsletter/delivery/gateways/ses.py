"""Amazon SES by ``SendBulkEmail`` (``SendEmail`` for what is no campaign's) of API version 2, through an unmodified
boto3 client.

There is no idempotency token, so every failure is read for one thing: could SES have accepted anything? Codes and
HTTP statuses decide, never messages.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    MetadataRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
    SSOError,
)
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery.gateways import ses_requests
from newsletter.delivery.gateways.base import Answer, CallFailed, Failure, Gateway, Letter, Mail, Outcome, Quota
from newsletter.delivery.gateways.ses_requests import bulk_body

# Nothing was written to the network, or nobody read it.
NEVER_SENT = (
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    MetadataRetrievalError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSOError,
)
ENTRY_OUTCOMES = {
    "MESSAGE_REJECTED": Outcome.REJECTED,
    "INVALID_PARAMETER": Outcome.REJECTED,
    "FAILED": Outcome.REJECTED,
    "TRANSIENT_FAILURE": Outcome.AGAIN,
    "ACCOUNT_THROTTLED": Outcome.THROTTLED,
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": Outcome.QUOTA,
    # These concern the account, not the reader: everybody else would get them too.
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": Outcome.STOP,
    "CONFIGURATION_SET_NOT_FOUND": Outcome.STOP,
    "CONFIGURATION_SET_SENDING_PAUSED": Outcome.STOP,
    "TEMPLATE_NOT_FOUND": Outcome.STOP,
    "INVALID_SENDING_POOL_NAME": Outcome.STOP,
    "ACCOUNT_SUSPENDED": Outcome.STOP,
    "ACCOUNT_SENDING_PAUSED": Outcome.STOP,
}
THROTTLING = frozenset({"TooManyRequestsException", "Throttling", "ThrottlingException", "RequestLimitExceeded", "429"})
BAD_REQUEST = frozenset({"BadRequestException", "MessageRejected"})
REMEDIES = {
    "MailFromDomainNotVerifiedException": gettext_lazy("Verify the domain of the sender's address in SES."),
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": gettext_lazy("Verify the domain of the sender's address in SES."),
    "NotFoundException": gettext_lazy("Make the configuration set named by SUDI_CONFIGURATION_SET in SES."),
    "CONFIGURATION_SET_NOT_FOUND": gettext_lazy("Make the configuration set named by SUDI_CONFIGURATION_SET in SES."),
    "AccountSuspendedException": gettext_lazy(
        "AWS has suspended the account; answer their case in the support centre."
    ),
    "SendingPausedException": gettext_lazy(
        "Sending is paused in SES; resume it in the console when the cause is mended."
    ),
    "AccessDeniedException": gettext_lazy("The AWS credentials may not make this call; allow it in their IAM policy."),
    "ExpiredTokenException": gettext_lazy("The AWS credentials have expired; renew them and resume."),
    "InvalidClientTokenId": gettext_lazy("The AWS credentials are not valid; mend them and resume."),
    "SignatureDoesNotMatch": gettext_lazy(
        "The AWS secret key is wrong or this machine's clock is off; mend it and resume."
    ),
}


# The body of SendBulkEmail is written by us and handed to botocore by its own events: its serialiser would walk through
# every entry of every call, and write the same mail as JSON each time. It signs, sends and reads as ever.
BULK = "sesv2.SendBulkEmail"
BODY = "Body"


class SesGateway(Gateway):
    def __init__(self, client: Any) -> None:
        self.client = client

    def send(self, mail: Mail, letters: Sequence[Letter]) -> list[Answer]:
        response = call(self.client.send_bulk_email, {BODY: bulk_body(mail, letters)})
        results = response.get("BulkEmailEntryResults") or []
        answers = [_answer(result) for result in results[: len(letters)]]
        missing = Answer(Outcome.IN_DOUBT, code="no_answer")
        return answers + [missing] * (len(letters) - len(answers))

    def send_one(self, mail: Mail, letter: Letter) -> str:
        response = call(self.client.send_email, ses_requests.single_request(mail, letter))
        message_id = response.get("MessageId")
        if not message_id:
            raise CallFailed(Failure.IN_DOUBT, "no_answer", _("SES's answer names no message"))
        return str(message_id)

    def room(self, mail: Mail, letter: Letter) -> int:
        return ses_requests.room(mail, letter)

    def quota(self) -> Quota:
        response = call(self.client.get_account, {})
        quota = response.get("SendQuota") or {}
        if not quota.get("MaxSendRate"):
            raise CallFailed(Failure.NOT_SENT, "no_quota", _("SES's answer names no sending quota"))
        return Quota(
            max_send_rate=float(quota["MaxSendRate"]),
            max_24_hour_send=float(quota.get("Max24HourSend", -1)),
            sent_last_24_hours=float(quota.get("SentLast24Hours", 0)),
            sending_enabled=bool(response.get("SendingEnabled", True)),
        )


def call(method: Any, request: dict[str, Any]) -> dict[str, Any]:
    """What a method of the client answers. Raises ``CallFailed``."""
    try:
        response = method(**request)
    except ClientError as error:
        raise _failed_call(error) from error
    except NEVER_SENT as error:
        raise CallFailed(Failure.NOT_SENT, type(error).__name__, str(error)) from error
    except SSLError as error:
        raise CallFailed(_tls_failure(error), type(error).__name__, str(error)) from error
    except Exception as error:  # whatever it is (botocore's parser raises what it likes), SES may have the mail
        raise CallFailed(Failure.IN_DOUBT, type(error).__name__, str(error)) from error
    return response if isinstance(response, dict) else {}


_making = threading.Lock()


def default_gateway() -> SesGateway:
    """This process's gateway: a client costs 78 ms and 11 MB to make, and all threads share it."""
    with _making:  # a cache alone lets the first tasks of all threads make one each
        return of_this_process()


@functools.cache
def of_this_process() -> SesGateway:
    return new_gateway()


def new_gateway() -> SesGateway:
    """A gateway of its own to the SES of the settings."""
    config = Config(
        # One request, not one retry: botocore's own retries would send again after a read time-out.
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=5,
        read_timeout=settings.SUDI.read_timeout,
        max_pool_connections=settings.SUDI.worker_threads,
        parameter_validation=False,
    )
    client = boto3.client("sesv2", region_name=settings.SUDI.aws_region, config=config)
    client.meta.events.register(f"before-parameter-build.{BULK}", _keep_body)
    client.meta.events.register(f"before-call.{BULK}", _send_body)
    return SesGateway(client)


def _keep_body(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[BODY] = params.pop(BODY)


def _send_body(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = context[BODY]


def _answer(result: dict[str, Any]) -> Answer:
    status = result.get("Status")
    if status == "SUCCESS":
        return Answer(Outcome.ACCEPTED, message_id=result.get("MessageId"))
    code = str(status)
    return Answer(ENTRY_OUTCOMES.get(code, Outcome.IN_DOUBT), code=code, remedy=str(REMEDIES.get(code, "")))


def _failed_call(error: ClientError) -> CallFailed:
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in THROTTLING or status == 429:
        failure = Failure.THROTTLED
    elif status >= 500 or status < 400:
        failure = Failure.IN_DOUBT
    elif code in BAD_REQUEST:
        failure = Failure.BAD_REQUEST
    else:
        failure = Failure.STOP
    return CallFailed(failure, code or str(status), message, str(REMEDIES.get(code, "")))


def _tls_failure(error: SSLError) -> Failure:
    """Only a certificate that wasn't accepted is known to come before the request."""
    cause: BaseException | None = error
    while cause is not None:
        if type(cause).__name__ == "SSLCertVerificationError" or "SSLCertVerificationError" in repr(cause.args):
            return Failure.NOT_SENT
        cause = cause.__cause__ or cause.__context__
    return Failure.IN_DOUBT
