"""Tests of the room that speaks to the recorder."""
