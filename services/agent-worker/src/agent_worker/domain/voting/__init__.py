"""How an elector judges what is put to the vote."""
