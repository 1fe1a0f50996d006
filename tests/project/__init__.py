"""Checks of the project's files: what Home Assistant and HACS would refuse.

Every check takes what it checks and returns its complaints, one sentence each, so that
the tests can show it a broken sample as well as the real files.
"""
