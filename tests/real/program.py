"""The program under test and the configurations it is given."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("CLICK2CALL", ROOT / "build" / "click2call"))

# What no answer and no log line may ever show.
SECRET = "swordfish-7Qx"

JSON = {"Accept": "application/json"}


def write_config(folder, port, *, pbx="", call="", rest=""):
    """A click2call.toml for a PBX at 127.0.0.1, `port`; the three texts are added to it.

    1006 is the number that tests dial and 1003 the phone that rings first.
    """
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
{rest}
""", "utf-8")
    return path
