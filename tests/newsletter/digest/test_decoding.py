from __future__ import annotations

import pytest

from newsletter.digest.decoding import MAX_BYTES, decode
from newsletter.digest.errors import Problem, UnreadableDigest


def refused(data: bytes) -> Problem:
    with pytest.raises(UnreadableDigest) as refusal:
        decode(data)
    (problem,) = refusal.value.problems
    return problem


def test_a_byte_order_mark_is_no_text() -> None:
    assert decode(b"\xef\xbb\xbf# a") == "# a"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_becomes_lf(end: bytes) -> None:
    assert decode(b"a" + end + b"b") == "a\nb"


def test_composed_and_decomposed_letters_stay_what_they_are() -> None:
    assert decode("é e\u0301".encode()) == "é e\u0301"


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b" \r\n\t\n", "\u3000\n".encode()])
def test_a_file_of_white_space_is_refused(data: bytes) -> None:
    assert refused(data).code == "file.empty"


def test_gbk_is_refused_with_its_byte_and_line_and_name() -> None:
    problem = refused(b"# title\n\n" + "简".encode("gbk"))
    assert (problem.code, problem.line) == ("file.encoding", 3)
    assert "byte 10 (0xBC)" in problem.message
    assert "GB 18030" in problem.message
    assert "expected UTF-8" in problem.message


def test_bytes_of_no_encoding_are_refused_behind_a_byte_order_mark() -> None:
    assert "byte 5 (0xFF)" in refused(b"\xef\xbb\xbfa\xff").message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_are_refused_by_name(encoding: str) -> None:
    problem = refused("# 标题".encode(encoding))
    assert problem.code == "file.encoding"
    assert encoding.upper() in problem.message


@pytest.mark.parametrize("control", ["\0", "\x1b", "\x7f"])
def test_a_binary_file_is_refused_with_its_line(control: str) -> None:
    problem = refused(f"a\nb\n{control}".encode())
    assert (problem.code, problem.line) == ("file.binary", 3)


def test_two_mebibytes_are_taken_and_no_more() -> None:
    assert decode(b"a" * MAX_BYTES)
    assert refused(b"a" * (MAX_BYTES + 1)).code == "file.too-large"
