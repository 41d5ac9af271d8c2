"""Claims made from real news by one edit each: false ones of every kind, and true ones in other words."""
