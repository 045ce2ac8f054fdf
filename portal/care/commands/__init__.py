"""Writes of care, one function per use case."""
