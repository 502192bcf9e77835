"""An uploaded image, made fit for mail: small enough, upright, without its metadata. Bytes in, bytes out.

The same bytes give the same bytes, with one release of Pillow.
"""

from __future__ import annotations

import dataclasses
import io
import struct
from collections.abc import Iterator
from typing import Literal

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from newsletter.errors import Refused

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000  # a phone's camera; decoded, they are 200 MB
LONGEST_SIDE = 16_000
TARGET_BYTES = 200_000  # for readers on the road; pre-flight says so too
QUALITIES = (86, 80, 74, 68, 60)
SHRINKING = 0.85
SMALLEST_SIDE = 64
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)

Extension = Literal["jpg", "png"]


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """The most that an image may measure, in pixels."""

    width: int
    height: int


COVER = Box(1360, 2720)  # twice the width that the web page gives it
LOGO = Box(240, 240)


@dataclasses.dataclass(frozen=True, slots=True)
class Fitted:
    data: bytes
    extension: Extension
    width: int
    height: int


def fit(data: bytes, box: Box) -> Fitted:
    """The image within the box, as JPEG or PNG. Raises ``Refused`` for what is no image, a broken or an immense one."""
    image = _opened(data)
    graphic = image.format in {"PNG", "GIF"}
    try:
        image = _plain(image)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise Refused(_("The image is broken or not complete: %(why)s") % {"why": error}) from error
    image.thumbnail((box.width, box.height), Image.Resampling.LANCZOS)
    for smaller in _shrinking(image):
        for encoded, extension in _encodings(smaller, graphic=graphic):
            if len(encoded) <= TARGET_BYTES:
                return Fitted(encoded, extension, smaller.width, smaller.height)
    raise Refused(_("The image can't be made small enough for mail; simplify it."))


def _opened(data: bytes) -> Image.Image:
    """Only its header is read; nothing is decoded before the bounds are checked."""
    if len(data) > MOST_BYTES:
        raise Refused(_("The file has %(size).1f MB; 10 MB at most.") % {"size": len(data) / 1e6})
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(_("The image has far too many pixels.")) from error
    except BROKEN as error:  # "unidentified" is one of them
        raise Refused(_("This is no image that can be mailed; JPEG, PNG, WebP and GIF are.")) from error
    if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        facts = {"width": image.width, "height": image.height}
        raise Refused(_("The image is %(width)d × %(height)d pixels, which is far too large.") % facts)
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Its first frame, upright, in sRGB, with nothing but its pixels: RGBA where it is see-through, RGB elsewhere."""
    image.load()
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    see_through = upright.has_transparency_data
    pixels = _in_srgb(upright, profile).convert("RGBA" if see_through else "RGB")
    if see_through and pixels.getchannel("A").getextrema() == (255, 255):
        pixels = pixels.convert("RGB")
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A photo in another colour space would look dull without its profile."""
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, target, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError):  # a profile that is none
        return image


def _shrinking(image: Image.Image) -> Iterator[Image.Image]:
    """The image, then smaller and smaller ones."""
    scale = 1.0
    while scale == 1 or min(image.size) * scale >= SMALLEST_SIDE:
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        yield image if scale == 1 else image.resize(size, Image.Resampling.LANCZOS)
        scale *= SHRINKING


def _encodings(image: Image.Image, *, graphic: bool) -> Iterator[tuple[bytes, Extension]]:
    """From the best to the smallest. Graphics stay lossless where they can; what is see-through must be PNG."""
    if image.mode == "RGBA" or graphic:
        yield _saved(image, "PNG", optimize=True), "png"
    if image.mode == "RGBA":
        yield _saved(image.quantize(256, Image.Quantize.FASTOCTREE), "PNG", optimize=True), "png"
        return
    for quality in QUALITIES:
        yield _saved(image, "JPEG", quality=quality, optimize=True, progressive=True), "jpg"


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    into = io.BytesIO()
    image.save(into, kind, **options)
    return into.getvalue()
