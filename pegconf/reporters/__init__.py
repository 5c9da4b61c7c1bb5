"""A report as text for people, as JSON for programs, as annotations for GitHub's workflows."""

from __future__ import annotations
