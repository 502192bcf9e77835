"""The wire protocol of SES v2 (REST JSON), read from botocore's own service model.

Paths, methods, required members and the HTTP status of each exception all come from there, so that whatever botocore
writes is understood, and whatever is answered is what it expects.
"""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.model import OperationModel, StructureShape
from botocore.validate import ParamValidator
from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox.errors import SesError, bad_request

_MODEL = botocore.session.get_session().get_service_model("sesv2")
_STATUS_OF_UNMODELLED = {"InternalServiceErrorException": 500, "MissingAuthenticationTokenException": 403}

Params = dict[str, Any]
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Route:
    """Where an operation is called: an HTTP method, and a pattern for Django with the URI members as groups."""

    operation: str
    method: str
    pattern: str


def route(operation: str) -> Route:
    """The route of an operation of the API, by its name there."""
    http = _MODEL.operation_model(operation).http
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", http["requestUri"].lstrip("/"))
    return Route(operation, http["method"], f"^{pattern}$")


def exception_names() -> frozenset[str]:
    """Every exception that a call to send may be answered with, by the model."""
    return frozenset(shape.name for shape in _MODEL.operation_model("SendBulkEmail").error_shapes)


def entry_statuses() -> frozenset[str]:
    """Every status that one message of SendBulkEmail may have, SUCCESS aside."""
    return frozenset(_MODEL.shape_for("BulkEmailStatus").metadata["enum"]) - {"SUCCESS"}


def read_params(operation: str, request: HttpRequest, uri: Mapping[str, str]) -> Params:
    """The members of the operation's input; BadRequestException when the model does not allow them."""
    if not request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
        raise SesError("MissingAuthenticationTokenException", "Missing Authentication Token")
    model = _MODEL.operation_model(operation)
    params: Params = {**_read_body(request), **uri, **_read_query(model, request)}
    shape = model.input_shape
    assert isinstance(shape, StructureShape)  # noqa: S101 - every operation of this API has an input
    known = {name: value for name, value in params.items() if name in shape.members}
    report = ParamValidator().validate(known, shape)
    if report.has_errors():
        raise bad_request(report.generate_report())
    return known


def answer(content: Answer) -> HttpResponse:
    """A successful answer."""
    return _sign(JsonResponse(dict(content), json_dumps_params={"separators": (",", ":")}))


def refusal(error: SesError) -> HttpResponse:
    """An exception in the form that SDKs read: its name in a header, its message in the body."""
    response = JsonResponse({"message": error.message}, status=_status(error.name))
    response["x-amzn-ErrorType"] = error.name
    return _sign(response)


def _status(name: str) -> int:
    if name in _STATUS_OF_UNMODELLED:
        return _STATUS_OF_UNMODELLED[name]
    metadata = _MODEL.shape_for(name).metadata
    return int(metadata["error"]["httpStatusCode"])


def _sign(response: HttpResponse) -> HttpResponse:
    response["x-amzn-RequestId"] = str(uuid.uuid4())
    return response


def _read_body(request: HttpRequest) -> Params:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise bad_request(f"The request body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise bad_request("The request body is not a JSON object")
    return {name: value for name, value in body.items() if value is not None}


def _read_query(model: OperationModel, request: HttpRequest) -> Params:
    found: Params = {}
    shape = model.input_shape
    assert isinstance(shape, StructureShape)  # noqa: S101 - see above
    for name, member in shape.members.items():
        if member.serialization.get("location") != "querystring":
            continue
        values = request.GET.getlist(member.serialization["name"])
        if values and member.type_name == "list":
            found[name] = values
        elif values:
            found[name] = int(values[0]) if member.type_name == "integer" and values[0].isdecimal() else values[0]
    return found
