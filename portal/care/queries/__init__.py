"""Reads of care. Each asks for the tenant by name: a street reads below, and what is due here is nobody else's."""
