"""Real servers of MariaDB and PostgreSQL for the journal, on loopback and in a temporary folder.

    with MariaDb() as server:
        url = server.url  # of an empty database, for a user with the README's rights

They are Debian's own, never started as a service. What the README tells an administrator to type is
what is typed here.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from machine import LOOPBACK, Process, descendants, free_port, listens, release_port, tail, wait_until
from program import ROOT
from shipped import own, run_as

START_S = 60
INSTALL_S = 120
DATABASE = "click2call"


class Server:
    """One server. Its port and what it holds stay over stop() and start()."""

    kind = ""  # as store.url begins
    ends_at = signal.SIGTERM
    user = ""  # whom it runs as

    def __init__(self):
        self.place = Path(tempfile.mkdtemp(prefix=f"click2call-{self.kind}-"))
        own(self.place, self.user, self.user, 0o711)
        self.data = self.place / "data"
        self.log = self.place / "log"
        self.port = free_port(1)
        self.password = secrets.token_hex(12)
        self._process = None

    def start(self):
        """Returns once it answers."""
        self._process = Process(run_as(self.user, self.user, self._command()), self.log)
        wait_until(self._answers, f"{self.kind} on port {self.port}", START_S,
                   lambda: tail(self.log))
        return self

    def _answers(self):
        if not self._process.running():
            raise RuntimeError(f"{self.kind} ended while it started\n{tail(self.log)}")
        return listens((LOOPBACK, self.port)) and self._client("SELECT 1").returncode == 0

    def stop(self):
        """As a restart of the service would; every connection is lost."""
        self._process.signal(self.ends_at)
        self._process.stop()

    def signal(self, number):
        """To all its processes. SIGSTOP makes it silent: the kernel still takes connections."""
        for pid in (self._process.pid, *descendants(self._process.pid)):
            os.kill(pid, number)

    @property
    def certificate(self):
        """Of the server, and its own authority."""
        return self.place / "server.crt"

    def _certify(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", f"subjectAltName=IP:{LOOPBACK}", "-keyout",
                        self.place / "server.key", "-out", self.certificate],
                       check=True, capture_output=True, timeout=30)
        own(self.place / "server.key", self.user, self.user, 0o600)

    def __enter__(self):
        try:
            self._certify()
            self._install()
            self.start()
            self.sql(*self.readme())
            return self
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._process:
            self.stop()
        release_port(self.port)
        shutil.rmtree(self.place, ignore_errors=True)

    def run(self, *command, **options):
        """A program of the server's, as the user that it runs as."""
        return subprocess.run([*map(str, run_as(self.user, self.user, command))], text=True,
                              capture_output=True, timeout=INSTALL_S, **options)

    def sql(self, *statements, database=""):
        """As the administrator; what they printed, a line a row and a tab between columns."""
        done = self._client(*statements, database=database)
        assert done.returncode == 0, f"{statements}\n{done.stderr}"
        return done.stdout.strip()

    def readme(self):
        """The statements that make a database and its user, for this host and password."""
        text = (ROOT / "README.md").read_text("utf-8")
        block = re.search(rf"```sql\n-- {self.title}\n(.*?)```", text, re.S).group(1)
        block = block.replace("10.0.0.%", LOOPBACK).replace("a good password", self.password)
        return [one.strip() for one in block.split(";") if one.strip()]

    @property
    def url(self):
        """As our user, by TCP; local_url is by the Unix socket, which takes less of everybody's
        time."""
        return self.url_with()


class MariaDb(Server):
    kind, user, title = "mysql", "mysql", "MariaDB, MySQL"
    tls, no_tls = ";ssl_ca=", ""

    def _install(self):
        done = self.run("mariadb-install-db", "--no-defaults", f"--datadir={self.data}",
                        "--auth-root-authentication-method=normal", "--skip-test-db",
                        "--skip-name-resolve")
        assert done.returncode == 0, done.stdout + done.stderr

    def _command(self):
        return ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.data}",
                f"--socket={self.place}/socket", f"--pid-file={self.place}/pid",
                f"--bind-address={LOOPBACK}", f"--port={self.port}", "--skip-name-resolve",
                "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=16M",
                "--innodb-flush-log-at-trx-commit=2", f"--ssl-cert={self.certificate}",
                f"--ssl-key={self.place}/server.key"]

    def _client(self, *statements, database=""):
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={self.place}/socket",
                               "--user=root", "--batch", "--skip-column-names", database],
                              input=";\n".join(statements), text=True, capture_output=True,
                              timeout=INSTALL_S)

    def empty(self):
        self.sql(f"DROP DATABASE {DATABASE}", f"CREATE DATABASE {DATABASE}")

    def all_rights(self):
        """For who comes by local_url: the unit tests also drop tables."""
        return [f"CREATE USER IF NOT EXISTS 'local'@'localhost' IDENTIFIED BY '{self.password}'",
                f"GRANT ALL ON {DATABASE}.* TO 'local'@'localhost'"]

    def take_rights(self):
        """What leaves our user without the right to make tables; give_rights() gives it back."""
        return [f"REVOKE ALL, GRANT OPTION FROM 'click2call'@'{LOOPBACK}'",
                f"GRANT SELECT ON {DATABASE}.* TO 'click2call'@'{LOOPBACK}'"]

    def give_rights(self):
        return self.readme()[-1:]

    @property
    def local_url(self):
        return f"mysql:host={self.place}/socket;db={DATABASE};user=local;password={self.password}"

    def want_tls(self):
        return [f"ALTER USER 'click2call'@'{LOOPBACK}' REQUIRE SSL"]

    def need_no_tls(self):
        return [f"ALTER USER 'click2call'@'{LOOPBACK}' REQUIRE NONE"]

    def url_with(self, *, user="click2call", database=DATABASE, password=True, port=None):
        secret = f";password={self.password}" if password is True else ""
        return (f"mysql:host={LOOPBACK};port={port or self.port};db={database};user={user}"
                f"{secret}")


class PostgreSql(Server):
    kind, user, title = "postgresql", "postgres", "PostgreSQL"
    tls, no_tls = " sslmode=verify-full sslrootcert=", " sslmode=disable"
    ends_at = signal.SIGINT  # SIGTERM waits until everybody has gone

    def _install(self):
        self.bin = max(Path("/usr/lib/postgresql").glob("*/bin"))
        done = self.run(self.bin / "initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8",
                        "--locale=C.UTF-8", "--no-sync", "--auth-local=trust",
                        "--auth-host=scram-sha-256", cwd="/")
        assert done.returncode == 0, done.stdout + done.stderr

    def _command(self):
        return [self.bin / "postgres", "-D", self.data, "-h", LOOPBACK, "-p", str(self.port),
                "-k", self.place, "-c", "shared_buffers=16MB", "-c", "fsync=off", "-c", "ssl=on",
                "-c", f"ssl_cert_file={self.certificate}",
                "-c", f"ssl_key_file={self.place}/server.key"]

    def _client(self, *statements, database=""):
        each = [word for one in statements for word in ("-c", one)]
        return subprocess.run([self.bin / "psql", "-X", "-q", "-A", "-t", "-F", "\t",
                               "-v", "ON_ERROR_STOP=1", "-h", self.place, "-p", str(self.port),
                               "-U", "postgres", "-d", database or "postgres", *each],
                              text=True, capture_output=True, timeout=INSTALL_S)

    def empty(self):
        self.sql(f"DROP DATABASE {DATABASE} WITH (FORCE)",
                 f"CREATE DATABASE {DATABASE} OWNER click2call")

    def all_rights(self):
        return ["SELECT 1"]  # who owns the database has them

    def take_rights(self):
        return [f"ALTER DATABASE {DATABASE} OWNER TO postgres"]

    def give_rights(self):
        return [f"ALTER DATABASE {DATABASE} OWNER TO click2call"]

    @property
    def local_url(self):
        return f"postgresql:host={self.place} port={self.port} dbname={DATABASE} user=click2call"

    def want_tls(self):
        hba = self.data / "pg_hba.conf"
        hba.write_text(re.sub("^host ", "hostssl ", hba.read_text(), flags=re.M))
        return ["SELECT pg_reload_conf()"]

    def need_no_tls(self):
        hba = self.data / "pg_hba.conf"
        hba.write_text(re.sub("^hostssl ", "host ", hba.read_text(), flags=re.M))
        return ["SELECT pg_reload_conf()"]

    def url_with(self, *, user="click2call", database=DATABASE, password=True, port=None):
        secret = f" password={self.password}" if password is True else ""
        return (f"postgresql:host={LOOPBACK} port={port or self.port} dbname={database} "
                f"user={user}{secret}")


SERVERS = {server.kind: server for server in (MariaDb, PostgreSql)}
