"""Measures the integration in a real Home Assistant, each figure beside its reference.

Both services are simulated in a process of their own, so that they hold nobody's event
loop; every measurement is made in a fresh process, so that none inherits the memory or
the caches of another. The database is a file.
"""
