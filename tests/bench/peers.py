"""What we measure ourselves against. Each is fetched once, into folders that git does not know."""

import base64
import json
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.lean import Lean
from tests.bench.machine import Meter
from tests.bench.programs import DidNotStart, NotMeasured, free_port, postmaster, running
from tests.server.databases import PostgreSQL

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "bench" / "peers"
CACHE = ROOT / "bench" / ".cache"
KINTO_INI = """
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}
[app:main]
use = egg:kinto
kinto.userid_hmac_secret = bench
multiauth.policies = basicauth
kinto.bucket_create_principals = system.Authenticated
kinto.batch_max_requests = 100
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {database}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {database}
kinto.cache_backend = kinto.core.cache.memory
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = ERROR
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = ERROR
formatter = plain
[formatter_plain]
format = %(message)s
"""

Document = dict[str, Any]


class Peer(ABC):
    """A server that takes a hundred documents and gives back those changed since a mark."""

    name = ""
    durability = ""

    def __init__(self, client: Lean, meter: Meter, version: str) -> None:
        self.client, self.meter, self.version = client, meter, version

    @abstractmethod
    def push(self, documents: Sequence[Document]) -> bytes:
        """The prepared request that stores these documents, new ones."""

    @abstractmethod
    def mark(self) -> str:
        """Where the feed stands now."""

    @abstractmethod
    def pull(self, mark: str) -> tuple[list[bytes], int]:
        """The prepared requests that fetch what was stored since; how many documents they bring."""

    @abstractmethod
    def ask(self, mark: str) -> bytes:
        """The prepared request of a round trip when there is nothing new."""


class Kinto(Peer):
    name = "Kinto on PostgreSQL"
    durability = "PostgreSQL, fsync and synchronous_commit on"
    path = "/v1/buckets/bench/collections/findings"

    def begin(self) -> None:
        self.client.call("PUT", "/v1/buckets/bench", {"data": {}})
        self.client.call("PUT", self.path, {"data": {}})

    def push(self, documents: Sequence[Document]) -> bytes:
        requests = [{"path": f"{self.path}/records/{one['id']}", "body": {"data": one}} for one in documents]
        return self.client.prepare("POST", "/v1/batch", {"defaults": {"method": "PUT"}, "requests": requests})

    def mark(self) -> str:
        newest = self.client.call("GET", f"{self.path}/records?_limit=1&_sort=-last_modified")["data"]
        return str(newest[0]["last_modified"] if newest else 0)

    def pull(self, mark: str) -> tuple[list[bytes], int]:
        path = f"{self.path}/records?_since={mark}"
        return [self.client.prepare("GET", path)], len(self.client.call("GET", path)["data"])

    def ask(self, mark: str) -> bytes:
        return self.client.prepare("GET", f"{self.path}/records?_since={mark}")


class PouchDB(Peer):
    name = "express-pouchdb"
    durability = "LevelDB without fsync: a power cut loses what was told as stored"

    def begin(self) -> None:
        self.client.call("PUT", "/bench")

    def push(self, documents: Sequence[Document]) -> bytes:
        docs = [{"_id": one["id"], **{k: v for k, v in one.items() if k != "id"}} for one in documents]
        return self.client.prepare("POST", "/bench/_bulk_docs", {"docs": docs})

    def mark(self) -> str:
        return str(self.client.call("GET", "/bench")["update_seq"])

    def pull(self, mark: str) -> tuple[list[bytes], int]:
        """As its own replication does: the list of changes, then the documents."""
        path = f"/bench/_changes?style=all_docs&since={mark}"
        wanted = [
            {"id": row["id"], "rev": row["changes"][0]["rev"]} for row in self.client.call("GET", path)["results"]
        ]
        fetch = {"docs": wanted}
        found = self.client.call("POST", "/bench/_bulk_get?revs=true", fetch)["results"]
        requests = [
            self.client.prepare("GET", path),
            self.client.prepare("POST", "/bench/_bulk_get?revs=true", fetch),
        ]
        return requests, sum("ok" in one["docs"][0] for one in found)

    def ask(self, mark: str) -> bytes:
        return self.client.prepare("GET", f"/bench/_changes?style=all_docs&since={mark}")


@contextmanager
def kinto(folder: Path, server: PostgreSQL) -> Iterator[Kinto]:
    """Kinto over a PostgreSQL, which counts with it. Raises NotMeasured where it cannot be had."""
    home = _kinto_home()
    port = free_port()
    with server.empty() as address:
        folder.mkdir(parents=True)
        ini = folder / "kinto.ini"
        database = address.replace("postgresql://", "postgresql+psycopg2://")
        ini.write_text(KINTO_INI.format(port=port, database=database))
        _must([home / "bin" / "kinto", "migrate", "--ini", ini], "its tables cannot be made")
        url = f"http://127.0.0.1:{port}"
        with _started([home / "bin" / "kinto", "start", "--ini", ini], f"{url}/v1/", folder) as pid:
            secret = base64.b64encode(b"bench:bench").decode()
            client = Lean(url, {"Authorization": f"Basic {secret}"})
            version = client.call("GET", "/v1/")["project_version"]
            peer = Kinto(client, Meter(pid, postmaster(server)), version)
            peer.begin()
            yield peer
            client.close()


@contextmanager
def pouchdb(folder: Path) -> Iterator[PouchDB]:
    """express-pouchdb over LevelDB. Raises NotMeasured where it cannot be had."""
    node = shutil.which("node")
    if node is None:
        raise NotMeasured("there is no Node here")
    _install_pouchdb()
    (folder / "databases").mkdir(parents=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with _started([node, PEERS / "pouchdb.mjs", str(port), f"{folder / 'databases'}/"], url, folder) as pid:
        client = Lean(url)
        versions = json.loads((PEERS / "package.json").read_text())["dependencies"]
        peer = PouchDB(client, Meter(pid), f"{versions['express-pouchdb']}, pouchdb {versions['pouchdb']}")
        peer.begin()
        yield peer
        client.close()


@contextmanager
def _started(command: Sequence[str | Path], url: str, folder: Path) -> Iterator[int]:
    try:
        with running(command, url, folder, {}, cwd=folder) as pid:
            yield pid
    except DidNotStart as error:
        raise NotMeasured(str(error)) from error


def _kinto_home() -> Path:
    """An environment with Kinto in it, made once a list of versions."""
    home, listed = CACHE / "kinto", PEERS / "kinto.txt"
    stamp = home / "installed.txt"
    if not stamp.is_file() or stamp.read_text() != listed.read_text():
        shutil.rmtree(home, ignore_errors=True)
        _must([sys.executable, "-m", "venv", home], "no environment can be made for it")
        install = [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _must([*install, "-r", listed], "it cannot be installed")
        stamp.write_text(listed.read_text())
    return home


def _install_pouchdb() -> None:
    stamp, listed = CACHE / "pouchdb.txt", PEERS / "package-lock.json"
    if not (PEERS / "node_modules").is_dir() or not stamp.is_file() or stamp.read_text() != listed.read_text():
        npm = shutil.which("npm")
        if npm is None:
            raise NotMeasured("there is no npm here")
        _must([npm, "ci", "--silent"], "it cannot be installed", PEERS)
        CACHE.mkdir(exist_ok=True)
        stamp.write_text(listed.read_text())


def _must(command: Sequence[str | Path], else_: str, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMeasured(f"{else_}: {error}") from error
    if done.returncode:
        raise NotMeasured(f"{else_}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
