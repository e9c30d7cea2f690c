"""WHERE it lives: settings, paths, connections, the lock, the operational store, publishing, maintenance.

The lowest package: it imports nothing else of the project.
"""
