"""The whole way, as five people: from a photo on a phone to a signed notice."""

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pdfplumber
import pytest
from docx import Document
from PIL import Image

from inspection.kernel.calendar import BEIJING
from tests.browser.conftest import People, Visitor
from tests.make import jpeg

pytestmark = pytest.mark.browser

PLACE = "月牙胡同 5 号门前"


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[str], Path]:
    """A photo as a phone has it, taken a minute from now on the phone's own clock."""

    def picture(name: str) -> Path:
        exif = Image.Exif()
        taken = datetime.now(BEIJING) + timedelta(minutes=1)
        exif.get_ifd(0x8769)[0x9003] = f"{taken:%Y:%m:%d %H:%M:%S}"
        file = tmp_path / f"{name}.jpg"
        Image.open(io.BytesIO(jpeg(sum(name.encode()), (640, 480)))).save(file, "JPEG", exif=exif)
        return file

    return picture


def test_a_photo_becomes_a_case_in_a_signed_notice(
    people: tuple[Path, People],
    visitor: Callable[..., Visitor],
    pictures: Callable[[str], Path],
) -> None:
    _folder, phones = people

    number = _report(visitor(phone=True), phones["inspector"], pictures("before"))
    _file_and_dispatch(visitor(), phones["district"])
    _handle(visitor(), phones["handler"], pictures("after"))
    _recheck(visitor(), phones["city"])
    notice = _draft(visitor(), phones["city"])
    _sign(visitor(), phones["publisher"], notice)
    _see_the_result(visitor(phone=True), phones["inspector"], number)


def _report(inspector: Visitor, phone: str, picture: Path) -> str:
    page = inspector.open_app(phone)
    page.locator(".hero input[type=file]").set_input_files(picture)
    page.get_by_role("button", name="乱堆乱放").click()
    page.get_by_role("button", name="不对，我来改").click()
    page.get_by_label("门牌或路口").fill(PLACE)
    page.get_by_role("button", name="改好了").click()
    page.get_by_role("button", name="就是这里，保存").click()
    page.get_by_text("回执号", exact=True).wait_for()
    number = page.locator(".receipt .no").inner_text()

    assert re.fullmatch(r"\d{3} \d{3} \d{3}", number)
    assert not inspector.problems
    return number


def _file_and_dispatch(officer: Visitor, phone: str) -> None:
    page = officer.page
    officer.sign_in(phone)
    officer.until(lambda: page.locator("[data-big] img").count() > 0)

    assert PLACE in page.inner_text("main")
    assert "东四街道综合行政执法队" in page.locator("[data-due]").inner_text()
    page.get_by_role("button", name=re.compile("立案，派遣")).click()
    page.get_by_text("都分完了").wait_for()
    assert not officer.problems


def _handle(handler: Visitor, phone: str, picture: Path) -> None:
    page = handler.page
    handler.sign_in(phone)
    page.get_by_role("link", name=re.compile(r"DC-\d{4}-0001")).click()
    page.get_by_role("button", name=re.compile("签收")).click()
    page.get_by_text("反馈：已整改…").click()
    page.get_by_label("整改后的近景").set_input_files(picture)
    page.locator("details[open]").get_by_label("说明").fill("已清走，摆上花箱")
    page.get_by_role("button", name="反馈：已整改", exact=True).click()

    page.get_by_text("反馈：已整改：已清走，摆上花箱").wait_for()
    assert "李文" not in page.content()
    assert not handler.problems


def _recheck(city: Visitor, phone: str) -> None:
    page = city.page
    city.sign_in(phone)
    page.goto(f"{city.address}/desk/tickets?view=to_recheck")
    page.get_by_role("link", name=re.compile(r"DC-\d{4}-0001")).click()
    page.get_by_text("核查通过，结案…").click()
    page.get_by_label("说明").first.fill("到现场看过，已清走")
    page.get_by_role("button", name="核查通过，结案", exact=True).click()

    page.get_by_text("核查通过，结案：到现场看过，已清走").wait_for()
    assert not city.problems


def _draft(city: Visitor, phone: str) -> str:
    page = city.page
    city.sign_in(phone)
    page.goto(f"{city.address}/desk/notices")
    page.get_by_label("哪一周").select_option(index=0)
    page.get_by_role("button", name=re.compile("起草这一周")).click()
    page.get_by_text("期号在签发时自动给出").wait_for()

    assert PLACE in page.inner_text("main")
    assert page.get_by_role("button", name=re.compile("签发")).count() == 0
    assert not city.problems
    return page.url


def _sign(publisher: Visitor, phone: str, notice: str) -> None:
    page = publisher.page
    publisher.sign_in(phone)
    page.goto(notice)
    page.get_by_role("button", name=re.compile("签发，给出期号")).click()
    page.get_by_text("第 1 期（总第 1 期）").first.wait_for()
    publisher.until(lambda: page.get_by_role("link", name="PDF").count() > 0)

    pdf = publisher.context.request.get(f"{notice}/file.pdf")
    docx = publisher.context.request.get(f"{notice}/file.docx")
    assert not publisher.problems
    with pdfplumber.open(io.BytesIO(pdf.body())) as printed:
        words = "".join(sheet.extract_text() for sheet in printed.pages)
        assert "第1期" in words.replace(" ", "") and len(printed.pages) % 2 == 0
        assert sum(len(sheet.images) for sheet in printed.pages) == 2
    assert PLACE.replace(" ", "") in words.replace(" ", "").replace("\n", "")
    assert any(PLACE in paragraph.text for paragraph in Document(io.BytesIO(docx.body())).paragraphs)


def _see_the_result(inspector: Visitor, phone: str, number: str) -> None:
    page = inspector.open_app(phone)
    page.get_by_role("link", name="我的上报").click()
    page.get_by_text("已改好").first.click()

    page.get_by_text("改好了，已办结").wait_for()
    assert number in page.inner_text("main")
    assert not inspector.problems
