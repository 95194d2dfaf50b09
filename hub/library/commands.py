"""What people can do with cases, as frozen commands."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from hub.feed.payloads import STRICT, Body, ClientId, Id
from hub.ids import PATTERN
from hub.threads.commands import Attachments

Number = Annotated[int, Field(ge=0, le=10**9)]
Audience = Annotated[str, StringConstraints(pattern=rf"^(members|bodies|circle:{PATTERN}|town|dx|public)$")]
AdoptionState = Literal["considering", "trial", "adopted", "adapted", "declined", "ended"]


@dataclass(config=STRICT)
class CreateCase:
    """Begin a draft. `organisation_id` is for the DX section alone; a town's people write for their town."""

    title: Body
    summary: Body
    organisation_id: Id | None = None


@dataclass(config=STRICT)
class SaveCase:
    """`changes` holds the fields that the form asked, as typed; `base` is the version that it was filled with."""

    case_id: Id
    base: Number
    changes: dict[str, Any]


@dataclass(config=STRICT)
class SettleContact:
    """Who answers for the case; none = nobody yet."""

    case_id: Id
    duty_id: Id | None = None


@dataclass(config=STRICT)
class SettleInterval:
    """After how many months those who answer for the case are asked whether it still is so."""

    case_id: Id
    months: Number


@dataclass(config=STRICT)
class OnVersion:
    """Publish `version`, the one that was read."""

    case_id: Id
    version: Number


@dataclass(config=STRICT)
class SubmitCase:
    """Ask for review of `version`. `audience` and `bodies`: to whom a manager agrees by that, as in ApproveCase."""

    case_id: Id
    version: Number
    audience: Audience | None = None
    bodies: Body = ""


@dataclass(config=STRICT)
class ApproveCase:
    """The town's word for `version`, and for who reads it; without `audience` for those that are set."""

    case_id: Id
    version: Number
    audience: Audience | None = None
    bodies: Body = ""


@dataclass(config=STRICT)
class ReturnCase:
    case_id: Id
    version: Number
    comment: Body


@dataclass(config=STRICT)
class ShareCase:
    """Who may read it once it is published. `bodies`: the ids of chosen municipalities, separated by blanks."""

    case_id: Id
    audience: Audience
    bodies: Body = ""


@dataclass(config=STRICT)
class EndCase:
    case_id: Id
    reason: Body


@dataclass(config=STRICT)
class HearEnding:
    """確認しました of somebody whose side was told that the practice has ended."""

    case_id: Id


@dataclass(config=STRICT)
class WithdrawCase:
    case_id: Id


@dataclass(config=STRICT)
class ConfirmCase:
    """まだ動いています / 変わりました / やめました; the last with a reason."""

    case_id: Id
    answer: Literal["running", "changed", "ended"]
    reason: Body = ""


@dataclass(config=STRICT)
class Adopt:
    """What the actor's body does with the case; the DX section proposes for `organisation_id`."""

    case_id: Id
    state: AdoptionState
    organisation_id: Id | None = None
    reason: Body = ""
    changes: Body = ""
    person_days: Number | None = None
    cost_yen: Annotated[int, Field(ge=0, le=10**15)] | None = None
    ease: Literal["easy", "normal", "hard"] | None = None
    started_on: date | None = None
    ended_on: date | None = None
    learned_from_id: Id | None = None


@dataclass(config=STRICT)
class AskAboutCase:
    """担当者に聞く, or 県を通じて聞く where nobody of the case's body takes part."""

    case_id: Id
    body: Body
    client_id: ClientId
    title: Body | None = None
    attachment_ids: Attachments | None = None


@dataclass(config=STRICT)
class PauseQuestions:
    """受付停止中 up to and with `until`; none = asking is open."""

    case_id: Id
    until: date | None = None


@dataclass(config=STRICT)
class AddField:
    name: Body


@dataclass(config=STRICT)
class ChangeField:
    """A new name and place for a 分野; the former name keeps its meaning."""

    field_id: Id
    name: Body
    position: Number


@dataclass(config=STRICT)
class DropField:
    field_id: Id


@dataclass(config=STRICT)
class AddTagGroup:
    name: Body


@dataclass(config=STRICT)
class AddTag:
    """A governed tag; a free one of this name joins the group."""

    group_id: Id
    name: Body


@dataclass(config=STRICT)
class SettleTag:
    """In which group the tag stands, or by `means` that it is a synonym: the cases of both come together."""

    tag_id: Id
    group_id: Id | None = None
    means: Body = ""


@dataclass(config=STRICT)
class AddBasis:
    name: Body
    kind: Literal["law", "grant", "system", "other"] = "other"


@dataclass(config=STRICT)
class ChangeBasis:
    """Say what has changed, and from when: flags everything that rests on it."""

    basis_id: Id
    note: Body
    on: date | None = None


@dataclass(config=STRICT)
class SettleBasis:
    """Its name and kind, or by `means` that it is the same as another basis: the cases of both come together there."""

    basis_id: Id
    name: Body
    kind: Literal["law", "grant", "system", "other"] = "other"
    means: Body = ""


@dataclass(config=STRICT)
class SaveCollection:
    """A new collection without `collection_id`."""

    title: Body
    intro: Body = ""
    collection_id: Id | None = None


@dataclass(config=STRICT)
class PutInCollection:
    """Put a case in, or change its place and remark; without `position` it goes to the end."""

    collection_id: Id
    case_id: Id
    position: Number | None = None
    note: Body = ""


@dataclass(config=STRICT)
class TakeOutOfCollection:
    collection_id: Id
    case_id: Id


@dataclass(config=STRICT)
class ShowCollection:
    collection_id: Id
    on: bool


@dataclass(config=STRICT)
class FollowSubject:
    """Hear of new cases in a field or with a tag, or no more: one of the two."""

    on: bool
    field: Id | None = None
    tag: Id | None = None


@dataclass(config=STRICT)
class SeeNews:
    case_id: Id


@dataclass(config=STRICT)
class Mark:
    """A bookmark or 参考になった, set or taken back."""

    case_id: Id
    on: bool
