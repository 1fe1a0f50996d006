"""Runs the tests of the statistics with a database server behind the recorder."""
