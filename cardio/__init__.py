"""Cardio: map the digital infrastructure of a town and plan the investment that meets its targets."""

from importlib.metadata import version

__version__ = version("cardio-planning")
