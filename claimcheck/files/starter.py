"""The commented starter file that ``claimcheck init`` writes, and the name of the schema beside it."""

from __future__ import annotations

__all__ = ["MODELINE", "SCHEMA_NAME", "STARTER"]

SCHEMA_NAME = "claimcheck.schema.json"
"""The schema lies beside the claims files that name it, so that editors need no network."""

MODELINE = f"# yaml-language-server: $schema={SCHEMA_NAME}\n"
"""How a file tells the YAML language server, which most editors run, where its schema is."""

STARTER = (
    MODELINE
    + """\
# A claims file: numbers that sources print, and how they hang together.
# Check it with `claimcheck verify`. The line above lets editors complete and check it by its schema.
claimcheck: 1
title: Travel time to the coast

# Where the numbers were printed. Two editions of a text are two sources.
sources:
  timetable: {title: Summer timetable, date: 2024-06-01}
  leaflet:   {title: Visitors' leaflet, note: undated}

# What the numbers are about. Each quantity has one value, whatever the sources say of it.
quantities:
  distance: {unit: km, description: length of the line}
  duration: {unit: minute, description: 'from departure to arrival, stops included'}
  speed:    {unit: km/hour, min: 0 km/hour, description: average over the whole way}

# One entry for each printed number, with the digits as printed: `84` says 83.5 to 84.5.
# Also: ~80 km (about), at least 80 km, 80 km to 90 km, 84.0 +/- 0.5 km, exactly 84 km.
# Text with one of , : # [ ] { } > | % & * ! @ in an unlucky place goes in quotes.
claims:
  - {quantity: distance, value: 84 km,        source: timetable, at: page 3}
  - {quantity: distance, value: 84 km,        source: leaflet,   at: map}
  - {quantity: duration, value: 70 minute,    source: timetable, at: page 3}
  - {quantity: duration, value: 1.2 hour,     source: leaflet,   at: back cover}
  # `given` marks a conclusion: a number that its source worked out from these claims.
  - {quantity: speed, value: 72 km/hour, source: leaflet, given: [distance@timetable, duration@timetable]}

# Formulas that tie the quantities. Units are converted and checked.
relations:
  average: {equation: speed = distance / duration, note: definition of the average speed}

# The quantities you want to know about.
report: [speed]
"""
)
