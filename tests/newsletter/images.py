"""Images as somebody would upload them, made by Pillow."""

from __future__ import annotations

import io
import random

from PIL import Image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()


def plain(width: int = 80, height: int = 60, mode: str = "RGB", colour: str = "#0b57d0") -> Image.Image:
    return Image.new(mode, (width, height), colour)


def noise(width: int, height: int) -> Image.Image:
    """What compresses worst; the same on every run."""
    return Image.frombytes("RGB", (width, height), random.Random(0).randbytes(width * height * 3))


def png(width: int = 80, height: int = 60) -> bytes:
    return encoded(plain(width, height), "PNG")


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
