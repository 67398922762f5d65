"""K11: of the KPIs that the catalog has in use, each leads to the stage that its channel delivers."""

from __future__ import annotations

from tests.agreement.books import template_plan
from xl_kpi import catalog
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.findings.paths import off_the_way


def test_K11_what_is_in_use_leads_to_the_goal():
    plan = with_channels(template_plan("default", "ja"), [channel.id for channel in catalog.channels()])
    assert off_the_way(plan) == frozenset()
