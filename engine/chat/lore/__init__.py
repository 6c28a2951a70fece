"""What is told to a model only when it is called for, and what stands for something else."""
