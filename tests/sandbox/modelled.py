"""Every answer that a test's client gets is held against botocore's service model."""

import json
from typing import Any

from botocore.model import ListShape, OperationModel, Shape, StructureShape


def check_answers(client: Any) -> None:
    """Makes ``client`` check each answer: known members only, required ones present, enums as listed."""
    client.meta.events.register("after-call.sesv2", _after_call)


def _after_call(http_response: Any, model: OperationModel, **_: object) -> None:
    if http_response.status_code == 200 and model.output_shape is not None:
        assert http_response.headers["x-amzn-RequestId"]
        assert_fits(json.loads(http_response.content or b"{}"), model.output_shape, model.name)


def assert_fits(value: Any, shape: Shape, where: str) -> None:
    """``value`` is one that ``shape`` allows."""
    if isinstance(shape, StructureShape):
        assert isinstance(value, dict), where
        assert set(value) <= set(shape.members), f"{where}: unknown members"
        assert set(shape.required_members) <= set(value), f"{where}: missing members"
        for name, member in value.items():
            assert_fits(member, shape.members[name], f"{where}.{name}")
    elif isinstance(shape, ListShape):
        assert isinstance(value, list), where
        for item in value:
            assert_fits(item, shape.member, f"{where}[]")
    elif shape.type_name == "string":
        assert isinstance(value, str), where
        assert value in shape.metadata.get("enum", [value]), f"{where}: {value}"
    elif shape.type_name == "boolean":
        assert isinstance(value, bool), where
    elif shape.type_name in {"double", "integer", "timestamp"}:
        assert isinstance(value, int | float), where
