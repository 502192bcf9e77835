"""Inline Markdown of a digest's text fields: links, bold, code. Everything else is text, HTML included.

Links, code and backslash escapes follow CommonMark. Bold does not: CommonMark decides by the characters around ``**``
and leaves ``**「重点」**后文`` alone; here two asterisks pair with the next two. Single ``*`` and ``_`` are text, so
``2*3*4`` and ``__init__`` stay as they are written.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import StateInline
from markdown_it.token import Token

from newsletter.digest.weblinks import is_linkable

# The inline parser costs up to 10 µs for a character of hostile text. What is beyond this is shown as text.
MAX_INLINE = 20_000


@dataclasses.dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Break:
    """The end of a line inside a text."""


@dataclasses.dataclass(frozen=True, slots=True)
class Bold:
    children: tuple[Inline, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Anchor:
    """A link to an address that ``is_linkable``."""

    url: str
    children: tuple[Inline, ...]

    def words(self) -> str:
        """What the reader sees of it, without markup."""
        return _plain(self.children, urls=False)


Inline = Text | Code | Break | Bold | Anchor


def parse_inline(text: str) -> tuple[Inline, ...]:
    """The nodes of one text field. What is behind the first 20,000 characters comes back as one ``Text``."""
    head, tail = text[:MAX_INLINE], text[MAX_INLINE:]
    nodes = _nodes(iter(_tokens(head)))
    return (*nodes, Text(tail)) if tail else nodes


def to_html(text: str) -> str:
    """Safe HTML: ``a``, ``strong``, ``code`` and ``br``, all else escaped."""
    return "".join(_html(node) for node in parse_inline(text))


def to_plain(text: str, *, urls: bool = False) -> str:
    """The words without their markup; with ``urls``, a link's address in parentheses behind its words."""
    return _plain(parse_inline(text), urls=urls)


def links_in(text: str) -> tuple[Anchor, ...]:
    """The links of a text field, in order."""
    return tuple(_anchors(parse_inline(text)))


# Where a link would lead elsewhere than it may. Possessive, so that a run of spaces is never tried twice.
_REFUSED = re.compile(r"\]\(\s*+(?!<?(?:https?://[^\s()<>/?#\[]|mailto:[^\s()<>]))<?([^\s()<>]*+)", re.IGNORECASE)


def might_refuse(text: str) -> bool:
    """Whether ``refused_urls`` is worth its time: a quick look, which may say yes to code or to unpaired brackets."""
    return "](" in text and _REFUSED.search(text) is not None


def refused_urls(text: str) -> tuple[str, ...]:
    """The addresses of links that are shown as text, because they are not whole http, https or mailto addresses."""
    if not might_refuse(text):
        return ()
    # A refused link stays text, all of it; a NUL stands for what is something else, so that nothing joins across it.
    rest = "".join(token.content if token.type == "text" else "\0" for token in _tokens(text[:MAX_INLINE]))
    return tuple(_linked_from(rest))


def _linked_from(text: str) -> Iterator[str]:
    """The refused addresses behind ``[…](`` whose bracket was opened before and whose parenthesis closes later."""
    depth, last = 0, text.rfind(")")
    for bracket in re.finditer(r"[\[\]]", text):
        if bracket.group() == "[":
            depth += 1
        elif depth:
            depth -= 1
            match = _REFUSED.match(text, bracket.start())
            if match and match.group(1) and match.end() <= last:
                yield match.group(1)


def _plain(nodes: Sequence[Inline], *, urls: bool) -> str:
    return "".join(_plain_node(node, urls=urls) for node in nodes)


def _plain_node(node: Inline, *, urls: bool) -> str:
    match node:
        case Text(text) | Code(text):
            return text
        case Break():
            return "\n"
        case Bold(children):
            return _plain(children, urls=urls)
        case Anchor(url, children):
            words = _plain(children, urls=urls)
            return f"{words} ({url})" if urls and words != url else words


def _html(node: Inline) -> str:
    match node:
        case Text(text):
            return escape(text)
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Break():
            return "<br>"
        case Bold(children):
            return f"<strong>{''.join(map(_html, children))}</strong>"
        case Anchor(url, children):
            return f'<a href="{escape(url)}">{"".join(map(_html, children))}</a>'


def _anchors(nodes: Sequence[Inline]) -> Iterator[Anchor]:
    for node in nodes:
        if isinstance(node, Anchor):
            yield node
        elif isinstance(node, Bold):
            yield from _anchors(node.children)


def _nodes(tokens: Iterator[Token]) -> tuple[Inline, ...]:
    """The nodes up to the token that closes the open one, or to the end."""
    nodes: list[Inline] = []
    for token in tokens:
        if token.nesting < 0:
            break
        nodes.append(_node(token, tokens))
    return tuple(_joined(nodes))


def _node(token: Token, following: Iterator[Token]) -> Inline:
    match token.type:
        case "strong_open":
            return Bold(_nodes(following))
        case "link_open":
            return Anchor(str(token.attrs["href"]), _nodes(following))
        case "code_inline":
            return Code(token.content)
        case "softbreak" | "hardbreak":
            return Break()
    return Text(token.content)


def _joined(nodes: Sequence[Inline]) -> Iterator[Inline]:
    pending: list[str] = []
    for node in nodes:
        if isinstance(node, Text):
            pending.append(node.text)
            continue
        if pending:
            yield Text("".join(pending))
            pending = []
        yield node
    if any(pending):
        yield Text("".join(pending))


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    _PARSER.inline.parse(text, _PARSER, {}, tokens)
    return tokens


def _bold(state: StateInline, silent: bool) -> bool:
    """The parser's rule for ``**bold**``; not for ``** spaced **``."""
    if silent:
        # The parser looks ahead for the end of a link, and a link binds tighter than bold.
        return False
    start = state.pos + 2
    if not state.src.startswith("**", state.pos) or start >= state.posMax or state.src[start].isspace():
        return False
    end = _bold_end(state, start)
    if end is None:
        return False
    _push_bold(state, start, end)
    state.pos = end + 2
    return True


def _bold_end(state: StateInline, start: int) -> int | None:
    # Token by token, because two asterisks inside code or a link's address close nothing.
    before, found = state.pos, None
    state.pos = start
    while state.pos < state.posMax - 1:
        if state.src.startswith("**", state.pos):
            empty = state.pos == start or state.src[state.pos - 1].isspace()
            found = None if empty else state.pos
            break
        state.md.inline.skipToken(state)
    state.pos = before
    return found


def _push_bold(state: StateInline, start: int, end: int) -> None:
    maximum = state.posMax
    state.push("strong_open", "strong", 1)
    state.pos, state.posMax = start, end
    state.md.inline.tokenize(state)
    state.push("strong_close", "strong", -1)
    state.posMax = maximum


class _DigestMarkdown(MarkdownIt):
    def __init__(self) -> None:
        super().__init__("zero")
        self.enable(["newline", "escape", "backticks", "link", "autolink"])
        self.inline.ruler.before("link", "bold", _bold)

    def validateLink(self, url: str) -> bool:  # noqa: N802  (the library's name)
        return is_linkable(url)

    def normalizeLink(self, url: str) -> str:  # noqa: N802  (the library's name)
        # An address stays as the digest has it: readers must land where the editor's own click did.
        return url


_PARSER = _DigestMarkdown()
