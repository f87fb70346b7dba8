"""Planning domains rebuilt after those of the planning competition, and problems in them."""
