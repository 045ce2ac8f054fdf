"""Registers: the party organizations of a community and the members in them (党组织与党员台账).

Governed by the Party Constitution, the branch regulations of 2018 (支部工作条例), the opinions on
terms of 2018 (任期意见) and the member regulations of 2019 (党员教育管理工作条例).
"""
