"""Kills a real Home Assistant at any moment, and compares what is left with the truth."""
