"""A refused form comes back also to a browser that takes packed pages."""

from tests.factories import World


def test_a_refused_form_comes_back_packed(world: World) -> None:
    manager = world.client("manager")
    fields = {"title": "", "summary": "x", "csrf_token": manager.csrf}
    answer = manager.open("/cases/new", method="POST", data=fields, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 422
