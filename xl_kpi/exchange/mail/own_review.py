"""A person's part of the review in a mail (K13): a few lines for its body, and a page to attach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

from xl_kpi.calc.calendar import month_start
from xl_kpi.catalog import text
from xl_kpi.kpi.review.actions import LEAST, ORDERS, Action
from xl_kpi.kpi.review.attainment import KPI, Attained, Reached, how_far, name_of
from xl_kpi.kpi.review.names import action_names, channel_name, finding_said, in_unit, said
from xl_kpi.kpi.review.own_part import OwnPart
from xl_kpi.kpi.review.words import BRINGS, ReviewWords
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.review.gap import Part

MOST_KPIS, MOST_PARTS, MOST_ACTIONS = 4, 4, 3  # lines in the body; all of them stand on the page
UNKNOWN = "—"
_STYLE = """
:root{color-scheme:light dark;--ink:#1f2937;--soft:#4b5563;--line:#d1d5db;--head:#eef2f7;--bad:#b42318;--good:#1a6b3c}
@media (prefers-color-scheme:dark){:root{--ink:#e5e7eb;--soft:#c3c9d3;--line:#4b5563;--head:#263141;--bad:#ff9d94;
--good:#7ddfa5}body{background:#111827}}
body{font:15px/1.6 "Hiragino Sans","Yu Gothic UI",Meiryo,"Noto Sans CJK JP",sans-serif;color:var(--ink);
max-width:52rem;margin:0 auto;padding:1rem}
h1{font-size:1.3rem;margin:.2rem 0}h2{font-size:1.05rem;margin:1.4rem 0 .4rem}p{margin:.3rem 0}.soft{color:var(--soft)}
div{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th{background:var(--head);font-weight:600}th:first-child,td:first-child{text-align:left;
white-space:normal;min-width:8rem}td.kpi{padding-left:1.5rem}.bad{color:var(--bad)}.good{color:var(--good)}
li{margin:.5rem 0}
@media (max-width:600px){thead{display:none}tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}
th,td{display:block;border:0;padding:.1rem .5rem;text-align:left}td:first-child{font-weight:600}
td[data-said]::before{content:attr(data-said) ": ";color:var(--soft)}br.wide{display:none}}
@media print{body{max-width:none;padding:0}}
"""


@dataclass(frozen=True)
class OwnReview:
    """A person's part of a review in the plan's language."""

    part: OwnPart
    lang: str

    # --- the body of the mail

    def lines(self) -> str:
        """A few lines: stages and channels, the KPIs furthest below target, what that costs, what to do."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield text("mailed_head" if self._is_known else "mailed_head_plan", self.lang, span=self.span)
        if not self._is_known:
            yield text("mailed_no_actuals", self.lang)
            for one in self.part.attained:
                if one.what != KPI:
                    target = self._figure(one, one.whole.target)
                    yield text("mailed_target", self.lang, name=self._name(one), target=target)
            return
        for one in self.part.attained:
            if one.what != KPI:
                yield text("mailed_line", self.lang, name=self._name(one), **self._values(one))
        below = sorted((one for one in self.part.attained if one.what == KPI and one.is_below),
                       key=how_far)  # fmt: skip
        for one in below[:MOST_KPIS]:
            yield text("mailed_line", self.lang, name=self._name(one), **self._values(one))
        for part in sorted(self.part.gap, key=lambda part: part.orders)[:MOST_PARTS]:
            yield text("mailed_part", self.lang, name=self._cause(part), orders=self._orders(part))
        for line in self._besides():
            yield text("mailed_line_besides", self.lang, said=line)
        if self.part.actions:
            yield text("mailed_actions", self.lang)
        for number, action in enumerate(self.part.actions[:MOST_ACTIONS], 1):
            words = {"action": action.advice.text(self.lang), "brings": self._brings(action)}
            yield f"{number}. {self._about(action)}"
            yield f"   {self._t('mailed_brings', **words)}"

    # --- the page

    def page(self, title: str, person: str) -> bytes:
        """The page: everything of the part; opens in a browser, asks for nothing outside."""
        t = self._t
        body = [
            f"<h1>{escape(t('mailed_title', title=title))}</h1>",
            f'<p class="soft">{escape(t("mailed_for", name=person, span=self.span))}</p>',
        ]
        if not self._is_known:
            body.append(f"<p>{escape(t('mailed_no_actuals'))}</p>")
        body.append(f"<h2>{escape(t('mailed_attained'))}</h2>")
        body.append(self._attained_table())
        if self._is_known:
            body.append(f"<h2>{escape(t('mailed_gap'))}</h2>")
            body += self._gap_words()
            body.append(f"<h2>{escape(t('mailed_actions'))}</h2>")
            body += self._action_words()
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        said = f"<title>{escape(t('mailed_title', title=title))}</title><style>{_STYLE}</style>"
        start = f'<!doctype html><html lang="{self.lang}"><head>{head}{said}</head>'
        return f"{start}<body>{''.join(body)}</body></html>".encode()

    def _attained_table(self) -> str:
        heads = [self._t(f"mailed_{key}") for key in ("what", "month", "to_date", "whole")]
        cells = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
        headed = {one.channel for one in self.part.attained if one.what != KPI}
        rows = []
        for one in self.part.attained:
            numbers = [self._cell(one, span, head) for span, head in zip((one.month, one.to_date), heads[1:])]
            numbers.append(f"<td{_said(heads[3])}>{escape(self._figure(one, one.whole.target))}</td>")
            is_below = one.what == KPI and one.channel in headed  # the channel's own line
            name = name_of(self.part.review.named, one, self.lang) if is_below else self._name(one)
            kind = ' class="kpi"' if is_below else ""
            rows.append(f"<tr><td{kind}>{escape(name)}</td>{''.join(numbers)}</tr>")
        return f"<div><table><thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"

    def _cell(self, one: Attained, span: Reached, head: str) -> str:
        values = self._values(one, span)
        kind = {"▲": ' class="good"', "▼": ' class="bad"'}.get(span.mark, "")
        reached = f' <br class="wide"><span{kind}>{escape(values["reached"])}</span>'
        return f"<td{_said(head)}>{escape(self._t('mailed_pair', **values))}{reached}</td>"

    def _gap_words(self) -> Iterator[str]:
        if self.part.review.gap.orders is None:
            yield f"<p>{escape(self._t('reviewed_gap_unknown'))}</p>"
            return
        besides = [*self._besides()]
        if not self.part.gap and not besides:
            yield f"<p>{escape(self._t('mailed_no_gap'))}</p>"
        if self.part.gap:
            lines = "".join(
                f"<li>{escape(self._t('mailed_part_said', name=self._cause(one), orders=self._orders(one)))}</li>"
                for one in sorted(self.part.gap, key=lambda part: part.orders)
            )
            yield f"<ul>{lines}</ul>"
            yield f'<p class="soft">{escape(self._t("mailed_gap_note"))}</p>'
        yield from (f"<p>{escape(line)}</p>" for line in besides)

    def _besides(self) -> Iterator[str]:
        """What is known of the orders beside the parts: the gap itself, and of what nothing is known alone."""
        review, comma = self.part.review, self._t("list_comma")
        names = {one.id: one.name for one in review.named.stages}
        gap = float(review.gap.orders or 0)
        if self.part.has_whole and abs(gap) >= LEAST:
            yield self._t("mailed_whole_gap", name=names[review.plan.stages[-1].id], orders=_signed(gap))
        if self.part.untold:
            channels = [channel_name(review.named, one, self.lang) for one in self.part.untold]
            yield self._t("mailed_untold", names=comma.join(channels))
        if self.part.untold_stages:
            yield self._t("mailed_untold_stages", names=comma.join(names[one] for one in self.part.untold_stages))

    def _action_words(self) -> Iterator[str]:
        if not self.part.actions:
            worse = any(one.is_below for one in self.part.attained)
            said = self._t("reviewed_none_proposed" if worse else "reviewed_no_actions")
            yield f"<p>{escape(said)}</p>"
            return
        lines = [
            f"<li><strong>{escape(self._about(one))}</strong><br>{escape(one.advice.text(self.lang))}<br>"
            f'<span class="soft">{escape(self._brings(one))}</span></li>'
            for one in self.part.actions
        ]
        yield f"<ol>{''.join(lines)}</ol>"

    # --- words

    def _t(self, key: str, **values: object) -> str:
        return text(key, self.lang, **values)

    @property
    def _words(self) -> ReviewWords:
        return ReviewWords(self.part.review, self.lang)

    @property
    def _is_known(self) -> bool:
        return bool(self.part.review.to_date.months)

    @property
    def span(self) -> str:
        """The months that are looked at."""
        to_date = self.part.review.to_date
        first = to_date.plan.start
        last: dt.date = month_start(first, (to_date.months or to_date.plan.months) - 1)
        return self._t("mailed_span", first=f"{first:%Y/%m}", last=f"{last:%Y/%m}")

    def _name(self, one: Attained) -> str:
        named = self.part.review.named
        name = name_of(named, one, self.lang)
        if not one.channel:
            return name
        channel = channel_name(named, one.channel, self.lang)
        return self._t("mailed_of_channel", channel=channel, name=name)

    def _values(self, one: Attained, span: Reached | None = None) -> dict[str, str]:
        span = span or one.to_date
        target, actual = (self._figure(one, number) for number in (span.target, span.actual))
        if span.attained is None:
            reached = span.mark or UNKNOWN
        else:
            reached = f"{span.mark} {fixed(100 * span.attained)}%"
        return {"target": target, "actual": actual, "reached": reached}

    def _figure(self, one: Attained, number: float | None) -> str:
        return UNKNOWN if number is None else in_unit(one.unit, number)

    def _cause(self, part: Part) -> str:
        channel = channel_name(self.part.review.named, part.channel, self.lang)
        return self._t("mailed_of_channel", channel=channel, name=self._words.cause(part))

    def _orders(self, part: Part) -> str:
        return _signed(self.part.review.gap.shown(part))

    def _about(self, one: Action) -> str:
        if one.bar is not None:
            return finding_said(self.part.review.named, one, self.lang)
        where, figure = action_names(self.part.review.named, one, self.lang)
        plan, actual = said(one, one.plan), said(one, one.actual)
        return self._t("mailed_action", channel=where, name=figure, plan=plan, actual=actual)

    def _brings(self, one: Action) -> str:
        # An action of somebody else, of whose orders these are a part, is not told.
        own = replace(one, overlaps=self.part.is_told_above(one))
        if own.brings_back is None or own.effect != ORDERS:
            words = self._t(BRINGS[own.effect])
        else:
            key = "mailed_overlaps" if one.overlaps else "reviewed_brings"
            words = self._t(key, orders=fixed(own.brings_back, 1))
        return self._t("reviewed_comma").join(filter(None, (words, self._words.until(one))))


def _signed(orders: float) -> str:
    return f"{'+' if orders > 0 else '−'}{fixed(abs(orders), 1)}"


def _said(head: str) -> str:
    """What stands above a column, where a phone shows its cells one below the other."""
    return f' data-said="{escape(head)}"'
