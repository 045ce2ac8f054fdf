"""The member list measured against a bare handler and two admin frameworks: `make bench`."""
