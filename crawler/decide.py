"""What to do with a text that arrived, given what is stored. Pure: no network, SQL or clock."""
