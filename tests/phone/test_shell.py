"""The field app's shell: public, the same for everyone, whole under one version, small, and switched off when asked."""

import gzip
import hashlib
import json
import re
from base64 import b64encode
from pathlib import Path

import brotli
import pytest
from flask import Flask

from inspection.factory import create_app
from inspection.geography.areas import atlas
from inspection.geography.pocket import pocket_map
from inspection.geography.points import Point
from inspection.phone import shell, words
from tests.conftest import settings_for
from tests.make import Make
from tests.web.browser import Browser

FIRST_LOAD_BYTES = 60 * 1024
ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[㐀-鿿]")
COMMENT = re.compile(r"^\s*(?://|/?\*).*$|(?<=[;{}),])\s+//.*$", re.MULTILINE)


def listed(text: str) -> dict[str, str]:
    """Path → hash, as the service worker is told."""
    found = re.match(r"const SHELL = (.*);\n", text)
    assert found
    return {one["path"]: one["integrity"] for one in json.loads(found[1])["files"]}


def test_the_page_is_the_same_bytes_for_everyone(app: Flask, make: Make) -> None:
    inspector, officer = make.inspector(name="欧阳暗香"), make.officer()

    pages = [Browser(app, person).get("/phone/", headers={"Accept-Language": lang}).data
             for person in (None, inspector, officer) for lang in ("zh", "en")]  # fmt: skip

    assert len(set(pages)) == 1
    assert "欧阳".encode() not in pages[0] and b"csrf" not in pages[0]
    assert b"/phone/report" in pages[0]  # the plain home, for browsers that cannot run the app


def test_every_file_of_the_list_is_served_with_the_hash_it_is_listed_with(sqlite_app: Flask) -> None:
    mine = Browser(sqlite_app)

    files = listed(mine.page("/phone/sw.js"))

    assert len(files) > 50 and "/phone/" in files
    for path, integrity in files.items():
        answer = mine.get(path)
        assert answer.status_code == 200, path
        assert integrity == f"sha256-{b64encode(hashlib.sha256(answer.data).digest()).decode()}", path


def test_a_file_may_be_kept_for_ever_and_an_older_versions_is_gone(sqlite_app: Flask) -> None:
    mine, current = Browser(sqlite_app), shell.current()

    kept = mine.get(current.address("phone/app.js"))
    gone = mine.get("/phone/shell/0000000000000000/phone/app.js")
    none = mine.get(current.address("phone/../desk/desk.js"))

    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert kept.mimetype == "text/javascript"
    assert (gone.status_code, gone.headers["Cache-Control"], none.status_code) == (404, "no-store", 404)


def test_no_test_and_no_module_of_the_servers_pages_is_in_it() -> None:
    files = set(shell.current().files)

    assert not any("test" in path for path in files)
    assert not files & {"phone/report.js", "phone/early.js", "phone/sw.js"}
    assert {"phone/screens/photos.js", "phone/words-en.json", "phone/areas.json", "look/icons.svg"} <= files


def test_everything_that_a_module_imports_is_in_the_shell() -> None:
    files = shell.current().files
    wanted = re.compile(r"""(?:from|import)\s*\(?"(\.{1,2}/[^"]+)"|new URL\("([^"#]+)""")

    for path, file in files.items():
        if path.endswith(".js") and path.startswith("phone/"):
            for found in wanted.finditer(file.content.decode()):
                target = (Path("/") / Path(path).parent / (found[1] or found[2])).as_posix()
                resolved = str(Path(target).resolve()).lstrip("/")
                assert resolved in files, f"{path} → {resolved}"


def test_the_categories_drawings_are_apart_and_none_is_lost() -> None:
    files, drawn = shell.current().files, re.compile(r'<symbol id="([^"]+)"')
    first, later = (drawn.findall(files[path].content.decode()) for path in ("look/icons.svg", "look/cats.svg"))

    assert sorted(first + later) == sorted(drawn.findall((shell.STATIC / "look/icons.svg").read_text("utf-8")))
    assert {name.startswith("cat-") for name in first} == {False}
    assert {name.startswith("cat-") for name in later} == {True}
    assert all(files[path].content.endswith(b"</svg>\n") for path in ("look/icons.svg", "look/cats.svg"))


def test_the_page_asks_for_no_drawing_beside_the_shells(sqlite_app: Flask) -> None:
    drawn = set(re.findall(r'href="([^"#]+)#', Browser(sqlite_app).page("/phone/")))

    assert drawn == {shell.current().address("look/icons.svg")}


def test_a_file_of_the_shell_is_packed_as_small_as_can_be_and_is_the_same_unpacked(sqlite_app: Flask) -> None:
    mine, current = Browser(sqlite_app), shell.current()

    for path, file in current.files.items():
        packed = mine.get(current.address(path), headers={"Accept-Encoding": "gzip, br"})
        plain = mine.get(current.address(path), headers={"Accept-Encoding": "br;q=0, identity"})
        assert packed.headers["Content-Encoding"] == "br" and "Accept-Encoding" in packed.headers["Vary"], path
        assert "Content-Encoding" not in plain.headers
        assert brotli.decompress(packed.data) == plain.data == file.content, path


def test_the_first_load_is_small_on_the_way(sqlite_app: Flask) -> None:
    mine, current = Browser(sqlite_app), shell.current()
    urls = ["/phone/", *current.first_modules(), *current.looks(), current.address("look/icons.svg")]
    urls += [current.address("phone/first.js"), current.address("phone/screens/signin.js")]

    sizes = {url: len(mine.get(url, headers={"Accept-Encoding": "br"}).data) for url in urls}

    assert sum(sizes.values()) <= FIRST_LOAD_BYTES, sizes


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_what_holds_no_secret_travels_compressed(sqlite_app: Flask, encoding: str) -> None:
    mine = Browser(sqlite_app)

    for url in ("/phone/", "/phone/sw.js", shell.current().address("phone/app.js"), "/static/look/tokens.css"):
        answer = mine.get(url, headers={"Accept-Encoding": encoding})
        assert answer.headers["Content-Encoding"] == encoding, url
        assert "Accept-Encoding" in answer.headers["Vary"]
    plain = mine.get("/static/look/tokens.css")
    packed = mine.get("/static/look/tokens.css", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == plain.data


def test_what_holds_a_token_or_a_name_never_does(app: Flask, make: Make) -> None:
    mine = Browser(app, make.inspector())

    for url in ("/sign-in", "/phone/report", "/phone/reports", "/phone/me", "/api/v1/session", "/api/v1/reports"):
        assert "Content-Encoding" not in mine.get(url, headers={"Accept-Encoding": "br, gzip"}).headers, url


def test_switched_off_the_worker_is_told_to_go_and_the_page_registers_none(sqlite_url: str, tmp_path: Path) -> None:
    off = create_app(settings_for(sqlite_url, tmp_path / "data", phone_worker="off"))

    with off.app_context():
        mine = Browser(off)
        worker, page = mine.page("/phone/sw.js"), mine.page("/phone/")

    assert worker.startswith("const SHELL = null;\n") and "unregister" in worker
    assert "data-worker" not in page


def test_it_can_be_put_on_the_phones_first_screen(sqlite_app: Flask) -> None:
    mine = Browser(sqlite_app)

    told = mine.get("/phone/manifest.webmanifest").json

    assert (told["start_url"], told["scope"], told["display"]) == ("/phone/", "/phone/", "standalone")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    assert all(mine.get(icon["src"]).status_code == 200 for icon in told["icons"])


def test_every_text_of_the_app_is_in_the_catalogue_and_no_chinese_stands_outside_of_it() -> None:
    for module in words.modules():
        source = module.read_text("utf-8")
        left = COMMENT.sub("", words.SAID.sub("", source))
        strays = [line.strip() for line in left.splitlines() if CHINESE.search(line) and "中文" not in line]
        assert strays == [], module.name


def test_the_texts_have_their_english_in_the_shell() -> None:
    english = json.loads(shell.current().files["phone/words-en.json"].content)

    assert english["已存在手机里"] == "Kept in the phone"
    assert not [text for text in english.values() if CHINESE.search(text)]


def test_the_pocket_map_names_the_district_of_nearly_every_street_office() -> None:
    told = json.loads(pocket_map())
    scale, districts = told["scale"], told["districts"]
    rings = [(districts[at]["code"], corners(steps, scale)) for at, steps in told["outlines"]]
    known, wrong = 0, 0

    for code, _name, at, *seat in told["streets"]:
        if seat:
            lat, lng = seat[0] / scale, seat[1] / scale
            held = next((district for district, ring in rings if inside(ring, lat, lng)), None)
            found = atlas().locate(Point(lat, lng), 0.0).district
            native = held if districts[at]["code"] == code[:6] else districts[at]["code"]
            known += 1
            wrong += found is None or found.code != native

    assert known > 240
    assert wrong <= known * 0.02, f"{wrong} of {known}"


def corners(steps: list[int], scale: int) -> list[tuple[float, float]]:
    lng = lat = 0
    found = []
    for east, north in zip(steps[::2], steps[1::2], strict=True):
        lng, lat = lng + east, lat + north
        found.append((lng / scale, lat / scale))
    return found


def inside(ring: list[tuple[float, float]], lat: float, lng: float) -> bool:
    odd = False
    for (x, y), (px, py) in zip(ring, [ring[-1], *ring[:-1]], strict=True):
        if (y > lat) != (py > lat) and lng < (px - x) * (lat - y) / (py - y) + x:
            odd = not odd
    return odd
