"""The register of estates (小区): buildings, units with their area, owners and serving firms.

Scoring asks it who may rate for a unit, elections ask it for the roll.
Governed by the Civil Code arts. 271-278 and the Supreme People's Court's
interpretation on building ownership (2020 revision), arts. 1, 8 and 9.
"""
