"""The page on hostile and on odd input: strangers' text must stay text."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from steep.measuring.comparison import Scored, compare_arms
from steep.measuring.report import ArmSummary, CurvePoint, KindSummary, Latency, MeasureReport, MetricSummary, Outcomes
from steep.measuring.rows import Asked, Row
from steep.measuring.verdict import Standing, decide
from steep.report.figures import arm_bars, forest, outcome_bars, risk_curve
from steep.report.page import render_page
from steep.report.templating import environment
from steep.values import Answer, Citation, Question, Score

HOSTILE = "</span></style><script>alert(1)</script><img src=x onerror=alert(2)>\"' onload='x &lt; \x00\u202e"


class Seen(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []

    def handle_starttag(self, name, attributes):
        self.tags.append(name)
        self.attributes += attributes

    def handle_data(self, data):
        self.text.append(data)


def made(told="a plain text", *, values=(0.2, 0.9)):
    names = ["rag", "both"]
    scores = {
        name: [Scored(question=f"q{n}", document=f"d{n}", value=values[at] - n / 100) for n in range(12)]
        for at, name in enumerate(names)
    }
    comparisons = compare_arms("token-f1", scores, resamples=100, seed=0)
    means = {name: sum(each.value for each in found) / 12 for name, found in scores.items()}
    arms = [ArmSummary(name="base", arm="base", reason=told)]
    arms += [
        ArmSummary(
            name=name,
            arm=name,
            questions=12,
            metrics=(
                MetricSummary(metric="token-f1", mean=means[name], low=0.1, high=0.95, measured=12),
                MetricSummary(metric="recall", mean=None, not_measured={told: 12}),
            ),
            outcomes=Outcomes(right=5, declined=2, abstained=1, wrong=4),
            kinds=(KindSummary(kind=told, questions=12, means={"token-f1": 0.5}),),
            curve=(
                CurvePoint(confidence=0.9, coverage=0.2, risk=0.0),
                CurvePoint(confidence=0.2, coverage=0.8, risk=0.4),
            ),
        )
        for name in names
    ]
    standings = [Standing(arm=arm.name, mean=means.get(arm.name), reason=arm.reason) for arm in arms]
    report = MeasureReport(
        id="abc",
        project="quay",
        generation=3,
        folder=".steep/reports/abc",
        settings={"split": told, "resamples": 100, "seed": 0},
        questions={"asked": 12, "answerable": 10, "unanswerable": 2, "with_evidence": 9, "documents": 12},
        metrics=("token-f1", "recall"),
        arms=tuple(arms),
        comparisons=comparisons,
        verdict=decide("token-f1", standings, comparisons),
        skipped=(told,),
        unlocated={told: told},
        latency=(
            Latency(name="rag", answers=12, p50=8.0, p95=20.0),
            Latency(name="both", answers=0, p50=None, p95=None),
        ),
        created="2026-01-02T03:04:05+00:00",
    )
    return report, {name: [row(told, n) for n in range(12)] for name in names}


def row(told, number):
    citation = Citation(document="d", version="v", path=told, start=0, end=4, text=told, page=2)
    question = Question(id=f"q{number}", question=told, answers=(told,), kind=told)
    answer = Answer(question=told, text=told, citations=(citation,), confidence=0.5, abstained=False)
    if number == 1:
        answer = replace(answer, abstained=True, refusal=told, citations=())
    return Row(
        asked=Asked(question=question, document=told),
        answer=None if number == 2 else answer,
        scores={"token-f1": Score(value=0.1), "points": Score(value=-1.0)},
        error=told if number == 2 else "",
    )


def test_hostile_text_never_becomes_an_element_or_an_attribute():
    plain, hostile = Seen(), Seen()
    plain.feed(render_page(*made()))
    hostile.feed(render_page(*made(HOSTILE)))
    assert hostile.tags == plain.tags
    assert [name for name, _ in hostile.attributes] == [name for name, _ in plain.attributes]
    assert "script" not in hostile.tags
    assert any("<script>alert(1)</script>" in text for text in hostile.text)


@given(st.text(st.characters(codec=None), max_size=40))
@settings(deadline=None, max_examples=15)
def test_any_text_can_be_shown_and_written(told):
    page = render_page(*made(told or "x"))
    seen = Seen()
    seen.feed(page)
    assert page.encode("utf-8")
    assert seen.tags.count("h1") == 1


def test_the_page_loads_nothing():
    page = render_page(*made())
    seen = Seen()
    seen.feed(page)
    assert not {"script", "link", "img", "iframe", "object"} & set(seen.tags)
    assert all(value.startswith("#") for name, value in seen.attributes if name in ("src", "href"))
    ids = [value for name, value in seen.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_the_verdict_stands_first_and_gaps_are_told():
    report, rows = made("the reason why")
    page = render_page(report, rows)
    assert page.index(report.verdict.sentence[:20]) < page.index("<h2>Arms")
    assert "base was not measured: the reason why" in page
    seen = Seen()
    seen.feed(page)
    assert not re.search(r"\bnan\b", " ".join(seen.text).lower())


def drawn(report):
    paired = [each for each in report.comparisons if each.metric == "token-f1"]
    return arm_bars(report.arms, "token-f1"), forest(paired), outcome_bars(report.arms), risk_curve(report.arms)


def test_figures_are_well_formed_and_tell_their_values_to_those_who_do_not_see_them():
    for figure in drawn(made()[0]):
        drawing = ElementTree.fromstring(figure.svg)
        assert drawing.get("role") == "img"
        named = {element.get("id"): element.text for element in drawing if element.tag in ("title", "desc")}
        title, said = (named[each] for each in drawing.get("aria-labelledby").split())
        assert title == figure.caption
        assert any(character.isdigit() for character in said)


def test_figures_take_their_colours_from_the_page_and_refer_to_nothing_outside_themselves():
    names = set(re.findall(r"--[a-z-]+(?=:)", (environment().loader.get_source(environment(), "style.css"))[0]))
    for figure in drawn(made()[0]):
        assert set(re.findall(r"var\((--[a-z-]+)\)", figure.svg)) <= names
        assert set(re.findall(r"#[0-9a-f]{6}\b", figure.svg)) <= {"#ffffff"}
        ids = set(re.findall(r' id="([^"]+)"', figure.svg))
        assert set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", figure.svg)) <= ids


def test_the_same_report_gives_the_same_bytes_whatever_a_user_set_for_matplotlib():
    import matplotlib

    report, rows = made()
    page = render_page(report, rows)
    with matplotlib.rc_context(
        {"font.size": 30, "svg.hashsalt": None, "axes.facecolor": "red", "text.parse_math": True}
    ):
        assert render_page(report, rows) == page


def test_a_label_is_no_formula_and_no_colour():
    told = "$x^2$ #010100 <b>"
    arms = [ArmSummary(name=told, arm="rag", metrics=(MetricSummary(metric="token-f1", mean=0.5),))]
    svg = arm_bars(arms, "token-f1").svg
    assert "$x^2$ #010100 &lt;…" in svg or "$x^2$ #010100 &lt;b&gt;" in svg


@pytest.mark.parametrize("values", [(0.11, 0.11), (-1.0, -0.9), (0.0, 1.0)])
def test_figures_take_equal_negative_and_extreme_values(values):
    assert "svg" in render_page(*made(values=values))


def test_control_characters_are_shown_as_such_in_text_and_in_attributes():
    report, rows = made("a\x00\ud800b")
    page = render_page(report, rows)
    assert "a\ufffd\ufffdb" in page
    assert 'title="a\ufffd\ufffdb"' in page
    assert page.encode("utf-8")


def test_a_name_that_a_template_misses_is_an_error():
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nothing }}").render()


def test_the_page_is_walked_by_keyboard_and_read_aloud():
    page = render_page(*made())
    assert '<a class="skip" href="#content">' in page
    assert '<main id="content"' in page
    tables = re.findall(r"<table>.*?</table>", page, re.S)
    assert len(tables) == len(re.findall(r'role="region" aria-label="[^"]+" tabindex="0">\s*<table>', page))
    for table in tables:
        rows = re.findall(r"<tr>.*?</tr>", table, re.S)
        assert all('scope="col"' in rows[0] and 'scope="row"' in row for row in rows[1:])
