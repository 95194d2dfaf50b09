"""Images, looked at and drawn anew: what is shown in the page is never the file that came, but a fresh picture without
its metadata (place, camera, remarks)."""

import secrets
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from hub.files.refusal import FileRefused

MOST_PIXELS = 50_000_000
RENDITIONS = {"view": (2000, 2000), "thumb": (480, 360)}  # the larger first: the smaller is made from it
SUFFIX = ".webp"
MEDIA_TYPE = "image/webp"
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}


class Size(NamedTuple):
    width: int
    height: int


def draw_anew(path: Path, media_type: str, goals: dict[str, Path]) -> Size:
    """Write the renditions to `goals`; returns the size of the thumbnail. Raises FileRefused."""
    try:
        with Image.open(path, formats=[_FORMATS[media_type]]) as image:
            if image.width * image.height > MOST_PIXELS:  # known from the header: nothing has been unpacked yet
                raise FileRefused("pixels")
            image.draft("RGB", RENDITIONS["view"])
            picture = ImageOps.exif_transpose(image)
            picture = picture.convert("RGBA" if _transparent(picture) else "RGB")
    except Image.DecompressionBombError:
        raise FileRefused("pixels") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, OverflowError):
        raise FileRefused("broken") from None
    for name, most in RENDITIONS.items():
        picture.thumbnail(most)
        fresh = goals[name].with_name(f"{goals[name].name}.{secrets.token_hex(4)}.part")
        picture.save(fresh, "WEBP", quality=82, method=4)
        fresh.replace(goals[name])
    return Size(picture.width, picture.height)


def _transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
