"""Runs the demo's Home Assistant, where an hour of the integration passes in seconds."""

from datetime import timedelta
import runpy

from custom_components.heatpump_insight import meter_setup, system_setup, workshop

if __name__ == "__main__":
    # New hours are asked for once an hour, and a life here is a few seconds long.
    for module in (meter_setup, system_setup, workshop):
        vars(module)["HOURLY"] = timedelta(seconds=2)
    runpy.run_module("tests.demo.child", run_name="__main__")
