"""``xl-kpi calendar``: the file of the reviews (K13), and what is wrong in one pass."""

import datetime as dt

import icalendar
import pytest

from tests.cli.terminal import xl
from tests.sheets.plans import template
from xl_kpi.build import build

pytestmark = pytest.mark.slow  # a whole workbook is written and read back


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("calendar") / "plan.xlsx"
    plan = template("default", "ja")
    settings = {"review_as_of": dt.date(2026, 5, 15), "review_rhythm": "monthly", "page_actions": "on"}
    made.write_bytes(build(plan.with_(settings={**plan.settings, **settings})))
    return made


def test_by_the_log_of_reviews(path, tmp_path):
    out = tmp_path / "reviews.ics"
    answer = xl("calendar", path, "-o", out)
    assert answer.code == 0, answer.err
    first = icalendar.Calendar.from_ical(out.read_bytes()).walk("VEVENT")[0]
    assert first["DTSTART"].dt == dt.date(2026, 6, 15) and "打ち手を「見直し」シートに入力する" in str(
        first["DESCRIPTION"]
    )
    assert "11回分（毎月、2026/06/15〜2027/04/15）" in answer.out  # April 2027: the review of the last month, March


def test_from_a_day_at_a_time(path, tmp_path):
    out = tmp_path / "reviews.ics"
    answer = xl("calendar", path, "-o", out, "--from", "2026-08-03", "--time", "9:30", "--lang", "en")
    assert answer.code == 0 and "(monthly, 2026/08/03 to 2027/04/05)" in answer.out.lower()
    assert icalendar.Calendar.from_ical(out.read_bytes()).walk("VEVENT")[0]["DTSTART"].dt.hour == 9


def test_a_file_that_is_not_ours_stays(path, tmp_path):
    """Exit 3 and the same bytes: any file, a calendar of others, the series of another plan; --force overwrites."""
    out = tmp_path / "reviews.ics"
    assert xl("calendar", path, "-o", out).code == 0 and xl("calendar", path, "-o", out).code == 0
    ours = out.read_bytes()
    uid = next(line for line in ours.split(b"\r\n") if line.startswith(b"UID:"))
    others = (b"memo", b"", ours.replace(b"//xl-kpi//", b"//other//"), ours.replace(uid, b"UID:review-x@xl-kpi"))
    for content in others:
        out.write_bytes(content)
        answer = xl("calendar", path, "-o", out)
        assert answer.code == 3 and "--force" in answer.err and out.read_bytes() == content
    assert xl("calendar", path, "-o", out, "--force").code == 0 and uid in out.read_bytes()


def test_everything_wrong_in_one_pass(path, tmp_path):
    answer = xl("calendar", path, "-o", tmp_path / "reviews.txt", "--from", "いつか", "--time", "25:00")
    assert answer.code == 2 and len(answer.faults) == 3
    assert {line.split(":")[0].split()[0] for line in answer.faults} == {"--from", "--time", "-o"}
    late = xl("calendar", path, "-o", tmp_path / "reviews.ics", "--from", "2028-01-10")
    assert late.code == 2 and "2027/04/30" in late.err
