"""A room as a pure state machine: settings, events, commands. Nothing here knows of pages."""
