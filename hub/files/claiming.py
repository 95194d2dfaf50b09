"""A vault belongs to one database: an id stands in both. Two workers that each keep attachments in a folder of their
own, a share that is not mounted, or the folder of another installation show themselves at the start, not when somebody
cannot open a file."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from hub.config import StartupFault
from hub.files.models import Blob
from hub.files.vault import Vault
from hub.installation import Installation, ensure_installation, new_epoch

LOOKED_AT = 200
_FOREIGN = (
    "the folder of attachments {root} belongs to another installation: HUB_FILES_PATH must name the one folder that all"
    " workers of this database share (or `hub files claim`)"
)
_UNKNOWN = (
    "the folder of attachments {root} is not the one of this database: another worker uses another folder, or it is"
    " not mounted. HUB_FILES_PATH must name the one folder that all workers share; when this is the right one:"
    " `hub files claim`"
)


def require_own(session: Session, vault: Vault) -> None:
    """To be called at the start, in a write transaction. The first start of all makes the id. Raises StartupFault."""
    row, mark = _locked(session), vault.mark()
    if row.vault_id is not None and mark is not None:
        if mark != row.vault_id:
            raise StartupFault(_FOREIGN.format(root=vault.root))
        return
    known = _holds_what_is_named(session, vault)
    if row.vault_id is not None:
        if not known:
            raise StartupFault(_UNKNOWN.format(root=vault.root))
        vault.put_mark(row.vault_id)
    elif mark is None:
        if known is False:
            raise StartupFault(_UNKNOWN.format(root=vault.root))
        # A start that ends between the two is known by its epoch.
        vault.put_mark(row.epoch)
        row.vault_id = row.epoch
    elif known or mark == row.epoch:
        row.vault_id = mark
    else:
        raise StartupFault(_FOREIGN.format(root=vault.root))


def claim(session: Session, vault: Vault) -> None:
    """The database is another one than before (a restore): it takes the vault's id, or gives a new vault one."""
    row, mark = _locked(session), vault.mark()
    if mark is None:
        mark = new_epoch()
        vault.put_mark(mark)
    row.vault_id = mark


def claim_anew(session: Session, vault: Vault) -> None:
    """The operator says that this folder is the right one: no other database may use it from now on."""
    row, mark = _locked(session), new_epoch()
    vault.put_mark(mark)
    row.vault_id = mark


def is_own(session: Session, vault: Vault) -> bool:
    row = session.get(Installation, 1)
    return row is not None and row.vault_id is not None and row.vault_id == vault.mark()


def _locked(session: Session) -> Installation:
    """Workers start at the same time: one looks after the other (SQLite has one lock for all writers)."""
    ensure_installation(session)
    query = sa.select(Installation).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()


def _holds_what_is_named(session: Session, vault: Vault) -> bool | None:
    """Whether most of the newest contents that the database names are there. None when it names none."""
    query = sa.select(Blob.digest).where(Blob.scan != "infected").order_by(Blob.created_at.desc()).limit(LOOKED_AT)
    there = [vault.path(digest).is_file() for digest in session.scalars(query)]
    return 2 * sum(there) > len(there) if there else None
