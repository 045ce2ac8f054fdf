"""The demo: one street and two communities of 汇川区 with invented people and firms, so that nobody starts empty."""

from portal.demo.people import sign_ins
from portal.demo.world import load_if_empty

__all__ = ["load_if_empty", "sign_ins"]
