"""Drawing a picture anew, in the process that is confined (`hub/confined/`): nothing of the hub comes in here."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from hub import private
from hub.confined.refusal import Refused

MOST_PIXELS = 50_000_000
_FEWER = {"image/webp": 20_000_000}  # its decoder keeps a picture four times
RENDITIONS = {"view": (2000, 2000), "thumb": (480, 360)}  # the larger first: the smaller is made from it
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}


def draw(path: str, media_type: str, goals: dict[str, str]) -> Iterator[int]:
    """Write the renditions to `goals`; width and height of the thumbnail. Raises Refused."""
    try:
        with Image.open(path, formats=[_FORMATS[media_type]]) as image:
            if image.width * image.height > _FEWER.get(
                media_type, MOST_PIXELS
            ):  # known from the header: nothing has been unpacked yet
                raise Refused("pixels")
            image.draft("RGB", RENDITIONS["view"])
            mode = "RGBA" if _transparent(image) else "RGB"
            picture: Image.Image = image if image.mode == mode else image.convert(mode)
            # Made small before it is turned: a turned picture is a second one of the same size.
            picture.thumbnail((max(RENDITIONS["view"]),) * 2)
            picture = ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError:
        raise Refused("pixels") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, OverflowError):
        raise Refused("broken") from None
    for name, most in RENDITIONS.items():
        picture.thumbnail(most)
        _save(picture, Path(goals[name]))
    yield from (picture.width, picture.height)


def _save(picture: Image.Image, goal: Path) -> None:
    fresh = goal.with_name(f"{goal.name}.{secrets.token_hex(4)}.part")
    private.make_file(fresh)
    picture.save(fresh, "WEBP", quality=82, method=4)
    fresh.replace(goal)


def _transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
