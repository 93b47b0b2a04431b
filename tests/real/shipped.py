"""The shipped configuration files, each in the smallest main configuration that takes it.

A gateway's own folder holds all of it. Nothing of conf/ is written a second time here: the text is
read, the installed paths are replaced by the folder's, and the server includes the result. As root
the servers drop to www-data and the program runs as somebody else, so that a socket or a
configuration file with the wrong mode fails here as it would on an administrator's machine.
"""

import atexit
import configparser
import functools
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

from machine import LOOPBACK, free_port, release_port

CONF = Path(__file__).resolve().parents[2] / "conf"
APACHE_MODULES = "/usr/lib/apache2/modules"

WEB_USER = "www-data"
PROGRAM_USER, PROGRAM_GROUP = "nobody", "nogroup"

# Whoever connects from here may name any other client in X-Forwarded-For: how requests from outside
# the loopback network arrive here without leaving it.
TRUSTED_PROXY = "127.0.0.200"

# What the files say to change with access.jwt. lighttpd's passes on a token as it is.
FOR_TOKENS = (
    (re.compile(r'^ *fastcgi_param HTTP_AUTHORIZATION +"";\n', re.M), ""),
    (re.compile(r"^( *)#(CGIPassAuth On)$", re.M), r"\1\2"),
)

# From our own environment the program gets only what sanitizers and coverage need.
PASSED_ON = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE")


def own(path, user, group, mode):
    """Sets a file's owner and mode. Without root all is one user, and only the mode counts."""
    if os.geteuid() == 0:
        shutil.chown(path, user, group)
    os.chmod(path, mode)


def run_as(user, group, command):
    """The command under another user. Without root it stays ours."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *command]


@functools.lru_cache
def reachable(file):
    """A copy where every user can reach it, which a working copy below /root is not.

    Made once: whoever builds anew meanwhile does not change what is under test.
    """
    folder = Path(tempfile.mkdtemp(prefix="click2call-binary-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    return Path(shutil.copy(file, folder))


class Home:
    """The folder of one gateway: the program, its configuration, the socket, the logs.

    The program is linked here, so that its processes are known from others by their path.
    """

    def __init__(self, binary, config_path, env, tokens=False, user=PROGRAM_USER):
        """tokens: the files are changed as they say for access.jwt. user: as whom the program
        runs where it makes its socket itself."""
        self.tokens = tokens
        self.user = user
        self.path = Path(tempfile.mkdtemp(prefix="click2call-"))
        self.path.chmod(0o755)
        for name in ("bin", "log", "run", "web"):
            (self.path / name).mkdir()
        own(self.path / "run", self.user, WEB_USER, 0o750)
        own(self.path / "web", WEB_USER, WEB_USER, 0o750)
        self.binary = self.path / "bin" / "click2call"
        os.link(reachable(binary), self.binary)
        modules = self.binary.parent / "modules"
        modules.mkdir()
        for module in (Path(binary).parent / "modules").glob("*.so"):
            os.link(reachable(module), modules / module.name)
        self.config = self.write("click2call.toml", Path(config_path).read_text("utf-8"))
        self.socket = self.path / "run" / "click2call.sock"
        self.added = dict(env or {})
        self.port = free_port(1)

    def log(self, name):
        return self.path / "log" / f"{name}.log"

    def write(self, name, text):
        path = self.path / name
        path.write_text(text, "utf-8")
        return path

    def shipped(self, name):
        """The text of conf/NAME with this gateway's paths in place of the installed ones."""
        text = (CONF / name).read_text("utf-8")
        for installed, here in (
            ("/run/click2call/click2call.sock", self.socket),
            ("/etc/click2call/click2call.toml", self.config),
            ("/usr/bin/click2call", self.binary),
        ):
            text = text.replace(installed, str(here))
        for line, changed in FOR_TOKENS if self.tokens else ():
            text = line.sub(changed, text)
        return text

    def environment(self):
        passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        ours = {"PATH": "/usr/bin:/bin", "CLICK2CALL_CONFIG": str(self.config)}
        return {**ours, **passed, **self.added}

    def of_service(self):
        """The same under systemd, as the shipped unit has it."""
        unit = (CONF / "systemd" / "click2call.service").read_text("utf-8")
        settings = re.findall(r"^Environment=(\w+)=(.*)$", unit, re.M)
        return {**dict(settings), **self.environment()}

    def remove(self):
        release_port(self.port)
        shutil.rmtree(self.path, ignore_errors=True)


# The web servers: each writes its configuration and returns its command line.


def nginx(home):
    home.write("click2call.conf", home.shipped("nginx/click2call.conf"))
    temporary = " ".join(
        f"{kind}_temp_path {home.path}/web;"
        for kind in ("client_body", "fastcgi", "proxy", "scgi", "uwsgi")
    )
    user = f"user {WEB_USER};" if os.geteuid() == 0 else ""
    # The .php location stands first on purpose: many a site has one, and ours has to win.
    home.write("nginx.conf", f"""
        {user} daemon off; worker_processes 1; pid {home.path}/nginx.pid;
        error_log {home.log("nginx")} warn;
        events {{ worker_connections 512; }}
        http {{
            access_log off; {temporary}
            set_real_ip_from {TRUSTED_PROXY}; real_ip_header X-Forwarded-For;
            server {{
                listen {LOOPBACK}:{home.port}; root {home.path}/web;
                location ~ \\.php$ {{ return 410; }}
                include click2call.conf;
            }}
        }}""")
    return ["/usr/sbin/nginx", "-p", home.path, "-e", home.log("nginx"),
            "-c", home.path / "nginx.conf"]


def apache(home, shipped, modules, settings):
    own(home.config, "root", WEB_USER, 0o640)
    home.write("click2call.conf", home.shipped(shipped))
    load = "\n".join(
        f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so"
        for name in ("mpm_event", "authz_core", "authz_host", "alias", "env", "remoteip", *modules)
    )
    user = f"User {WEB_USER}\nGroup {WEB_USER}" if os.geteuid() == 0 else ""
    home.write("apache2.conf", f"""
{load}
{user}
ServerRoot {home.path}
DefaultRuntimeDir {home.path}
PidFile {home.path}/apache2.pid
ErrorLog {home.log("apache2")}
DocumentRoot {home.path}/web
Listen {LOOPBACK}:{home.port}
ServerName {LOOPBACK}
RemoteIPHeader X-Forwarded-For
RemoteIPInternalProxy {TRUSTED_PROXY}
<Directory />
    AllowOverride None
    Require all denied
</Directory>
<Directory {home.path}/web>
    Require all granted
</Directory>
{settings}
Include click2call.conf
""")
    return ["/usr/sbin/apache2", "-f", home.path / "apache2.conf", "-D", "FOREGROUND"]


def apache_proxy(home):
    return apache(home, "apache/click2call-proxy-fcgi.conf", ("proxy", "proxy_fcgi"), "")


def apache_cgid(home):
    env = "\n".join(f'SetEnv {name} "{value}"' for name, value in home.added.items())
    settings = f"ScriptSock {home.path}/cgid.sock\n{env}"
    return apache(home, "apache/click2call-cgid.conf", ("cgid",), settings)


def apache_fcgid(home):
    settings = f"FcgidIPCDir {home.path}/web\nFcgidProcessTableFile {home.path}/web/table"
    command = apache(home, "apache/click2call-fcgid.conf", ("fcgid",), settings)
    # The program's environment is what its FcgidCmdOptions name: what a test adds joins that line.
    added = "".join(f' InitialEnv "{name}={value}"' for name, value in home.added.items())
    conf = home.path / "click2call.conf"
    named = f"CLICK2CALL_CONFIG={home.config}"
    conf.write_text(conf.read_text("utf-8").replace(named, named + added), "utf-8")
    return command


def lighttpd(home):
    home.write("click2call.conf", home.shipped("lighttpd/click2call.conf"))
    user = f'server.username = "{WEB_USER}"\nserver.groupname = "{WEB_USER}"'
    home.write("lighttpd.conf", f"""
server.modules = ( "mod_access", "mod_extforward", "mod_fastcgi" )
extforward.forwarder = ( "{TRUSTED_PROXY}" => "trust" )
server.bind = "{LOOPBACK}"
server.port = {home.port}
{user if os.geteuid() == 0 else ""}
server.document-root = "{home.path}/web"
server.upload-dirs = ( "{home.path}/web" )
server.errorlog = "{home.log("lighttpd")}"
include "click2call.conf"
""")
    own(home.path / "log", WEB_USER, WEB_USER, 0o755)
    return ["/usr/sbin/lighttpd", "-D", "-f", home.path / "lighttpd.conf"]


# The program, where the web server does not start it: each returns its command line.


def listen(home):
    """The program makes the socket itself, in its own group: here the web server's."""
    own(home.config, home.user, WEB_USER, 0o400)
    return run_as(home.user, WEB_USER, [home.binary, "--listen", f"unix:{home.socket}"])


def spawn_fcgi(home):
    """The shipped script, for a user that every machine has."""
    own(home.config, "root", PROGRAM_GROUP, 0o640)
    text = home.shipped("spawn-fcgi.sh")
    for option, name in (("-U", PROGRAM_USER), ("-u", PROGRAM_USER), ("-g", PROGRAM_GROUP)):
        text = text.replace(f"{option} click2call ", f"{option} {name} ")
    return ["/bin/sh", home.write("spawn-fcgi.sh", text)]


LAUNCHER = """
import os, shutil, socket, sys
path, user, group, mode, *command = sys.argv[1:]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
if os.geteuid() == 0:
    shutil.chown(path, user, group)
os.chmod(path, int(mode, 8))
listener.listen(128)
if listener.fileno() != 3:
    os.dup2(listener.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execvp(command[0], command)
"""


def systemd(home):
    """What systemd does with the shipped units: the socket as fd 3, and the LISTEN_ variables."""
    own(home.config, PROGRAM_USER, PROGRAM_GROUP, 0o400)  # as LoadCredential leaves it
    units = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    for name in ("click2call.socket", "click2call.service"):
        units.read_string(home.shipped(f"systemd/{name}"))
    made = units["Socket"]
    command = run_as(PROGRAM_USER, PROGRAM_GROUP, shlex.split(units["Service"]["ExecStart"]))
    return ["/usr/bin/python3", "-c", LAUNCHER, made["ListenStream"], made["SocketUser"],
            made["SocketGroup"], made["SocketMode"], *command]


SERVERS = {
    "cgi": (None, None),
    "apache-cgid": (apache_cgid, None),
    "apache-fcgid": (apache_fcgid, None),
    "apache-proxy-fcgi": (apache_proxy, listen),
    "nginx": (nginx, listen),
    "lighttpd": (lighttpd, listen),
    "spawn-fcgi": (nginx, spawn_fcgi),
    "systemd": (nginx, systemd),
}
