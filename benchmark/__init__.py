"""What Sudi costs on this machine: ``make bench``. Each part is measured in a process of its own (``benchmark.parts``),
with the database, the broker and the sink that it needs."""
