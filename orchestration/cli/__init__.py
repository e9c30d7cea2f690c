"""The `cmw` command line: one module a command group; heavy libraries are imported inside the commands."""
