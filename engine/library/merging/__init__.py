"""What another library holds is added to this one, each thing once. Knows tables, no windows."""
