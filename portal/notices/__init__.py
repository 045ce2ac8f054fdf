"""Public notices: shown to anyone without signing in, with a last day counted as the law counts.

Counting: Civil Code arts. 200 to 203. What may be shown of a person: Personal Information
Protection Law art. 25 (only named facts that the notice needs).
"""
