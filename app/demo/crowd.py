"""Who comes in: regulars often, newcomers after they joined, those who drifted away no more."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from datetime import date
from itertools import accumulate

from app.demo.people import Person

_NAMED = 0.58  # of the visits are by somebody who shows their card
_MOST_WEIGHT = 45.0


class Crowd:
    def __init__(self, people: Sequence[Person]) -> None:
        self._people = people
        self._weights = list(accumulate(min(_MOST_WEIGHT, person.weight) for person in people))

    def somebody(self, rng: random.Random, day: date, hour: float) -> Person | None:
        """The customer at the till, None for one who shows no card."""
        if not self._weights or self._weights[-1] <= 0 or rng.random() > _NAMED:
            return None
        for _ in range(5):
            place = bisect(self._weights, rng.random() * self._weights[-1])
            person = self._people[min(place, len(self._people) - 1)]
            if person.weight and person.joined <= day <= person.last_day:
                return person
        return None
