"""Images, looked at and drawn anew: what is shown in the page is never the file that came, but a fresh picture without
its metadata (place, camera, remarks)."""

from pathlib import Path
from typing import NamedTuple

from hub.confined.asking import ask
from hub.confined.limits import Limits, MiB
from hub.confined.refusal import Broken, Refused, TooMuch
from hub.files.drawing import RENDITIONS
from hub.files.refusal import FileRefused

__all__ = ["MEDIA_TYPE", "RENDITIONS", "SUFFIX", "Size", "draw_anew"]
SUFFIX = ".webp"
MEDIA_TYPE = "image/webp"
# A picture of the most pixels that are taken, unpacked, and a little more.
LIMITS = Limits(memory_bytes=400 * MiB, cpu_s=20, wall_s=60.0)


class Size(NamedTuple):
    width: int
    height: int


def draw_anew(path: Path, media_type: str, goals: dict[str, Path]) -> Size:
    """Write the renditions to `goals`; returns the size of the thumbnail. Raises FileRefused, Unavailable."""
    try:
        places = {name: str(goal.absolute()) for name, goal in goals.items()}
        return Size(*ask("image", LIMITS, path=str(path.absolute()), media_type=media_type, goals=places))
    except Refused as refusal:
        raise FileRefused("pixels" if refusal.code == "pixels" else "broken") from None
    except TooMuch:
        raise FileRefused("pixels") from None
    except Broken:
        raise FileRefused("broken") from None
