"""The operations of the API: each takes the service and the checked input, and gives the output's members."""

from collections.abc import Callable, Mapping

from sandbox.operations import account, identities, sending, suppression, templates
from sandbox.service import Service
from sandbox.wire import Answer, Params

Operation = Callable[[Service, Params, int], Answer]
"""The third argument is the size of the request's body, in bytes."""

OPERATIONS: Mapping[str, Operation] = {
    "SendBulkEmail": sending.send_bulk_email,
    "SendEmail": sending.send_email,
    "CreateEmailTemplate": templates.create,
    "UpdateEmailTemplate": templates.update,
    "GetEmailTemplate": templates.get,
    "DeleteEmailTemplate": templates.delete,
    "GetAccount": account.get,
    "PutSuppressedDestination": suppression.put,
    "ListSuppressedDestinations": suppression.list_page,
    "GetSuppressedDestination": suppression.get,
    "DeleteSuppressedDestination": suppression.delete,
    "GetEmailIdentity": identities.get_identity,
    "GetConfigurationSet": identities.get_configuration_set,
    "GetConfigurationSetEventDestinations": identities.get_event_destinations,
}

SENDING = frozenset({"SendBulkEmail", "SendEmail"})
"""Faults fall on these alone."""
