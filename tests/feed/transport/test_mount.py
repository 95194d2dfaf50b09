"""The start refuses releases of the libraries that the transport was not made for."""

from importlib.metadata import version

import pytest

from hub.config import StartupFault
from hub.feed.transport.mount import CHECKED, check_versions


def test_the_installed_releases_are_those_that_were_checked() -> None:
    """Seen to fail with "1.1." for wsproto in `CHECKED`."""
    check_versions()


@pytest.mark.parametrize("name", CHECKED)
def test_another_release_stops_the_start_and_names_the_way_back(name: str) -> None:
    """Seen to fail without the comparison in `check_versions`, and without the words behind the number."""
    with pytest.raises(StartupFault, match=rf"{name} 99\.0.*HUB_TRANSPORT"):
        check_versions(lambda asked: "99.0" if asked == name else version(asked))
