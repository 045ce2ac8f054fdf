"""Care for members by class: posts of the retired, visits, the floating ledger, public cards, contacts, delegates.

The four classes of management come from 双滦区, the four-level contact from 汇川区; no law stands behind them, so
each number in the rules is a default of this portal unless its source is named.
"""
