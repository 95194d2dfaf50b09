#!/usr/bin/python3
"""The hub's commands as they are run on a server: `hub health`, `hub backup FILE`. Linked as /usr/local/bin/hub.

Reads the settings of /etc/hub/hub.env as systemd reads them and becomes the user `hub`, so that a command meets the
same data as the service. What stands in the caller's environment wins over the file, also when it is empty: so a drill
can name another database. Where a command goes is printed first, on standard error. Needs nothing but Python itself.

HUB_ENV_FILE and HUB_USER name another file of settings and another user.
"""

import os
import pwd
import re
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = re.compile(r"(://[^/@:]*):[^@]*@")
OURS = ("HUB_ENV_FILE", "HUB_USER")


class Refused(Exception):
    """In one line."""


def settings_of(text: str) -> dict[str, str]:
    """What systemd makes of an EnvironmentFile: no variables, no commands; quotes are taken off; a backslash at the end
    of a line joins it to the next; lines that begin with # or ; say nothing."""
    found = {}
    for line in re.sub(r"\\\n", "", text).splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and name[:1] not in ("#", ";"):
            found[name.rstrip()] = unquoted(value.strip())
    return found


def unquoted(value: str) -> str:
    parts = re.findall(r"'([^']*)'|\"((?:[^\"\\]|\\.)*)\"|\\(.)|([^'\"\\]+)|(.)", value)
    return "".join(
        single + re.sub(r'\\(["\\`$])', r"\1", double) + escaped + plain + odd
        for single, double, escaped, plain, odd in parts
    )


def merged(file: Mapping[str, str], caller: Mapping[str, str]) -> dict[str, str]:
    """The caller wins. An empty value counts: it asks for the default."""
    return {**file, **{name: value for name, value in caller.items() if name not in OURS}, "FLASK_SKIP_DOTENV": "1"}


def target(environment: Mapping[str, str]) -> str:
    """The database and the folder of attachments, without a password."""
    instance = environment.get("HUB_INSTANCE_PATH") or str(ROOT / "instance")
    database = environment.get("HUB_DATABASE_URL") or f"sqlite:///{instance}/hub.sqlite3"
    files = environment.get("HUB_FILES_PATH") or f"{instance}/files"
    shown = PASSWORD.sub(r"\1:***@", database)
    return f"{shown} and {files}"


def become(name: str) -> None:
    """Give up root for the hub's own user, whose files these are. Anybody else stays who they are."""
    if os.geteuid() != 0:
        return
    try:
        user = pwd.getpwnam(name)
    except KeyError:
        raise Refused(f"there is no user {name} (adduser --system --group --home /var/lib/hub hub)") from None
    os.initgroups(name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    os.environ["HOME"] = user.pw_dir


def read(path: Path) -> dict[str, str]:
    try:
        return settings_of(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise Refused(f"the settings {path} cannot be read: {fault.strerror}") from None


def main() -> None:
    path = Path(os.environ.get("HUB_ENV_FILE") or "/etc/hub/hub.env")
    try:
        file = read(path)
        become(os.environ.get("HUB_USER") or "hub")
    except Refused as fault:
        print(f"hub: {fault}", file=sys.stderr)
        raise SystemExit(2) from None
    environment = merged(file, os.environ)
    own = sorted(name for name, value in os.environ.items() if name in file and value != file[name])
    whose = f" ({', '.join(own)} as the caller says)" if own else ""
    print(f"hub: {target(environment)}{whose}", file=sys.stderr)
    flask = str(ROOT / ".venv" / "bin" / "flask")
    os.execve(flask, [flask, "--app", str(ROOT / "wsgi.py"), "hub", *sys.argv[1:]], environment)  # noqa: S606


if __name__ == "__main__":
    main()
