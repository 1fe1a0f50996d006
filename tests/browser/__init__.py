"""Does with mouse and keyboard, in a real browser, what a user of Home Assistant does."""
