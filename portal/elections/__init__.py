"""Setting up and renewing an owners' committee, with the gate kept by the party organization.

Governed by the Civil Code arts. 278 to 280, the Property Management Regulations (2018) and the
Guiding Rules on Owners' Assemblies and Owners' Committees (Jianfang [2009] 274). Every legal
number is read from a rule pack (`rule_packs/`), never written in code.
"""
