"""Every notebook is executed in a clean folder; one module a notebook, so that they can run side by side."""
