"""Hostile and dirty files, made by program: each with what must become of it.

`outcome` is a code of refusal, several of them, or READ with a check of the rows. All names and numbers are invented.
"""

from tests.desk.corpus import archives, papers, sheets
from tests.desk.corpus.making import CORPUS, READ, Entry, Rows

__all__ = ["CORPUS", "READ", "Entry", "Rows", "archives", "papers", "sheets"]
