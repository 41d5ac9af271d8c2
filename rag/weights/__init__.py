"""Small trained weights, with the scripts that made them and the licence of what they were made from (README.md)."""
