"""The program under test and the configurations it is given."""

import atexit
import functools
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("CLICK2CALL", ROOT / "build" / "click2call"))

# What no answer and no log line may ever show.
SECRET = "swordfish-7Qx"

JSON = {"Accept": "application/json"}


@functools.cache
def journal(folder):
    """The path of the journal for a configuration in `folder`, which may be closed to everybody
    but us: so it is elsewhere, where whoever runs the program may write it."""
    place = Path(tempfile.mkdtemp(prefix="click2call-journal-"))
    place.chmod(0o777)
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place / "calls.db"


# Tests click again at once, and often.
NO_LIMITS = """
[limits]
per_minute = 0
per_day = 0
concurrent = 0
duplicate_s = 0
"""


def write_config(folder, port, *, pbx="", call="", rest=""):
    """A click2call.toml for a PBX at 127.0.0.1, `port`; the three texts are added to it. There are
    no limits, unless `rest` has a table [limits].

    1006 is the number that tests dial and 1003 the phone that rings first.
    """
    if "[limits]" not in rest:
        rest += NO_LIMITS
    path = Path(folder) / "click2call.toml"
    path.write_text(f"""\
[[pbx]]
name = "main"
host = "127.0.0.1"
port = {port}
username = "click2call"
secret = "{SECRET}"
{pbx}
[call]
origin = "1003"
{call}
[store]
url = "sqlite:{journal(str(folder))}"
{rest}
""", "utf-8")
    return path
