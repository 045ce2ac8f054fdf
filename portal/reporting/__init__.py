"""Double reporting (双报到): party members in service report to the community where they live.

A member reports, the community accepts or returns the report, the member claims posts and logs
services, the community confirms the hours, and the member sees them on a card. What governs it:
docs/glossary.md, "double check-in"; Volunteer Service Regulations (志愿服务条例, 2017) art. 19 for
truthful records; Personal Information Protection Law arts. 7, 14, 17 and 29 for notice and consent.
"""
