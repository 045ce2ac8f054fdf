"""Owners score the firm that manages their estate (业主评价物业): rounds, ballots, results.

An appraisal is not a joint decision of the owners (Civil Code art. 278): it can
neither dismiss a firm nor lower a fee. It rests on the owners' right to supervise
(art. 285) and the firm's duty to report (art. 943).
"""
