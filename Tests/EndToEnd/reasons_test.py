"""Recomputes every reason of a city from placements.csv and the case files alone, written from the rules.

Shares nothing with the program: its own reader, comparator, sibling lists and counting. Knows what generated cities hold.
"""

import csv
import datetime
import fractions
import hashlib
import itertools
import math
import re

import program
from program import Folder

BASELINE = -1


def rows(path):
    """The rows of a table, none where there is no such file."""
    return program.rows(path) if path.exists() else []


def ages_of(text):
    ages = set()
    for part in text.split(";"):
        ends = part.split("-")
        ages |= set(range(int(ends[0]), int(ends[-1]) + 1))
    return ages


class City:
    """A generated case and where its children ended up."""

    def __init__(self, case, result):
        settings = (case / "case.yaml").read_text(encoding="utf-8")
        self.keys = re.findall(r"\{key: (\w+), order: (\w+)", settings)
        self.seed = re.search(r'drawSeed: "?([^"\n]+)"?', settings)[1]
        self.month = datetime.date.fromisoformat(re.search(r"month: (\d{4}-\d{2})", settings)[1] + "-01")
        self.near = float(re.search(r"nearKilometres: (\S+)", settings)[1])
        expected = ["timing: together", "facility: sameOnly", "aggregate: sum", "countFirst: true", "keptSeat: counts",
                    "followLead: false", "householdPriority: each"]
        for line in expected:
            assert line in settings, f"this test knows only {line}"
        self.facilities = {row["facility_id"]: row for row in rows(case / "facilities.csv")}
        self.limits = {facility: self.limits_of(facility, row) for facility, row in self.facilities.items()}
        for row in sorted(rows(case / "seat_limits.csv"), key=lambda row: (
                sum(1 << age for age in ages_of(row["ages"])), row["group"])):
            self.limits[row["facility_id"]].append(
                Limit(row["facility_id"], ages_of(row["ages"]), row["group"], int(row["seats"]), row["opens"] == "yes"))
        self.children = {row["child_id"]: row for row in rows(case / "children.csv")}
        for child, row in self.children.items():
            self.read_child(child, row)
        self.pinned = {row["child_id"] for row in rows(case / "pins.csv")}
        self.choice, self.placed_in = {}, {}
        for row in rows(result / "placements.csv"):
            child = self.children[row["child_id"]]
            placed = row["outcome"] == "placed"
            self.choice[row["child_id"]] = child["wishes"].index(row["facility_id"]) if placed else BASELINE
            self.placed_in[row["child_id"]] = row.get("phase", "")
        # Who takes part; all unless the round has phases or pins.
        self.taking_part = set(self.children)
        self.make_households(rows(case / "households.csv"))
        self.make_seats()
        self.applicants = {facility: [] for facility in self.facilities}
        for child, row in self.children.items():
            for wish, facility in enumerate(row["wishes"]):
                if row["eligible"][wish] is None:
                    self.applicants[facility].append(child)
        self.order = {}
        for facility, wishing in self.applicants.items():
            wishing.sort(key=lambda child: self.priority(child, facility))
            for place, child in enumerate(wishing):
                self.order[child, facility] = place

    # Reading

    def limits_of(self, facility, row):
        return [Limit(facility, {age}, "", int(row[f"seats_{age}"]), True)
                for age in range(6) if row[f"seats_{age}"] != ""]

    def read_child(self, child, row):
        row["age"] = int(row["age_class"])
        row["groups"] = set(filter(None, row["group"].split(";")))
        row["now"] = row["current_facility_id"]
        row["wishes"], row["wish_points"] = [], []
        number = 1
        while f"wish_{number}" in row:
            facility = row[f"wish_{number}"]
            if facility == row["now"] and facility:
                break
            if facility and facility not in row["wishes"]:
                row["wishes"].append(facility)
                row["wish_points"].append(row.get(f"points_{number}") or row["points"])
            number += 1
        row["eligible"] = [self.ineligibility(row, facility) for facility in row["wishes"]]
        row["born"] = row["birth_date"] or row["due_date"]
        row["draw"] = hashlib.sha256(f"{self.seed}:{child}".encode()).hexdigest()

    def ineligibility(self, row, facility):
        if not any(limit.opens and limit.covers(row) for limit in self.limits[facility]):
            return "notOffered"
        birth, entry = row["birth_date"] or row["due_date"], self.facilities[facility]
        if not birth:
            return None
        birth = datetime.date.fromisoformat(birth)
        if entry["min_age_days"] and (self.month - birth).days < int(entry["min_age_days"]):
            return "tooYoung"
        if entry["min_age_months"]:
            months = (self.month.year - birth.year) * 12 + self.month.month - birth.month - (birth.day > 1)
            if months < int(entry["min_age_months"]):
                return "tooYoung"
        return None

    def make_households(self, answers):
        answer_of = {row["household_id"]: row for row in answers}
        groups = {}
        for child, row in self.children.items():
            answer = answer_of.get(row["household_id"])
            alone = answer is not None and answer["timing"] == "independent"
            groups.setdefault((row["household_id"], child if alone else ""), []).append(child)
        self.household = {}
        for (name, _), members in groups.items():
            # Eldest first: earlier birth date; without one the higher class age; then the smaller id.
            members.sort(key=lambda child: (-self.children[child]["age"], self.children[child]["born"], child))
            household = Household(members, answer_of.get(name, {}))
            for child in members:
                self.household[child] = household

    # Seats

    def make_seats(self):
        self.users = {}
        for facility, limits in self.limits.items():
            for limit in limits:
                self.users[limit] = []
        for child in self.children:
            if self.children[child]["now"]:
                for limit in self.kept_limits(child):
                    limit.seats += 1
            for limit in self.used_limits(child, self.choice[child]):
                self.users[limit].append(child)

    def kept_limits(self, child):
        covering = [limit for limit in self.limits[self.children[child]["now"]] if limit.covers(self.children[child])]
        return covering if any(limit.opens for limit in covering) else []

    def used_limits(self, child, choice):
        row = self.children[child]
        if choice == BASELINE:
            return self.kept_limits(child) if row["now"] else []
        return [limit for limit in self.limits[row["wishes"][choice]] if limit.covers(row)]

    def place(self, child, choice):
        row = self.children[child]
        return row["now"] if choice == BASELINE else row["wishes"][choice]

    # Priority

    def values(self, child, facility):
        row = self.children[child]
        wish = row["wishes"].index(facility)
        return [row["wish_points"][wish] if key == "points" else row[key] for key, _ in self.keys]

    def priority(self, child, facility):
        values = [fractions.Fraction(value) * (1 if order == "ascending" else -1)
                  for value, (_, order) in zip(self.values(child, facility), self.keys)]
        return (*values, self.children[child]["draw"], child)

    def comes_before(self, other, child, limit):
        """Whether `other`, who uses or wants a seat of the limit, comes before `child`, who wants one."""
        facility = limit.facility
        if other not in self.taking_part:
            return True
        if self.place(other, self.choice[other]) == facility and self.choice[other] == BASELINE:
            return True
        return self.order[other, facility] < self.order[child, facility]

    def others_before(self, child, limit, household):
        """How many of other households use a seat and come before; and who they are."""
        return [other for other in self.users[limit]
                if self.is_other(other, household) and self.comes_before(other, child, limit)]

    def is_other(self, other, household):
        """Whether another household decides about the child, or nobody does: its seat is then no seat to give back."""
        return other not in household.members or other not in self.taking_part

    def ahead(self, child, limit, household):
        wanting = set(self.others_before(child, limit, household))
        for other in self.applicants[limit.facility]:
            wish = self.children[other]["wishes"].index(limit.facility)
            wants = self.choice[other] == BASELINE or wish <= self.choice[other]
            if (wants and other in self.taking_part and other not in household.members and limit.covers(self.children[other])
                    and self.order[other, limit.facility] < self.order[child, limit.facility]):
                wanting.add(other)
        return len(wanting)

    # Siblings

    def near_enough(self, one, other):
        if one == other:
            return True
        first, second = self.facilities[one], self.facilities[other]
        if first["latitude"] and second["latitude"]:
            middle = math.radians((float(first["latitude"]) + float(second["latitude"])) / 2)
            degree = math.radians(6371.0088)
            north = (float(first["latitude"]) - float(second["latitude"])) * degree
            east = (float(first["longitude"]) - float(second["longitude"])) * degree * math.cos(middle)
            return north * north + east * east <= self.near ** 2
        return first["ward"] != "" and first["ward"] == second["ward"]

    def counts(self, household, outcome, index):
        if outcome[index] != BASELINE:
            return True
        seat = self.children[household.members[index]]["now"]
        return bool(seat) and any(
            choice != BASELINE and self.place(child, choice) == seat
            for child, choice in zip(household.members, outcome))

    def liking(self, household, outcome):
        """Smaller is better; `None` where the household does not accept the outcome."""
        members = household.members
        if all(choice == BASELINE for choice in outcome):
            return (math.inf,)
        if len(members) == 1:
            return (outcome[0],)
        counting = [self.counts(household, outcome, index) for index in range(len(members))]
        places = [self.place(child, choice) for child, choice in zip(members, outcome)]
        if household.timing == "together" and not all(counting):
            return None
        if household.lead and not counting[members.index(household.lead)]:
            return None
        if household.facility == "sameOnly" and len(set(filter(None, places))) > 1:
            return None
        counted = [place for place, counts in zip(places, counting) if counts]
        if household.facility == "near" and not all(
                self.near_enough(one, other) for one, other in itertools.combinations(counted, 2)):
            return None
        ranks = [len(self.children[child]["wishes"]) + 1 if choice == BASELINE else choice + 1
                 for child, choice in zip(members, outcome)]
        group = max(map(counted.count, counted), default=0) if household.facility in ("sameFirst", "near") else 0
        first = members.index(household.preferred)
        single = [ranks[first]] + [rank for index, rank in enumerate(ranks) if index != first]
        return (-sum(counting), -group, sum(ranks), *single)

    def outcomes(self, household):
        choices = [[BASELINE] + [wish for wish, why in enumerate(self.children[child]["eligible"]) if why is None]
                   if child in self.taking_part else [self.choice[child]] for child in household.members]
        for outcome in itertools.product(*choices):
            liking = self.liking(household, outcome)
            if liking is not None and liking != (math.inf,):
                yield liking, outcome

    def demands(self, household, outcome):
        """For each limit that the outcome touches who would use it, and the user who comes last."""
        users = {}
        for child, choice in zip(household.members, outcome):
            for limit in self.used_limits(child, choice) if child in self.taking_part else []:
                users.setdefault(limit, []).append((child, choice))
        for limit, using in users.items():
            moving = [child for child, choice in using if choice != BASELINE]
            last = max(moving, key=lambda child: self.order[child, limit.facility]) if moving else None
            yield limit, using, moving, last

    def is_justified(self, household, outcome):
        return all((len(self.others_before(last, limit, household)) if last else 0) + len(using) <= limit.seats
                   for limit, using, _, last in self.demands(household, outcome))

    def is_vacant(self, household, outcome):
        return all(sum(self.is_other(user, household) for user in self.users[limit]) + len(using) <= limit.seats
                   for limit, using, _, _ in self.demands(household, outcome))

    def missing(self, household, outcome):
        found = {}
        demands = sorted(self.demands(household, outcome), key=lambda demand: self.rank_of(demand[0]))
        for limit, using, moving, last in demands:
            if last is None or len(self.others_before(last, limit, household)) + len(using) <= limit.seats:
                continue
            without = [child for child in moving
                       if len(self.others_before(child, limit, household)) + 1 > limit.seats]
            for child in without or [last]:
                found.setdefault(child, limit)
        return sorted(found.items())

    def rank_of(self, limit):
        return limit.facility, self.limits[limit.facility].index(limit)

    # The reasons

    def reasons(self):
        for child in sorted(self.children):
            row = self.children[child]
            joint = None
            for wish, facility in enumerate(row["wishes"]):
                reason = self.own_reason(child, wish, facility)
                if reason is None:
                    joint = joint or self.joint_reasons(self.household[child])
                    reason = joint[child, wish]
                yield [child, str(wish + 1), facility, *reason]

    def own_reason(self, child, wish, facility):
        row, choice, household = self.children[child], self.choice[child], self.household[child]
        if choice == wish:
            return ["placed", "", "", "", "", ""]
        if row["eligible"][wish]:
            return [row["eligible"][wish], "", "", "", "", ""]
        if choice != BASELINE and choice < wish:
            return ["betterWish", "", "", "", "", ""]
        for limit in self.limits[facility]:
            if not limit.covers(row):
                continue
            before = self.others_before(child, limit, household)
            if len(before) + 1 <= limit.seats:
                continue
            key = self.deciding_key(child, limit, before)
            return ["seats", *key, str(self.ahead(child, limit, household)), str(limit.seats)]
        return None

    def deciding_key(self, child, limit, before):
        moved = [other for other in before if self.choice[other] != BASELINE and other in self.taking_part]
        if not moved:
            return ["presentSeat", "", ""]
        facility = limit.facility
        last = max(moved, key=lambda other: self.order[other, facility])
        for (key, _), own, other in zip(self.keys, self.values(child, facility), self.values(last, facility)):
            if fractions.Fraction(own) != fractions.Fraction(other):
                return [key, own, other]
        return ["draw", self.children[child]["draw"], self.children[last]["draw"]]

    def joint_reasons(self, household):
        own = self.liking(household, tuple(self.choice[child] for child in household.members))
        # What only a pin made comes before the baseline alone.
        own = own or (1e9,)
        best, claim = {}, {}
        for liking, outcome in self.outcomes(household):
            for child, choice in zip(household.members, outcome):
                if choice == BASELINE:
                    continue
                best[child, choice] = min(best.get((child, choice), (liking, outcome)), (liking, outcome))
                if liking < own and self.is_justified(household, outcome):
                    claim[child, choice] = min(claim.get((child, choice), (liking, outcome)), (liking, outcome))
        return {(child, wish): self.joint_reason(household, own, child, best.get((child, wish)), claim.get((child, wish)))
                for child in household.members for wish in range(len(self.children[child]["wishes"]))}

    def joint_reason(self, household, own, child, best, claim):
        if claim:
            vacant = self.is_vacant(household, claim[1])
            return ["vacantClaim" if vacant else "priorityClaim", "", "", "", "", ""]
        condition = f"{household.timing}/{household.facility}"
        if best is None:
            return ["siblingCondition", condition, "", "", "", ""]
        if best[0] < own:
            missing = self.missing(household, best[1])
            if not missing:
                return ["placed already"]
            first, limit = missing[0]
            return ["siblingSeat", condition, ";".join(child for child, _ in missing),
                    ";".join(limit.facility for _, limit in missing), str(self.ahead(first, limit, household)),
                    str(limit.seats)]
        stays = self.choice[child] == BASELINE and self.children[child]["now"]
        return ["ownSeat" if stays else "siblingPreference", condition, "", "", "", ""]

    def waiting(self):
        for facility in sorted(self.facilities):
            for age in range(6):
                still = [child for child in self.applicants[facility]
                         if self.choice[child] == BASELINE and self.children[child]["age"] == age
                         and child not in self.pinned]
                for position, child in enumerate(still):
                    outcome = "stays" if self.children[child]["now"] else "held"
                    yield [facility, str(age), str(position + 1), child, outcome]


class Round(City):
    """A round in phases with pins: each child is explained in the phase that placed it, or the last in which it could be.

    Knows phases that all limits apply in, and pins that leave room.
    """

    def __init__(self, case, result, phases):
        super().__init__(case, result)
        self.phases = phases
        self.final = dict(self.choice)

    def reasons(self):
        found = {}
        taken = {name: self.takes_part(index) for index, (name, _) in enumerate(self.phases)}
        for index, (name, _) in enumerate(self.phases):
            self.show(index, taken[name])
            joint = {}
            for child in taken[name]:
                later = any(child in taken[other] for other, _ in self.phases[index + 1:])
                if self.final[child] == BASELINE and later or (
                        self.final[child] != BASELINE and self.placed_in[child] != name):
                    continue
                household = self.household[child]
                found[child] = []
                for wish, facility in enumerate(self.children[child]["wishes"]):
                    reason = self.own_reason(child, wish, facility)
                    if reason is None:
                        if household not in joint:
                            joint[household] = self.joint_reasons(household)
                        reason = joint[household][child, wish]
                    found[child].append(reason)
        for child in sorted(self.children):
            for wish, facility in enumerate(self.children[child]["wishes"]):
                pinned = ["pinned", "", "", "", "", ""]
                yield [child, str(wish + 1), facility, *(pinned if child in self.pinned else found[child][wish])]

    def takes_part(self, index):
        earlier = {name for name, _ in self.phases[:index]}
        who = self.phases[index][1]
        return {child for child, row in self.children.items()
                if child not in self.pinned and self.placed_in[child] not in earlier
                and (who == "all" or who in row["groups"])}

    def show(self, index, taking_part):
        """The end of a phase: who was placed later is still at its baseline."""
        self.taking_part = taking_part
        later = {name for name, _ in self.phases[index + 1:]}
        self.choice = {child: BASELINE if self.placed_in[child] in later else choice
                       for child, choice in self.final.items()}
        for limits in self.limits.values():
            for limit in limits:
                self.users[limit] = []
        for child, choice in self.choice.items():
            for limit in self.used_limits(child, choice):
                self.users[limit].append(child)

    def waiting(self):
        self.choice = self.final
        return super().waiting()


class Limit:
    """A limit with its seats, those of present transfer applicants included once the city is read."""

    def __init__(self, facility, ages, group, seats, opens):
        self.facility, self.ages, self.group, self.seats, self.opens = facility, ages, group, seats, opens

    def covers(self, child):
        if child["age"] not in self.ages:
            return False
        if self.group.startswith("!"):
            return self.group[1:] not in child["groups"]
        return self.group == "" or self.group in child["groups"]


class Household:
    """Children who decide together, eldest first, and their answer with blanks filled by the round's default."""

    def __init__(self, members, answer):
        self.members = members
        self.timing = answer.get("timing") or "together"
        self.facility = answer.get("facility") or "sameOnly"
        self.lead = None
        if self.timing == "lead":
            self.lead = answer["lead_child_id"]
        elif self.timing in ("elder", "younger"):
            self.lead = members[0 if self.timing == "elder" else -1]
        self.preferred = answer.get("prefer_child_id") or self.lead or members[0]


class Reasons(Folder):
    maxDiff = None

    def check(self, seed, *options, more=(), status=(0,), children=2000, facilities=80):
        """Allocates a city and compares every reason and every waiting child; says how often each reason came."""
        case, result = self.folder / "case", self.folder / "result"
        program.run(
            "generate", case, "--children", children, "--facilities", facilities, "--seed", seed, *options)
        done = program.run("run", case, "--out", result, *more, status=None)
        self.assertIn(done.returncode, status, done.stderr)
        return self.compare(City(case, result), result, f"seed {seed}")

    def compare(self, city, result, what):
        counts = {}
        for name, expected in [("reasons.csv", city.reasons()), ("waiting.csv", city.waiting())]:
            with open(result / name, newline="", encoding="utf-8") as file:
                _, *written = csv.reader(file)
            expected = list(expected)
            self.assertEqual(len(written), len(expected), f"{what}, {name}")
            for one, other in zip(written, expected):
                self.assertEqual(one, other, f"{what}, {name}")
            if name == "reasons.csv":
                for row in written:
                    counts[row[3]] = counts.get(row[3], 0) + 1
        return counts

    def test_every_reason_of_a_city_of_2000_follows_from_the_placements(self):
        counts = self.check(3)
        self.assertGreater(sum(counts.values()), 8000)
        for reason in ["placed", "betterWish", "seats", "siblingSeat", "notOffered"]:
            self.assertGreater(counts.get(reason, 0), 0, reason)

    def test_so_does_every_reason_of_a_round_in_phases_with_pins(self):
        case, result = self.folder / "case", self.folder / "result"
        program.run(
            "generate", case, "--children", 2000, "--facilities", 80, "--seed", 7, "--sibling-share", 0.4,
            "--transfer-share", 0.15)
        phases = [("support first", "support"), ("partners", "partner-graduates"), ("general", "all")]
        with open(case / "case.yaml", "a", encoding="utf-8") as file:
            file.write("phases:\n" + "".join(f"  - {{name: {name}, who: {who}}}\n" for name, who in phases))
        plain = self.folder / "plain"
        program.run("run", case, "--out", plain, "--sufficient", 0)
        placed = rows(plain / "placements.csv")
        held = [row["child_id"] for row in placed if row["outcome"] == "held"]
        granted = [row for row in placed if row["outcome"] == "placed" and row["wish_rank"] != "1"]
        with open(case / "pins.csv", "w", encoding="utf-8") as file:
            file.write("child_id,facility_id,by,reason\n")
            # Some are kept where they were placed, some are held although they were placed.
            for number, row in enumerate(granted[:16]):
                facility = row["facility_id"] if number % 2 else ""
                file.write(f"{row['child_id']},{facility},課長,緊急\n")
            for child in held[:4]:
                file.write(f"{child},,課長,辞退の申出\n")
        program.run("run", case, "--out", result)
        counts = self.compare(Round(case, result, phases), result, "phases")
        for reason in ["placed", "pinned", "betterWish", "seats", "siblingSeat", "ownSeat"]:
            self.assertGreater(counts.get(reason, 0), 0, reason)
        phases_of = [row["phase"] for row in rows(result / "placements.csv")]
        for name, _ in phases:
            self.assertGreater(phases_of.count(name), 5, name)

    def test_so_does_every_reason_where_half_the_children_have_siblings_and_claims_remain(self):
        # The time ends the search, so that claims remain; whatever it found must be explained.
        counts = self.check(
            1, "--sibling-share", "0.5", "--transfer-share", "0.25", "--random-priorities", "--pooled", children=600, facilities=22,
            more=("--time-limit", "3"), status=(0, 3))
        for reason in ["siblingSeat", "siblingPreference", "siblingCondition", "ownSeat"]:
            self.assertGreater(counts.get(reason, 0), 0, reason)
        self.assertGreater(counts.get("priorityClaim", 0) + counts.get("vacantClaim", 0), 0)

    def test_so_does_every_reason_of_a_result_that_is_only_the_baseline(self):
        counts = self.check(5, more=("--time-limit", "0"), status=(3,))
        self.assertGreater(counts["vacantClaim"], 1000)
