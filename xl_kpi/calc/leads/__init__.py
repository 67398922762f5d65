"""Leads: how sure a share is, how often what goes with orders, and the scores of a lead.

Floats, as cells have them; standard library only.  ``calc.scoring`` has the short forms that are Excel functions.
"""

from xl_kpi.calc.leads.content import intent_score, paths
from xl_kpi.calc.leads.scores import action_points, fit_share, rounded, scaled
from xl_kpi.calc.leads.shares import Lift, lift

__all__ = ["Lift", "action_points", "fit_share", "intent_score", "lift", "paths", "rounded", "scaled"]
