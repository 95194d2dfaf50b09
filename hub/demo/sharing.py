"""Act out what was shared of the threads: an anonymous edition that others read, one that waits, a case from a
consultation that was reviewed, sent back and published."""

from typing import Any

from hub.clock import set_source
from hub.demo.play import Scene
from hub.demo.timetable import moment_of
from hub.library.commands import ApproveCase, OnVersion, ReturnCase, SaveCase, ShareCase, SubmitCase
from hub.library.services.published import share_case
from hub.library.services.workflow import approve_case, publish_case, return_case, submit_case
from hub.library.services.writing import save_case
from hub.sharing.commands import OnSharing, PartText, Prepare, SaveSharing
from hub.sharing.services.cases import make_case
from hub.sharing.services.consenting import ask_consent, consent
from hub.sharing.services.preparing import prepare, save_sharing
from hub.threads.commands import PostMessage, SetPassage
from hub.threads.services.passages import set_passage
from hub.threads.services.posting import post_message


def play_sharings(scenes: dict[str, Scene], rooms: dict[str, int], rows: list[dict[str, Any]]) -> None:
    for row in rows:
        scene = scenes[row["thread"]]
        _at(scene, row["day"], row["time"])
        if row["kind"] == "case":
            _case(scene, row)
        else:
            _edition(scene, row, rooms)


def _at(scene: Scene, day: int, time: str) -> None:
    """Days are counted from the real today, not from the demo's clock."""
    set_source(None)
    scene.at(moment_of(day, time))


def _begin(scene: Scene, row: dict[str, Any]) -> int:
    command = Prepare(scene.thread_id, row["kind"], row.get("anonymous", False))
    return int(scene.write(prepare, row["by"], command).data["sharing_id"])


def _edition(scene: Scene, row: dict[str, Any], rooms: dict[str, int]) -> None:
    """Without `other` it waits for the other side as it was prepared by the hub itself."""
    sharing_id, version = _begin(scene, row), 1
    if row["texts"]:
        parts = [PartText(n, text is not None, text or "") for n, text in enumerate(row["texts"], start=1)]
        command = SaveSharing(sharing_id, 1, row["title"], parts, rooms[row["room"]], row["anonymous"])
        version = scene.write(save_sharing, row["by"], command).data["version"]
    scene.write(ask_consent, row["by"], OnSharing(sharing_id, version))
    if "other" not in row:
        return
    edition_id = int(scene.write(consent, row["other"], OnSharing(sharing_id, version)).data["edition_id"])
    for number, reply in enumerate(row["replies"]):
        _at(scene, row["day"] - 1 - number, "11:20")
        said = PostMessage(edition_id, reply["body"], f"demo-edition-{sharing_id}-{number}")
        scene.write(post_message, reply["author"], said)


def _case(scene: Scene, row: dict[str, Any]) -> None:
    for message_id, kinds in zip(scene.message_ids, row["marks"], strict=True):
        for kind in kinds:
            scene.write(set_passage, row["officer"], SetPassage(message_id, kind, True))
    sharing_id = _begin(scene, row)
    saved = scene.write(save_sharing, row["by"], SaveSharing(sharing_id, 1, row["title"], [])).data
    case_id = int(scene.write(make_case, row["by"], OnSharing(sharing_id, saved["version"])).data["case_id"])
    scene.write(submit_case, row["by"], SubmitCase(case_id, 1))
    scene.write(return_case, row["manager"], ReturnCase(case_id, 1, row["returned"]))
    version = scene.write(save_case, row["officer"], SaveCase(case_id, 1, row["fields"])).data["version"]
    scene.write(submit_case, row["officer"], SubmitCase(case_id, version))
    scene.write(share_case, row["manager"], ShareCase(case_id, "members"))
    scene.write(approve_case, row["manager"], ApproveCase(case_id, version))
    scene.write(publish_case, row["by"], OnVersion(case_id, version))
