"""A trace and the long profile along it: what is asked, under which name it is kept, what came out."""
