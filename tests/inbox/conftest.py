from pathlib import Path

import pytest

from tests.town import Town, new_town, prepared_people


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared_people(tmp_path_factory.mktemp("people"))


@pytest.fixture
def town(prepared: Path, tmp_path: Path) -> Town:
    return new_town(prepared, tmp_path)
