"""Where photos and documents lie: files by default, any S3-compatible store by URL (存储).

What is put here is durable before anyone is told, whole, and never overwritten: the key of an original is its hash.
Keys are made by the program and have one form; nothing that a person typed becomes part of a path.
"""

import base64
import errno
import filecmp
import hashlib
import io
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from inspection.kernel import faults

KEY = re.compile(r"[a-z]{1,20}(/[0-9a-z][0-9a-z._-]{0,119}){1,3}")
FULL = {errno.ENOSPC, errno.EDQUOT}
CHUNK = 1024 * 1024
FILE_MODE, FOLDER_MODE = 0o640, 0o750
STALE_SECONDS = 24 * 3600
NOT_FOUND = {"404", "NoSuchKey", "NotFound"}
EXISTS = {"412", "PreconditionFailed", "ConditionalRequestConflict"}
NO_ROOM = {"507", "QuotaExceeded", "XMinioStorageFull"}
NOT_OFFERED = {"501", "NotImplemented"}


class StorageFailed(RuntimeError):
    """The store did not take or give something; nothing may be acknowledged."""


class StorageFull(StorageFailed):
    """There is no room left."""


class OtherContent(StorageFailed):
    """Other bytes lie under the key already, and stay there."""


class NotThere(StorageFailed):
    """Nothing is kept under the key."""


class AlreadyThere(StorageFailed):
    """Something is kept under the key already."""


class NotOffered(StorageFailed):
    """The store does not know what it was asked."""


class Storage(Protocol):
    """What the program asks of a store."""

    def incoming(self) -> "Incoming":
        """A file to write pieces into, and to seal under a key once it is whole."""

    def put(self, key: str, source: Path) -> None:
        """Keep a copy of a file durably; raises OtherContent if the key already holds other bytes."""

    def put_bytes(self, key: str, data: bytes) -> None:
        """Keep ``data`` durably; a key that is there already stays as it is, whatever it holds."""

    def open(self, key: str) -> BinaryIO:
        """The content, to read and close; raises StorageFailed if there is none."""

    def read(self, key: str) -> bytes:
        """The whole content; raises StorageFailed if there is none."""

    def exists(self, key: str) -> bool:
        """Whether something is kept under the key."""

    def size(self, key: str) -> int:
        """Its length in bytes."""

    def delete(self, key: str) -> None:
        """Remove it; nothing happens if it is not there."""

    def sweep(self, older_than_seconds: float = STALE_SECONDS) -> int:
        """Remove what killed uploads left behind; how many files."""


class Incoming:
    """A temporary file with its running length and SHA-256. Leaving without ``seal`` removes it."""

    def __init__(self, spool: Path, keep: Callable[[Path, str], None]) -> None:
        self.path = spool / f"{secrets.token_hex(16)}.part"
        self.size = 0
        self._keep = keep
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of what has been written so far, lower-case hex."""
        return self._digest.hexdigest()

    def __enter__(self) -> Self:
        with told():
            self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb")
        return self

    def write(self, chunk: bytes) -> None:
        """Add a piece."""
        with told():
            self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def flush(self) -> Path:
        """The file so far, for others to read."""
        with told():
            self._file.flush()
        return self.path

    def seal(self, key: str) -> None:
        """Make it durable under ``key``: file synced, linked without overwriting, folder synced, in this order.

        Nothing can be written afterwards. Raises OtherContent if the key already holds other bytes.
        """
        with told():
            self._file.flush()
            faults.point("blob.temp_written")
            faults.point("blob.before_fsync")
            os.fsync(self._file.fileno())
            faults.point("blob.after_fsync")
            self._file.close()
        self._keep(self.path, key)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # on a full disk closing tries once more to write; what counts was synced by ``seal``
            self._file.close()
        with suppress(OSError):  # what stays is swept later
            self.path.unlink()


class _Spooled:
    """What both stores do alike: pieces gather in a local folder until the file is whole."""

    _spool: Path

    def incoming(self) -> Incoming:
        """A file to write pieces into, and to seal under a key once it is whole."""
        return Incoming(self._spool, self._keep)

    def put(self, key: str, source: Path) -> None:
        """Keep a copy of a file durably; raises OtherContent if the key already holds other bytes."""
        with source.open("rb") as file, self.incoming() as incoming:
            while chunk := file.read(CHUNK):
                incoming.write(chunk)
            incoming.seal(key)

    def sweep(self, older_than_seconds: float = STALE_SECONDS) -> int:
        """Remove what killed uploads left behind; how many files."""
        stale = [file for file in self._spool.glob("*.part") if _age(file) > older_than_seconds]
        for file in stale:
            file.unlink(missing_ok=True)
        return len(stale)

    def _keep(self, file: Path, key: str) -> None:
        """Take over a finished, synced temporary file."""


class FileStorage(_Spooled):
    """Files below one folder, reached only through it."""

    def __init__(self, root: Path) -> None:
        """Use ``root``, making it if need be."""
        self.root = root
        self._spool = root / "incoming"
        self._durable = {folder for folder in (root, *root.parents) if folder.is_dir()}
        self._make_folders(self._spool)

    def put_bytes(self, key: str, data: bytes) -> None:
        """Keep ``data`` durably; a key that is there already stays as it is, whatever it holds."""
        with suppress(OtherContent), self.incoming() as incoming:
            incoming.write(data)
            incoming.seal(key)

    def open(self, key: str) -> BinaryIO:
        """The content, to read and close."""
        with told():
            return os.fdopen(os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def read(self, key: str) -> bytes:
        """The whole content."""
        with told(), self.open(key) as file:
            return file.read()

    def exists(self, key: str) -> bool:
        """Whether a file is kept under the key."""
        with told():
            path = self._path(key)
            return path.is_file() and not path.is_symlink()

    def size(self, key: str) -> int:
        """Its length in bytes."""
        with self.open(key) as file:
            return os.fstat(file.fileno()).st_size

    def delete(self, key: str) -> None:
        """Remove it."""
        with told(), suppress(FileNotFoundError):
            path = self._path(key)
            path.unlink()
            _sync_folder(path.parent)

    def _keep(self, file: Path, key: str) -> None:
        """Link the file under its key, without overwriting, and sync every folder that this changes."""
        path = self._path(key)
        with told():
            self._make_folders(path.parent)
            new = _linked(file, path)
            faults.point("blob.linked")
            _sync_folder(path.parent)
            faults.point("blob.dir_synced")
            if not new and not filecmp.cmp(file, path, shallow=False):
                raise OtherContent("other bytes are kept under this key")

    def _path(self, key: str) -> Path:
        path = self.root / checked(key)
        if not Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(self.root)):
            raise StorageFailed("a folder leads out of the store")
        return path

    def _make_folders(self, folder: Path) -> None:
        if folder in self._durable:
            return
        self._make_folders(folder.parent)
        folder.mkdir(exist_ok=True, mode=FOLDER_MODE)
        _sync_folder(folder.parent)  # even if it was there: whoever made it may have been killed before this
        self._durable.add(folder)


class S3Storage(_Spooled):
    """One bucket of an S3-compatible store; files are spooled locally until they are whole."""

    def __init__(self, bucket: str, client: Any, spool: Path) -> None:
        """Use ``bucket`` through a boto3 client."""
        self.bucket, self._client, self._spool = bucket, client, spool
        spool.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)

    def put_bytes(self, key: str, data: bytes) -> None:
        """Keep ``data`` durably; a key that is there already stays as it is, whatever it holds."""
        with suppress(OtherContent):
            self._put(key, io.BytesIO(data), hashlib.sha256(data).digest(), len(data))

    def open(self, key: str) -> BinaryIO:
        """The content, to read and close."""
        return io.BytesIO(self.read(key))

    def read(self, key: str) -> bytes:
        """The whole content, of the length that the store promised."""
        with told():
            answer = self._client.get_object(Bucket=self.bucket, Key=checked(key))
            data: bytes = answer["Body"].read()
        if len(data) != answer["ContentLength"]:
            raise StorageFailed("the store gave less than it has")
        return data

    def exists(self, key: str) -> bool:
        """Whether something is kept under the key."""
        return self._head(key) is not None

    def size(self, key: str) -> int:
        """Its length in bytes."""
        head = self._head(key)
        if head is None:
            raise NotThere("nothing is kept under this key")
        return int(head["ContentLength"])

    def delete(self, key: str) -> None:
        """Remove it."""
        with told():
            self._client.delete_object(Bucket=self.bucket, Key=checked(key))

    def _keep(self, file: Path, key: str) -> None:
        """Send the file, with its hash for the store to check."""
        with told(), file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").digest()
            content.seek(0)
            self._put(key, content, digest, file.stat().st_size)

    def _put(self, key: str, content: BinaryIO, digest: bytes, size: int) -> None:
        """Send it, then ask the store what it has: its word that all went well is not enough."""
        checksum = base64.b64encode(digest).decode()
        new = self._sent(key, content, checksum)
        head = self._head(key)
        if head is None:
            raise StorageFailed("the store keeps nothing")
        if head["ContentLength"] != size or head.get("ChecksumSHA256", checksum) != checksum:
            raise (StorageFailed if new else OtherContent)("the store keeps something else than was sent")

    def _sent(self, key: str, content: BinaryIO, checksum: str) -> bool:
        """Put it unless the key is there already; whether it was put. A store without conditions is asked first."""
        wanted = {"Bucket": self.bucket, "Key": checked(key), "Body": content}
        wanted |= {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": checksum}
        try:
            with told():
                self._client.put_object(**wanted, IfNoneMatch="*")
        except AlreadyThere:
            return False
        except NotOffered:
            if self.exists(key):
                return False
            content.seek(0)
            with told():
                self._client.put_object(**wanted)
        return True

    def _head(self, key: str) -> dict[str, Any] | None:
        wanted = {"Bucket": self.bucket, "Key": checked(key), "ChecksumMode": "ENABLED"}
        with suppress(NotThere), told():
            head: dict[str, Any] = self._client.head_object(**wanted)
            return head
        return None


def open_storage(url: str, spool: Path) -> Storage:
    """The store at ``file:///folder`` or ``s3://bucket?endpoint=http://…&region=…`` (keys by the AWS environment)."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FileStorage(Path(unquote(parts.path)))
    if parts.scheme != "s3":
        raise ValueError("a store is at file:///… or s3://…")
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    client = boto3.client(
        "s3",
        endpoint_url=options.get("endpoint"),
        region_name=options.get("region", "us-east-1"),
        config=Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 2, "mode": "standard"}),
    )
    return S3Storage(parts.netloc, client, spool)


def checked(key: str) -> str:
    """The key, if the program could have made it; raises ValueError for anything else."""
    if not KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key


ANSWERS = {NotThere: NOT_FOUND, AlreadyThere: EXISTS, StorageFull: NO_ROOM, NotOffered: NOT_OFFERED}


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong below, as StorageFull or StorageFailed."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull(str(error)) from error
        raise StorageFailed(str(error)) from error
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code"))
        raise next((kind for kind, codes in ANSWERS.items() if code in codes), StorageFailed)(code) from error
    except BotoCoreError as error:
        raise StorageFailed(type(error).__name__) from error


def _age(file: Path) -> float:
    """Seconds since it was last written; 0 if it is gone, sealed or given up meanwhile."""
    try:
        return time.time() - file.lstat().st_mtime
    except FileNotFoundError:
        return 0.0


def _linked(file: Path, path: Path) -> bool:
    """Give the file a second name; False if a file has that name already."""
    try:
        path.hardlink_to(file)
    except FileExistsError:
        if path.is_symlink():
            raise
        return False
    return True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
