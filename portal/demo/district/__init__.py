"""An invented register of the size of a whole district, to try the portal at full size.

Nobody in it exists: 示 in every person's name means 示例 (example), organizations and estates are called 演示 (demo),
and the ID numbers begin with 520399, which was never the number of a county.
"""
