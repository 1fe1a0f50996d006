"""Clients of HeatpumpMonitor.org and PowerShaper Monitor: HTTP in, typed frozen records out."""
