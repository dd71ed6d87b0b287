"""Users and meters: who takes how much, through which meter, what is due, which compounds need works."""
