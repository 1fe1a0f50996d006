"""The actions, called as automations and scripts call them."""
