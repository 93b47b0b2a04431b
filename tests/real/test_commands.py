"""The commands for whoever installs the program: check says what is wrong and what to do about it,
sign makes links, import reads an old page. Against real Asterisk, whose manager.conf gives its users different rights."""

import os
import shutil
import subprocess

import pytest

from asterisk import Asterisk
from machine import LOOPBACK, free_port, release_port
from program import BINARY, JSON, ROOT, SECRET, journal, write_config
from servers import gateway
from shipped import WEB_USER, own

CALLEE = "1006"
KEY = "0123456789abcdef0123456789abcdef"

# AMI users, each with the lines of its section but the secret.
USERS = {
    "root": "read = all\nwrite = all",
    "spare": "read = call\nwrite = originate,call,reporting",
    "mute": "read = call\nwrite = call",
    "poor": "read = call\nwrite = originate",
    "shell": "read = call\nwrite = originate,call,command",
}
RELOAD = "; then run: asterisk -rx 'manager reload'"


@pytest.fixture(name="pbx", scope="module", params=(16, 22))
def running_pbx(request):
    with Asterisk(request.param, users=USERS) as running:
        yield running


def configure(folder, port, *, username="click2call", secret=SECRET, store=None, call="", rest=""):
    """Nothing is wrong with it: its journal is in that folder, which is closed to everybody else,
    and the limits are the program's own."""
    path = write_config(folder, port, call=call, rest=f"{rest}\n[limits]\n")
    text = path.read_text("utf-8")
    for old, new in ((SECRET, secret), ('username = "click2call"', f'username = "{username}"'),
                     (str(journal(str(folder))), str(store or folder / "calls.db"))):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    path.chmod(0o640)
    return path


def run(*arguments, **environment):
    """The exit status, stdout and stderr of the program; neither shows a secret."""
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                          timeout=30, env={"PATH": os.environ["PATH"], **environment})
    assert SECRET not in done.stdout + done.stderr and KEY not in done.stdout + done.stderr
    return done.returncode, done.stdout, done.stderr


def check(path, *arguments):
    """The exit status, and the findings but that about root; each is one line of its kind."""
    status, out, err = run("check", "--config", path, *arguments)
    assert err == ""
    lines = out.splitlines()
    assert lines and all(line.startswith(("ok       ", "warning  ", "error    ")) for line in lines)
    return status, [line for line in lines if not line.startswith("warning  root may read")]


def check_as(pbx, username, folder):
    """What check finds with that AMI user; it never places a call."""
    before = pbx.actions("Originate")
    path = configure(folder, pbx.ami_port, username=username, secret=pbx.secrets[username])
    status, lines = check(path)
    assert pbx.secrets[username] not in "\n".join(lines)
    assert pbx.actions("Originate") == before
    return status, lines


def bad(lines):
    return [line for line in lines if not line.startswith("ok ")]


def test_all_is_well_with_the_shipped_user(pbx, tmp_path):
    status, lines = check_as(pbx, "click2call", tmp_path)
    assert (status, bad(lines)) == (0, [])
    address = f"{LOOPBACK}:{pbx.ami_port}"
    assert any(line.startswith('ok       PBX "main": Asterisk Call Manager/')
               and line.endswith(f" at {address} let us in") for line in lines)
    assert 'ok       PBX "main": AMI user "click2call" may place calls' in lines
    assert any(line.startswith("ok       configuration ") for line in lines)
    assert "ok       the journal can be read and written" in lines


def test_reporting_is_not_too_much_and_tells_the_version(pbx, tmp_path):
    status, lines = check_as(pbx, "spare", tmp_path)
    assert (status, bad(lines)) == (0, [])
    assert any(pbx.release in line for line in lines)


def test_a_user_who_may_do_everything_is_warned_about(pbx, tmp_path):
    status, lines = check_as(pbx, "root", tmp_path)
    assert status == 0
    [warning] = bad(lines)
    assert warning.startswith('warning  PBX "main": AMI user "root" may more than it needs (')
    may = warning.partition("needs (")[2].partition(")")[0].split(", ")
    assert {"command", "config", "system"} <= set(may)
    assert "originate" not in may and "call" not in may
    assert warning.endswith("; whoever learns its secret can take over the PBX: in manager.conf, "
                            "[root], set write = originate,call" + RELOAD)


def test_one_class_too_many_is_named(pbx, tmp_path):
    status, lines = check_as(pbx, "shell", tmp_path)
    assert status == 0
    assert len(bad(lines)) == 1 and "may more than it needs (command)" in bad(lines)[0]


def test_without_originate_there_are_no_calls(pbx, tmp_path):
    status, lines = check_as(pbx, "mute", tmp_path)
    assert status == 1
    assert bad(lines) == ['error    PBX "main": AMI user "mute" may not place calls: in '
                          "manager.conf, [mute], add originate to write = (write = "
                          "originate,call is all it needs)" + RELOAD]


def test_without_call_there_is_no_hanging_up(pbx, tmp_path):
    status, lines = check_as(pbx, "poor", tmp_path)
    assert status == 0
    end, ask = bad(lines)
    assert "may not end calls" in end and "may not ask how a call" in ask
    assert all("in manager.conf, [poor], add call to write =" in line for line in (end, ask))


def test_a_wrong_secret_says_what_to_compare(pbx, tmp_path):
    status, lines = check(configure(tmp_path, pbx.ami_port))
    assert status == 1
    [error] = bad(lines)
    assert error.startswith(f'error    PBX "main": at {LOOPBACK}:{pbx.ami_port}: the PBX refused')
    assert 'AMI user "click2call"' in error and "manager.conf" in error


def test_a_pbx_that_is_down_is_named_with_its_address(tmp_path):
    port = free_port()
    try:
        status, lines = check(configure(tmp_path, port))
    finally:
        release_port(port)
    assert status == 1
    [error] = bad(lines)
    assert f"at {LOOPBACK}:{port}: Connection refused; is Asterisk running" in error


def test_a_journal_that_everybody_can_change_is_warned_about(pbx, tmp_path):
    path = configure(tmp_path, pbx.ami_port, secret=pbx.secrets["click2call"],
                     store=journal(str(tmp_path)))
    status, lines = check(path)
    assert (status, bad(lines)) == (0, [
        f"warning  journal {journal(str(tmp_path))}: everybody on this machine can change it: run: "
        f"chmod o-w {journal(str(tmp_path)).parent}"])


def test_files_that_are_missing_or_closed_are_named(tmp_path):
    path = tmp_path / "click2call.toml"
    status, [line] = check(path)
    assert (status, line.startswith(f"error    {path}: No such file")) == (1, True)
    assert "--config" in line
    configure(tmp_path, 5038, rest='[access]\nlink_secret_file = "link.secret"\n')
    status, [line] = check(path)
    assert (status, line) == (1, "error    access.link_secret_file "
                                 f"{tmp_path}/link.secret: No such file or directory")
    (tmp_path / "link.secret").write_text(KEY)
    (tmp_path / "link.secret").chmod(0o644)
    status, [line] = check(path)
    assert (status, f"chmod o-rw {tmp_path}/link.secret" in line) == (1, True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_file_that_this_user_may_not_read_is_said_to_be_so(tmp_path):
    path = configure(tmp_path, 5038)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o005 != 0o005 and folder.is_relative_to("/tmp"):
            folder.chmod(0o755)
    program = shutil.copy(BINARY, tmp_path)  # the clone may be where nobody else gets to
    done = subprocess.run([program, "check", "--config", path], capture_output=True, text=True,
                          timeout=30, user="nobody", group="nogroup", extra_groups=[])
    assert done.returncode == 1
    assert done.stdout.startswith(f"error    {path}: Permission denied")


def test_a_short_key_for_links_is_refused_with_the_way_to_a_long_one(tmp_path):
    path = configure(tmp_path, 5038, rest='[access]\nlink_secret_file = "link.secret"\n')
    (tmp_path / "link.secret").write_text("too short\n")
    (tmp_path / "link.secret").chmod(0o600)
    for words in (("check",), ("sign", CALLEE)):
        status, out, err = run(*words, "--config", path)
        assert status and "openssl rand -hex 32" in out + err


def test_check_shows_what_would_be_dialled_without_a_pbx(tmp_path):
    path = configure(tmp_path, 5038, rest="""
[numbers]
region = "DE"
allow = ["_1XXX", "_+49Z."]
rewrite = [{ match = "_+49.", strip = 3, prefix = "0" }]
""")
    status, lines = check(path, "--dial", "089 / 1234567", "--from", "1003")
    assert (status, lines) == (0, [
        'ok       "089 / 1234567" is read as +49891234567 (fixed-line)',
        'ok       +49891234567 is let through by "_+49Z." of numbers.allow',
        'ok       0891234567 is dialled, by the rule "_+49." of numbers.rewrite',
        "ok       channel PJSIP/1003 rings first, for up to 30 s",
        "ok       when it is picked up: extension 0891234567 in context from-internal, priority 1",
        'ok       caller ID "Click to call" <+49891234567>',
        'ok       on PBX "main"'])
    for number, why in (("0900 1234567", "premium"), ("+33 1 42 68 53 00", "numbers.allow"),
                        ("112", "emergency"), ("alice", "--dial")):
        status, lines = check(path, "--dial", number)
        assert status == 1 and lines[-1].startswith("error ") and why in lines[-1], lines


def old_page(folder, pbx, channel):
    """As such pages are, with a secret that has to be written in another way in TOML."""
    text = (ROOT / "tests" / "data" / "php" / "str_names.php").read_text("utf-8")
    secret = pbx.secrets["click2call"]
    for old, new in (("10.0.0.5", LOOPBACK), ("5038", str(pbx.ami_port)), ("SIP/100", channel),
                     ("webcall", "click2call"), ("s3cret-of-the-page", secret)):
        assert old in text
        text = text.replace(old, new)
    page = folder / "old.php"
    page.write_text(text, "utf-8")
    return page, secret


def test_an_old_page_becomes_a_configuration_that_works(pbx, tmp_path):
    page, secret = old_page(tmp_path, pbx, "Local/4200@from-internal/n")
    path = tmp_path / "click2call.toml"
    status, out, err = run("import", page, "--output", path)
    assert (status, out) == (0, "") and secret not in err
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("a", encoding="utf-8") as config:
        config.write(f'[store]\nurl = "sqlite:{tmp_path}/calls.db"\n')
    status, lines = check(path)
    assert (status, bad(lines)) == (0, [])
    before = pbx.actions("Originate")
    status, out, err = run("call", CALLEE, "--config", path)
    pbx.witness.hang_up_all()
    assert status == 0, out + err
    assert pbx.actions("Originate") == before + 1


def test_an_old_page_is_printed_as_a_configuration(pbx, tmp_path):
    page, secret = old_page(tmp_path, pbx, "PJSIP/1003")
    status, out, err = run("import", page)
    assert status == 0 and f'secret = "{secret}"' in out and secret not in err
    assert run("import", tmp_path / "none.php")[0] == 2
    assert run("import", ROOT / "tests" / "data" / "php" / "no_page.php")[0] == 1


def links(folder, port, **config):
    """A configuration with a key for links, for the program as the web server runs it too."""
    store = journal(str(folder))
    key = store.parent / "link.secret"
    key.write_text(KEY + "\n")
    own(key, "root", WEB_USER, 0o640)
    return configure(folder, port, store=store, rest=f'[access]\nlink_secret_file = "{key}"\n',
                     **config)


def test_a_link_places_its_call_once(pbx, tmp_path):
    path = links(tmp_path, pbx.ami_port, secret=pbx.secrets["click2call"],
                 call='channel = "Local/4200@from-internal/n"')
    status, out, err = run("sign", CALLEE, "--expires", "10m", "--config", path)
    assert (status, out.count("\n")) == (0, 1) and out.startswith("?token=")
    assert err.startswith("This link places one call, until 20")
    query = out.strip().removeprefix("?")
    token = query.removeprefix("token=")
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1:]
    before = pbx.actions("Originate")
    with gateway("cgi", BINARY, path) as g:
        refused = g.request(query=f"token={changed}", headers=JSON)
        assert refused.status == 403 and "not one of ours, or it was changed" in refused.text()
        assert pbx.actions("Originate") == before
        placed = g.request(query=query, headers=JSON)
        assert placed.status == 201 and placed.json()["callee"]["number"] == CALLEE
        again = g.request(query=query, headers=JSON)
        assert again.status == 403 and "used already" in again.text()
        assert token not in placed.everything() + again.everything() + g.log()
    pbx.witness.hang_up_all()
    assert pbx.actions("Originate") == before + 1


def test_a_whole_link_for_a_mail(tmp_path):
    path = links(tmp_path, 5038)
    url = "https://pbx.example.com/click2call"
    status, out, _ = run("sign", CALLEE, "--from", "1003", "--url", url, CLICK2CALL_CONFIG=str(path))
    assert status == 0 and out.startswith(f"{url}?token=ey")


def test_no_link_is_made_that_would_be_refused(tmp_path):
    path = links(tmp_path, 5038)
    for words, status, why in (((CALLEE, "--expires", "401d"), 2, "store.keep_days"),
                               (("0900123",), 1, "numbers.allow"),
                               (("1003",), 1, "cannot call itself"),
                               (("bob",), 2, "TO"),
                               ((CALLEE, "--expires", "soon"), 2, "--expires")):
        assert run("sign", *words, "--config", path)[:2] == (status, "")
        assert why in run("sign", *words, "--config", path)[2]


def test_without_a_secret_for_links_it_says_how_to_make_one(tmp_path):
    path = configure(tmp_path, 5038)
    status, out, err = run("sign", CALLEE, "--config", path)
    assert (status, out) == (2, "")
    assert f"openssl rand -hex 32 > {tmp_path}/link.secret" in err
    assert 'link_secret_file = "link.secret"' in err
