"""A case as the rules define it, read without any part of Enmusubi: a third reading, to judge all others by.

It covers what the generated cities use and refuses everything else, so that nothing is ever misread.
"""

import csv
import datetime
import hashlib
import itertools
import math
import pathlib
from dataclasses import dataclass, field
from fractions import Fraction

import yaml


class Unsupported(Exception):
    """The case uses something that this reading does not know."""


@dataclass
class Child:
    id: str
    household_id: str
    birth: datetime.date | None
    age: int
    current: str | None
    groups: frozenset
    # (facility, points of the wish, eligible), best first, gaps closed.
    wishes: list
    keys: dict
    draw: bytes

    def general_points(self):
        own = self.keys["points"]
        given = [points for _, points, _ in self.wishes if points is not None]
        return own if own is not None else max(given)


@dataclass
class Limit:
    facility: str
    ages: frozenset
    group: str
    seats: int
    offers: bool
    # Children who may use a seat, first in priority first; those who stay come before all. Filled by Market.
    order: list = field(default_factory=list)

    def covers(self, child):
        if child.age not in self.ages:
            return False
        if self.group.startswith("!"):
            return self.group[1:] not in child.groups
        return not self.group or self.group in child.groups


@dataclass
class Household:
    name: str
    # Indices into Market.children, eldest first.
    members: list
    # Joint outcomes that can be had, best first, the baseline last: for each member an index into its wishes or None.
    outcomes: list


class Market:
    """A case, with `children`, `households` and `limits`; everything in the order of ids."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        with open(self.folder / "case.yaml", encoding="utf-8") as file:
            self.settings = yaml.safe_load(file)
        self._check_settings()
        self._read_facilities()
        self._read_children()
        self._order_limits()
        self._read_households()

    # Files

    def _rows(self, name):
        path = self.folder / name
        if not path.exists():
            return []
        with open(path, newline="", encoding="utf-8-sig") as file:
            return list(csv.DictReader(file))

    def _check_settings(self):
        known = {
            "municipality", "round", "month", "priority", "drawSeed", "objective", "householdPriority", "siblings",
        }
        if unknown := set(self.settings) - known:
            raise Unsupported(f"settings {sorted(unknown)}")
        if self.settings.get("householdPriority", "each") != "each":
            raise Unsupported("householdPriority")
        siblings = self.settings.get("siblings", {})
        for key, value in {"aggregate": "sum", "countFirst": True, "keptSeat": "counts", "followLead": False}.items():
            if siblings.get(key, value) != value:
                raise Unsupported(f"siblings.{key}")
        if "twins" in siblings:
            raise Unsupported("siblings.twins")
        for name in ["pins.csv", "joint_wishes.csv"]:
            if (self.folder / name).exists():
                raise Unsupported(name)
        month = self.settings["month"]
        if isinstance(month, datetime.date):
            month = month.isoformat()
        year, month = (int(part) for part in str(month).split("-")[:2])
        self.first_day = datetime.date(year, month, 1)
        self.fiscal_year = year if month >= 4 else year - 1

    def _read_facilities(self):
        self.facilities = {row["facility_id"]: row for row in self._rows("facilities.csv")}
        self.limits = []
        self.limits_of = {facility: [] for facility in self.facilities}

        def add(limit):
            self.limits_of[limit.facility].append(len(self.limits))
            self.limits.append(limit)

        for facility, row in self.facilities.items():
            for age in range(6):
                if row[f"seats_{age}"] != "":
                    add(Limit(facility, frozenset([age]), "", int(row[f"seats_{age}"]), True))
        for row in self._rows("seat_limits.csv"):
            if row.get("phase") or row.get("release"):
                raise Unsupported("phases")
            ages = set()
            for part in row["ages"].split(";"):
                first, _, last = part.partition("-")
                ages |= set(range(int(first), int(last or first) + 1))
            add(Limit(row["facility_id"], frozenset(ages), row["group"], int(row["seats"]), row["opens"] == "yes"))

    def _read_children(self):
        self.children = []
        names = [key["key"] for key in self.settings["priority"]]
        for row in sorted(self._rows("children.csv"), key=lambda row: row["child_id"]):
            birth = row["birth_date"] or row.get("due_date")
            birth = datetime.date.fromisoformat(birth) if birth else None
            if row["age_class"]:
                age = int(row["age_class"])
            else:
                year = birth.year if (birth.month, birth.day) <= (4, 1) else birth.year + 1
                age = max(0, self.fiscal_year - year)
            keys = {"points": Fraction(row["points"]) if row["points"] else None}
            for name in names:
                if name not in ("points", "draw"):
                    if row[name] == "":
                        raise Unsupported(f"a blank {name}")
                    keys[name] = Fraction(row[name])
            child = Child(
                row["child_id"], row["household_id"], birth, age, row["current_facility_id"] or None,
                frozenset(group for group in row["group"].split(";") if group), [], keys,
                hashlib.sha256(f"{self.settings['drawSeed']}:{row['child_id']}".encode()).digest())
            seen = set()
            for number in itertools.count(1):
                if f"wish_{number}" not in row:
                    break
                facility = row[f"wish_{number}"]
                if not facility or facility in seen:
                    continue
                if facility == child.current:
                    break
                seen.add(facility)
                points = row.get(f"points_{number}")
                child.wishes.append(
                    (facility, Fraction(points) if points else None, self._is_eligible(child, facility)))
            self.children.append(child)

    def _is_eligible(self, child, facility):
        limits = [self.limits[index] for index in self.limits_of[facility]]
        if not any(limit.offers and limit.covers(child) for limit in limits):
            return False
        row = self.facilities[facility]
        if child.birth is None:
            return True
        if row.get("min_age_months"):
            if _months_after(child.birth, int(row["min_age_months"])) > self.first_day:
                return False
        if row.get("min_age_days") and (self.first_day - child.birth).days < int(row["min_age_days"]):
            return False
        return True

    # Priority

    def _sort_key(self, child, points):
        parts = []
        for key in self.settings["priority"]:
            if key["key"] == "draw":
                value = child.draw
                if key.get("order") == "descending":
                    raise Unsupported("a descending draw")
            else:
                value = points if key["key"] == "points" else child.keys[key["key"]]
                if value is None:
                    raise Unsupported("blank points")
                value = -value if key.get("order") == "descending" else value
            parts.append(value)
        return (*parts, child.draw, child.id)

    def _order_limits(self):
        """Fills each limit's seats, and the order of those who may use one.

        An entry is (child, wish), the wish None for a child that stays. `places` finds it again."""
        users = [[] for _ in self.limits]
        for index, child in enumerate(self.children):
            for wish, (facility, points, eligible) in enumerate(child.wishes):
                if eligible:
                    key = self._sort_key(child, points if points is not None else child.keys["points"])
                    for limit in self.limits_of[facility]:
                        if self.limits[limit].covers(child):
                            users[limit].append(((1, *key), index, wish))
            for limit in self.limits_while_staying(child):
                self.limits[limit].seats += 1
                users[limit].append(((0, child.id), index, None))
        self.places = []
        for limit, entries in zip(self.limits, users):
            entries.sort(key=lambda entry: entry[0])
            limit.order = [(child, wish) for _, child, wish in entries]
            self.places.append({entry: place for place, entry in enumerate(limit.order)})

    def limits_while_staying(self, child):
        """The limits of the present seat; none where the class is not offered."""
        covering = [limit for limit in self.limits_of.get(child.current, []) if self.limits[limit].covers(child)]
        return covering if any(self.limits[limit].offers for limit in covering) else []

    # Households

    def _read_households(self):
        answers = {row["household_id"]: row for row in self._rows("households.csv")}
        defaults = self.settings.get("siblings", {})
        together = {}
        for index, child in enumerate(self.children):
            together.setdefault(child.household_id, []).append(index)
        self.households = []
        for household_id in sorted(together):
            members = sorted(
                together[household_id],
                key=lambda index: (
                    -self.children[index].age, self.children[index].birth or datetime.date.max,
                    self.children[index].id))
            answer = answers.get(household_id, {})
            timing = answer.get("timing") or defaults.get("timing", "together")
            if len(members) == 1 or timing == "independent":
                for member in sorted(members):
                    name = household_id if len(members) == 1 else f"{household_id}/{self.children[member].id}"
                    self.households.append(Household(name, [member], self._single(member)))
                continue
            facility = answer.get("facility") or defaults.get("facility", "sameOnly")
            ids = {self.children[member].id: member for member in members}
            lead = {
                "lead": ids.get(answer.get("lead_child_id")), "elder": members[0], "younger": members[-1],
            }.get(timing)
            preferred = ids.get(answer.get("prefer_child_id"), lead if lead is not None else members[0])
            outcomes = self._joint(members, timing, facility, lead, preferred)
            self.households.append(Household(household_id, members, outcomes))
        self.household_of = {}
        for index, household in enumerate(self.households):
            for member in household.members:
                self.household_of[member] = index

    def _single(self, member):
        wishes = self.children[member].wishes
        return [(wish,) for wish, (_, _, eligible) in enumerate(wishes) if eligible] + [(None,)]

    def _joint(self, members, timing, facility, lead, preferred):
        people = [self.children[member] for member in members]
        first = members.index(preferred)
        singles = [first] + [place for place in range(len(members)) if place != first]
        choices = [
            [wish for wish, (_, _, eligible) in enumerate(child.wishes) if eligible] + [None] for child in people
        ]
        ranked = []
        for outcome in itertools.product(*choices):
            if all(wish is None for wish in outcome):
                continue
            places = [
                child.current if wish is None else child.wishes[wish][0] for child, wish in zip(people, outcome)
            ]
            taken = {place for place, wish in zip(places, outcome) if wish is not None}
            counts = [wish is not None or place in taken for place, wish in zip(places, outcome)]
            if timing == "together" and not all(counts):
                continue
            if lead is not None and not counts[members.index(lead)]:
                continue
            if facility == "sameOnly" and len({place for place in places if place is not None}) > 1:
                continue
            placed = [place for place, counted in zip(places, counts) if counted]
            if facility == "near" and not all(
                self._are_near(one, other) for one, other in itertools.combinations(placed, 2)
            ):
                continue
            ranks = [
                len(child.wishes) + 1 if wish is None else wish + 1 for child, wish in zip(people, outcome)
            ]
            key = [-len(placed)]
            if facility in ("sameFirst", "near"):
                key.append(-max(placed.count(place) for place in placed))
            key += [sum(ranks)] + [ranks[place] for place in singles]
            ranked.append((key, outcome))
        ranked.sort(key=lambda entry: entry[0])
        return [outcome for _, outcome in ranked] + [(None,) * len(members)]

    def _are_near(self, one, other):
        if one == other:
            return True
        first, second = self.facilities[one], self.facilities[other]
        if first.get("latitude") and second.get("latitude"):
            north, south = float(first["latitude"]), float(second["latitude"])
            degree = 6371.0088 * math.pi / 180
            east = (float(first["longitude"]) - float(second["longitude"])) * degree
            east *= math.cos(math.radians((north + south) / 2))
            return math.hypot((north - south) * degree, east) <= self.settings["siblings"]["nearKilometres"]
        return bool(first.get("ward")) and first["ward"] == second.get("ward")

    # Outcomes

    def touches(self, household, outcome):
        """For each limit that the outcome touches the seats that it uses and the place of its last user there."""
        touched = {}
        for member, wish in zip(household.members, outcome):
            child = self.children[member]
            if wish is None:
                limits = self.limits_while_staying(child)
            else:
                limits = [
                    limit for limit in self.limits_of[child.wishes[wish][0]] if self.limits[limit].covers(child)
                ]
            for limit in limits:
                use, last = touched.get(limit, (0, -1))
                touched[limit] = (use + 1, max(last, self.places[limit][member, wish]))
        return touched

    # Judging

    def judge(self, placements):
        """What an allocation is worth: faults, households with a claim, children that are held.

        `placements` gives for each child id the facility where it ends up, or None."""
        faults = []
        chosen = []
        for household in self.households:
            outcome = []
            for member in household.members:
                child = self.children[member]
                facility = placements[child.id]
                if facility == child.current:
                    outcome.append(None)
                else:
                    names = [name for name, _, _ in child.wishes]
                    outcome.append(names.index(facility) if facility in names else -1)
            if tuple(outcome) not in household.outcomes:
                faults.append(f"{household.name} does not accept its outcome")
            chosen.append(tuple(outcome))
        if faults:
            return {"faults": faults, "claimants": [], "held": 0}
        used = [[] for _ in self.limits]
        for index, (household, outcome) in enumerate(zip(self.households, chosen)):
            for member, wish in zip(household.members, outcome):
                for limit in self.touches(Household("", [member], []), (wish,)):
                    used[limit].append((self.places[limit][member, wish], index))
        for limit, users in zip(self.limits, used):
            users.sort()
            if len(users) > limit.seats:
                faults.append(f"{limit.facility} has {limit.seats} seats and {len(users)} children")
        claimants = []
        for index, (household, got) in enumerate(zip(self.households, chosen)):
            for outcome in household.outcomes[: household.outcomes.index(got)]:
                if all(
                    sum(place < last and owner != index for place, owner in used[limit]) + use
                    <= self.limits[limit].seats
                    for limit, (use, last) in self.touches(household, outcome).items()
                ):
                    claimants.append(household.name)
                    break
        held = sum(facility is None for facility in placements.values())
        return {"faults": faults, "claimants": sorted(claimants), "held": held}


def _months_after(day, months):
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)).day
    return datetime.date(year, month, min(day.day, last))


def read_placements(folder):
    """Where each child ends up in a result folder: its facility, or None."""
    with open(pathlib.Path(folder) / "placements.csv", newline="", encoding="utf-8") as file:
        return {row["child_id"]: row["facility_id"] or None for row in csv.DictReader(file)}
