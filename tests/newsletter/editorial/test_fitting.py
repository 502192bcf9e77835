"""Uploaded images, made fit for mail."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image, ImageCms

from newsletter.editorial.fitting import COVER, LOGO, TARGET_BYTES, Fitted, fit
from newsletter.errors import Refused
from tests.newsletter.images import encoded, noise, opened, plain, png

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def fitted(image: Image.Image, kind: str, **options: object) -> Fitted:
    return fit(encoded(image, kind, **options), COVER)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header says that it is immense."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + png()[33:]


class TestTaken:
    @pytest.mark.parametrize(("kind", "extension"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "jpg"), ("GIF", "png")])
    def test_all_four_formats(self, kind: str, extension: str) -> None:
        made = fitted(plain(), kind)
        assert (made.extension, made.width, made.height) == (extension, 80, 60)
        assert opened(made.data).size == (80, 60)

    def test_the_first_frame_of_a_moving_one(self) -> None:
        first, second = plain(colour="#ff0000"), plain(colour="#0000ff")
        made = fitted(first, "GIF", save_all=True, append_images=[second])
        assert opened(made.data).convert("RGB").getpixel((5, 5)) == (255, 0, 0)

    @pytest.mark.parametrize(
        ("box", "size", "expected"),
        [
            (COVER, (2720, 1000), (1360, 500)),
            (COVER, (100, 5440), (50, 2720)),
            (COVER, (300, 200), (300, 200)),
            (LOGO, (960, 480), (240, 120)),
        ],
    )
    def test_what_is_too_wide_is_made_smaller_and_nothing_larger(
        self, box: object, size: tuple[int, int], expected: tuple[int, int]
    ) -> None:
        made = fit(png(*size), box)  # type: ignore[arg-type]
        assert (made.width, made.height) == opened(made.data).size == expected

    def test_the_same_bytes_give_the_same_bytes(self) -> None:
        data = encoded(noise(300, 200), "JPEG")
        assert fit(data, COVER) == fit(data, COVER)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_the_heaviest_is_light_in_the_end(self, kind: str) -> None:
        made = fitted(noise(1400, 900), kind)
        assert made.extension == "jpg"
        assert len(made.data) <= TARGET_BYTES

    def test_the_heaviest_see_through_one_too(self) -> None:
        image = noise(700, 500).convert("RGBA")
        image.putalpha(noise(700, 500).convert("L"))
        made = fitted(image, "PNG")
        assert made.extension == "png"
        assert len(made.data) <= TARGET_BYTES
        assert opened(made.data).has_transparency_data

    def test_see_through_stays_see_through(self) -> None:
        image = plain(mode="RGBA", colour="#0b57d080")
        for kind in ("PNG", "WEBP"):
            made = fitted(image, kind)
            assert opened(made.data).convert("RGBA").getpixel((1, 1))[3] == 128  # type: ignore[index]

    @pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK", "LA", "I;16"])
    def test_every_kind_of_pixel(self, mode: str) -> None:
        image = Image.new("I;16", (80, 60)) if mode == "I;16" else plain().convert(mode)
        made = fitted(image, "JPEG" if mode == "CMYK" else "PNG")
        assert (made.width, made.height) == (80, 60)


class TestCleaned:
    def test_it_stands_upright_and_says_nothing_of_its_maker(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6  # turned right
        exif[0x010F] = "A camera"
        made = fitted(plain(80, 60), "JPEG", exif=exif, comment=b"secret")
        image = opened(made.data)
        assert image.size == (60, 80)
        assert not image.getexif()
        assert b"camera" not in made.data
        assert b"secret" not in made.data

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_its_colours_are_the_webs_without_a_profile(self, kind: str) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        image = opened(fitted(plain(), kind, icc_profile=profile).data)
        assert "icc_profile" not in image.info

    def test_a_profile_that_is_none_is_left_out(self) -> None:
        assert fitted(plain(), "PNG", icc_profile=b"nonsense" * 30).width == 80


class TestRefused:
    @pytest.mark.parametrize("data", [b"", b"hello", SVG, b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", encoded(plain(), "BMP")])
    def test_what_is_no_image_that_mail_shows(self, data: bytes) -> None:
        with pytest.raises(Refused, match="no image that can be mailed"):
            fit(data, COVER)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    def test_half_a_file(self, kind: str) -> None:
        data = encoded(noise(200, 200), kind)
        with pytest.raises(Refused):
            fit(data[: len(data) // 2], COVER)

    @pytest.mark.parametrize("size", [(20_000, 10), (8_000, 8_000), (12_000, 9_000), (60_000, 60_000), (2**31 - 1, 9)])
    def test_what_would_fill_the_memory(self, size: tuple[int, int]) -> None:
        with pytest.raises(Refused, match="far too"):
            fit(bomb(*size), COVER)

    def test_a_file_of_more_than_ten_megabytes(self) -> None:
        with pytest.raises(Refused, match="10 MB at most"):
            fit(png() + bytes(10_000_000), COVER)
