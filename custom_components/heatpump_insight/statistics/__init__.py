"""The recorder's side of the house: stored rows, what they should be, and the change."""
