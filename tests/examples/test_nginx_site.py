"""The site of examples/deployments as nginx runs it, in front of a server of small parts; skipped without nginx."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from tests.core.server.conftest import running

from steep.flows.index import index

grp, pwd = pytest.importorskip("grp"), pytest.importorskip("pwd")

SITE = Path(__file__).parents[2] / "examples/deployments/nginx/steep.conf"
SERVE = """
[serve]
hosts = ["assistant.example"]
trusted_header = "X-Remote-User"
trusted_groups = "X-Remote-Groups"
trusted_scopes = { stewards = "admin" }
metrics = true
"""
AROUND = """
{user}
pid {folder}/pid;
error_log {folder}/error.log;
daemon off;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def written(folder, port, steep):
    """The site with the ports and the places of this test."""
    site = SITE.read_text("utf-8")
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8001;", f"{steep.removeprefix('http://')};"),
        ("server 127.0.0.1:8002;", ""),
        ("/etc/nginx/steep.users", f"{folder}/users"),
        ("/var/log/nginx/steep.log", f"{folder}/access.log"),
    ):
        assert old in site
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site, "utf-8")
    (folder / "users").write_text("anna:{PLAIN}secret\n", "utf-8")
    (folder / "users").chmod(0o644)
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=_user()), "utf-8")
    return folder / "nginx.conf"


@pytest.fixture
def site(project_folder, open_project, tmp_path):
    """A client of nginx, in front of a project of small parts; and the project."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
    if program is None:
        pytest.skip("nginx is not installed")
    project = open_project(project_folder(tables=SERVE))
    index(project, progress=lambda step: None)
    folder, port = tmp_path / "nginx", free_port()
    folder.mkdir()
    with running(project) as steep:
        nginx = subprocess.Popen([program, "-p", str(folder), "-c", str(written(folder, port, steep))])
        try:
            headers = {"host": "assistant.example"}
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
                while not _answers(client):
                    assert nginx.poll() is None, (folder / "error.log").read_text("utf-8")
                    time.sleep(0.02)
                yield client, project
        finally:
            nginx.terminate()
            nginx.wait(30)


def _user():
    """Root's nginx works as somebody else, who may not look into this test's folder."""
    if os.geteuid() != 0:
        return ""
    return f"user {pwd.getpwuid(0).pw_name} {grp.getgrgid(0).gr_name};"


def _answers(client):
    try:
        return client.get("/health").status_code == 404
    except httpx.TransportError:
        return False


def asked(client, **options):
    return client.post("/answer", json={"question": "How much is a day ticket?"}, **options)


def test_who_asks_is_who_signed_in_whatever_a_client_claims(site):
    client, project = site
    forged = {"x-remote-user": "root", "x-remote-groups": "stewards"}
    assert asked(client).status_code == 401
    assert asked(client, headers=forged).status_code == 401
    assert asked(client, auth=("anna", "wrong")).status_code == 401
    assert asked(client, auth=("anna", "secret"), headers=forged).json()["caller"] == "user:anna"
    assert client.get("/keys", auth=("anna", "secret"), headers=forged).status_code == 403
    _, words = project.keys.new("clerk", now=project.clock())
    for key, status in (("nonsense", 401), (words, 200)):
        reply = asked(client, headers={**forged, "authorization": f"Bearer {key}"})
        assert reply.status_code == status
    assert reply.json()["caller"] == "key:clerk"


def test_what_is_for_this_machine_stays_inside(site):
    client, project = site
    _, words = project.keys.new("prometheus", now=project.clock(), scope="operate")
    for path in ("/metrics", "/metrics/", "/%6detrics", "/health", "/ready", "/metrics//"):
        assert client.get(path, headers={"authorization": f"Bearer {words}"}).status_code == 404
    assert client.get("/schema", headers={"authorization": f"Bearer {words}"}).status_code == 200


def test_a_request_of_a_byte_too_many_ends_at_nginx_and_one_less_does_not(site):
    client, project = site
    _, words = project.keys.new("clerk", now=project.clock())
    most = int(project.config.limits.megabytes * 1_000_000)
    for length, status in ((most, 400), (most + 1, 413)):
        headers = {"authorization": f"Bearer {words}", "content-type": "application/json"}
        reply = client.post("/answer", content=b"x" * length, headers=headers)
        assert (reply.status_code, reply.headers["server"].startswith("nginx")) == (status, True)
