"""Tests of Heat Pump Insight."""
