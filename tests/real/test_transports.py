"""Every way to a real PBX: tcp, tls, and ws and wss through a real websockify; and what is said when
something else answers than was asked for, with nothing dialled."""

import contextlib
import http.server
import shutil
import ssl
import tempfile
import threading
from pathlib import Path

import pytest

from asterisk import Asterisk
from machine import LOOPBACK, Process, free_port, listens, release_port, tail, wait_until
from phones import Phone
from program import BINARY, JSON, SECRET, write_config
from servers import gateway
from test_sinks import EC, openssl

BOTH = ("cgi", "nginx")
TRANSPORTS = ("tcp", "tls", "ws", "wss")
AUTHS = ("plain", "md5")
CALLEE = "1006"


@pytest.fixture(name="pki", scope="module")
def make_certificates():
    """A folder with an authority (authority.pem), an authority that signed nothing (stranger.pem),
    and certificates of the first for localhost (good), elsewhere.test (other), and one of
    yesteryear (old), each with its key in the same file."""
    folder = Path(tempfile.mkdtemp(prefix="click2call-pki-"))
    folder.chmod(0o755)  # the program is another user
    for name in ("authority", "stranger"):
        openssl("req", "-x509", *EC, "-days", "2", "-subj", f"/CN={name} of the tests",
                "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem")
    (folder / "index.txt").touch()
    (folder / "serial").write_text("01\n")
    for name, host, dates in (("good", "DNS:localhost", ()), ("other", "DNS:elsewhere.test", ()),
                              ("old", "DNS:localhost", ("-startdate", "20200101000000Z",
                                                        "-enddate", "20200102000000Z"))):
        (folder / "ca.cnf").write_text(
            f"[ca]\ndefault_ca = d\n[d]\ndatabase = {folder}/index.txt\nserial = {folder}/serial\n"
            f"new_certs_dir = {folder}\ndefault_md = sha256\npolicy = p\nx509_extensions = x\n"
            f"default_days = 2\nunique_subject = no\n[p]\ncommonName = supplied\n"
            f"[x]\nsubjectAltName = {host}\n")
        openssl("req", *EC, "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key",
                "-out", folder / f"{name}.csr")
        openssl("ca", "-batch", "-config", folder / "ca.cnf", "-in", folder / f"{name}.csr",
                "-cert", folder / "authority.pem", "-keyfile", folder / "authority.key",
                "-out", folder / f"{name}.crt", "-notext", *dates)
        (folder / f"{name}.pem").write_text((folder / f"{name}.crt").read_text()
                                            + (folder / f"{name}.key").read_text())
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(name="pbx", scope="module", params=(16, 22))
def running_pbx(request):
    with Asterisk(request.param, tls=True) as running:
        yield running


@pytest.fixture(name="phones", scope="module")
def running_phones(pbx):
    phones = [Phone(pbx, number) for number in ("1003", CALLEE)]
    try:
        for phone in phones:
            phone.start()
        yield phones
    finally:
        for phone in phones:
            phone.stop()


@contextlib.contextmanager
def websockify(target, log, certificate=None):
    """The port of a bridge to the port `target`, over TLS with a certificate."""
    port = free_port()
    tls = ["--cert", str(certificate), "--ssl-only"] if certificate else []
    bridge = Process(["websockify", *tls, f"{LOOPBACK}:{port}", f"{LOOPBACK}:{target}"], log)
    try:
        wait_until(lambda: listens((LOOPBACK, port)), "websockify to listen", 10,
                   lambda: tail(log))
        yield port
    finally:
        bridge.stop(2)
        release_port(port)


@contextlib.contextmanager
def way_to(pbx, transport, folder, pki, certificate="good"):
    """The lines of a [[pbx]], without its port, and the port."""
    lines = f'transport = "{transport}"\n'
    if transport == "tcp":
        yield lines, pbx.ami_port
    elif transport == "tls":
        yield lines + f'ca_file = "{pbx.ca_file}"\n', pbx.tls_port
    else:
        cert = pki / f"{certificate}.pem" if transport == "wss" else None
        if cert:
            lines += f'ca_file = "{pki}/authority.pem"\n'
        with websockify(pbx.ami_port, folder / "websockify.log", cert) as port:
            yield lines, port


def configure(folder, port, secret, lines, host="localhost"):
    path = write_config(folder, port, pbx=lines)
    text = path.read_text("utf-8")
    for old, new in ((f'secret = "{SECRET}"', f'secret = "{secret}"'),
                     (f'host = "{LOOPBACK}"', f'host = "{host}"')):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    path.chmod(0o640)
    return path


@pytest.fixture(name="quiet")
def nothing_rings(pbx):
    yield
    pbx.witness.hang_up_all()


@pytest.mark.parametrize("auth", AUTHS)
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("name", BOTH)
@pytest.mark.usefixtures("quiet")
def test_a_click_rings_over_every_transport(pbx, phones, pki, tmp_path, name, transport, auth):
    pbx.ca_file.chmod(0o644)
    pbx.place.chmod(0o755)
    caller = phones[0]
    rang, originates = caller.rang(), pbx.actions("Originate")
    with way_to(pbx, transport, tmp_path, pki) as (lines, port):
        config = configure(tmp_path, port, pbx.secrets["click2call"], f'{lines}auth = "{auth}"\n')
        with gateway(name, BINARY, config) as g:
            response = g.request(query=f"to={CALLEE}", headers=JSON)
            assert response.status == 201, (response, g.last_words())
            pbx.witness.wait_connected(response.json()["callId"])
            assert pbx.secrets["click2call"] not in g.log() + response.everything()
    assert caller.rang() == rang + 1
    assert pbx.actions("Originate") == originates + 1


def refusal(pbx, folder, port, lines, *, name="cgi", host="localhost", status=503):
    """What a click is told over a way that leads nowhere; nothing is dialled."""
    originates = pbx.actions("Originate")
    config = configure(folder, port, pbx.secrets["click2call"], lines, host)
    with gateway(name, BINARY, config) as g:
        response = g.request(query=f"to={CALLEE}", headers=JSON)
        assert response.status == status, (response, g.last_words())
        message = response.json()["message"]
        # The log says it too, for whoever looks after the PBX.
        assert message.partition('": ')[2][:20] in g.log(), g.log()
    assert pbx.actions("Originate") == originates
    assert not pbx.witness.channels()
    assert str(port) not in message.replace("5038", "").replace("5039", "")
    return message


@pytest.mark.parametrize("name", BOTH)
def test_tls_believes_only_the_right_certificate(pbx, pki, tmp_path, name):
    pbx.ca_file.chmod(0o644)
    pbx.place.chmod(0o755)
    tls = 'transport = "tls"\n'

    def told(lines, **options):
        return refusal(pbx, tmp_path, pbx.tls_port, tls + lines, name=name, **options)

    assert "is signed by no authority in ca_file" in told(f'ca_file = "{pki}/stranger.pem"\n')
    assert "no authority that this machine trusts" in told("")
    assert "not for the host of [[pbx]]" in told(f'ca_file = "{pbx.ca_file}"\n', host="127.1")


@contextlib.contextmanager
def certificate_of(pbx, file):
    """Asterisk itself has another certificate meanwhile."""
    names = {"ami.crt": file.with_suffix(".crt"), "ami.key": file.with_suffix(".key")}
    kept = {name: (pbx.run / "etc" / name).read_text() for name in names}
    try:
        for name, source in names.items():
            pbx.write(name, source.read_text())
        pbx.witness.command("manager reload")
        yield
    finally:
        for name, text in kept.items():
            pbx.write(name, text)
        pbx.witness.command("manager reload")


@pytest.mark.parametrize("certificate, words", [
    ("other", "is for elsewhere.test, not for the host of [[pbx]]"),
    ("old", "the PBX's certificate has expired on 2020-01-02"),
])
def test_tls_names_what_is_wrong_with_a_certificate(pbx, pki, tmp_path, certificate, words):
    with certificate_of(pbx, pki / certificate):
        assert words in refusal(pbx, tmp_path, pbx.tls_port,
                                f'transport = "tls"\nca_file = "{pki}/authority.pem"\n')


@pytest.mark.parametrize("certificate, words", [
    ("other", "is for elsewhere.test, not for the host of [[pbx]]"),
    ("old", "the PBX's certificate has expired on 2020-01-02"),
])
def test_wss_believes_only_the_right_certificate(pbx, pki, tmp_path, certificate, words):
    with way_to(pbx, "wss", tmp_path, pki, certificate) as (lines, port):
        assert words in refusal(pbx, tmp_path, port, lines)


@pytest.mark.usefixtures("quiet", "phones")
def test_without_verify_anybody_is_believed_with_a_warning(pbx, pki, tmp_path):
    with way_to(pbx, "wss", tmp_path, pki, "old") as (_, port):
        config = configure(tmp_path, port, pbx.secrets["click2call"],
                           'transport = "wss"\nverify = false\n')
        with gateway("cgi", BINARY, config) as g:
            assert g.request(query=f"to={CALLEE}", headers=JSON).status == 201
            assert "with verify = false anybody may be that PBX" in g.log()


@pytest.mark.parametrize("transport, words", [
    ("tls", "this port speaks plain AMI instead of TLS"),
    ("ws", "this port speaks plain AMI instead of a WebSocket"),
    ("wss", "this port speaks plain AMI instead of TLS"),
])
def test_plain_ami_is_named_where_something_else_was_asked_for(pbx, tmp_path, transport, words):
    assert words in refusal(pbx, tmp_path, pbx.ami_port, f'transport = "{transport}"\n')


def test_tls_is_named_where_plain_was_asked_for(pbx, tmp_path):
    told = refusal(pbx, tmp_path, pbx.tls_port, 'transport = "tcp"\n')
    assert 'does that port speak TLS (transport = "tls")?' in told


def test_a_web_socket_on_a_tls_port_is_refused(pbx, tmp_path):
    told = refusal(pbx, tmp_path, pbx.tls_port, 'transport = "ws"\n')
    assert "WebSocket" in told


def test_the_http_port_of_asterisk_is_named(pbx, tmp_path):
    told = refusal(pbx, tmp_path, pbx.http_port, 'transport = "tcp"\n', status=502)
    assert "this port answers HTTP" in told
    assert "AMI is usually on port 5038" in told
    assert "this port answers HTTP" in refusal(pbx, tmp_path, pbx.http_port,
                                               'transport = "tls"\n')
    told = refusal(pbx, tmp_path, pbx.http_port, 'transport = "ws"\npath = "/nowhere"\n')
    assert "there is no WebSocket bridge: the answer was HTTP 404" in told


def test_a_bridge_to_nobody_is_named(pbx, tmp_path):
    nobody = free_port()
    with websockify(nobody, tmp_path / "websockify.log") as port:
        told = refusal(pbx, tmp_path, port, 'transport = "ws"\n')
    release_port(nobody)
    assert "WebSocket bridge closed the connection" in told


@pytest.mark.parametrize("secure", (False, True))
def test_a_web_server_is_no_bridge(pbx, pki, tmp_path, secure):
    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Nothing on the terminal."""

        def do_GET(self):
            self.send_error(404)

    server = http.server.ThreadingHTTPServer((LOOPBACK, 0), Silent)
    server.daemon_threads = True
    lines = 'transport = "ws"\n'
    if secure:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pki / "good.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        lines = f'transport = "wss"\nca_file = "{pki}/authority.pem"\n'
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        told = refusal(pbx, tmp_path, server.server_address[1], lines)
    finally:
        server.shutdown()
        server.server_close()
    assert "there is no WebSocket bridge: the answer was HTTP 404 Not Found" in told
