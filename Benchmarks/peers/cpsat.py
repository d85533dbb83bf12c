"""The rules as one CP-SAT model, written down directly: no reduction, no cores.

First a model in which nobody may claim, with the most children placed; only where that has no solution a model with a
claim variable for each household, with the fewest claims."""

import os
import time

from ortools.sat.python import cp_model


class Model:
    def __init__(self, market, may_claim):
        self.market = market
        self.model = cp_model.CpModel()
        self.x = []
        self.better = []
        # For (child, wish), the wish None for the baseline, the variable that says the child gets it.
        self.gets = {}
        self.claims = [self.model.new_bool_var("") for _ in market.households] if may_claim else None
        for household in market.households:
            self._add_household(household)
        self.full = {}
        self.before = [self._count(limit) for limit in market.limits]
        for index, household in enumerate(market.households):
            self._forbid_claims(index, household)

    def _add_household(self, household):
        x = [self.model.new_bool_var("") for _ in household.outcomes]
        self.model.add_exactly_one(x)
        uses = {}
        for variable, outcome in zip(x, household.outcomes):
            for entry in zip(household.members, outcome):
                uses.setdefault(entry, []).append(variable)
        for entry, variables in uses.items():
            if len(variables) == 1:
                self.gets[entry] = variables[0]
            else:
                self.gets[entry] = self.model.new_bool_var("")
                self.model.add(self.gets[entry] == sum(variables))
        better = x[:1]
        for variable in x[1:-1]:
            sum_so_far = self.model.new_bool_var("")
            self.model.add(sum_so_far == better[-1] + variable)
            better.append(sum_so_far)
        self.x.append(x)
        self.better.append(better)

    def _count(self, limit):
        """Variables for the seats used by the first k of the limit, k from 0; None for a limit that never fills."""
        if len(limit.order) <= limit.seats:
            return None
        counts = [0]
        for place, entry in enumerate(limit.order):
            count = self.model.new_int_var(0, min(limit.seats, place + 1), "")
            self.model.add(count == counts[-1] + self.gets.get(entry, 0))
            counts.append(count)
        return counts

    def _forbid_claims(self, index, household):
        for place, outcome in enumerate(household.outcomes[:-1]):
            reasons = [self.better[index][place]] + ([self.claims[index]] if self.claims else [])
            for limit, (use, last) in self.market.touches(household, outcome).items():
                if self.before[limit] is not None:
                    reasons.append(self._is_full(index, household, limit, use, last))
            self.model.add_bool_or(reasons)

    def _is_full(self, index, household, limit, use, last):
        """A variable that is true where others use so many seats before the place that `use` more do not fit."""
        places = self.market.places[limit]
        mine = [
            self.gets[entry]
            for entry in ((member, wish) for member in household.members for wish in self._options(member))
            if places.get(entry, last) < last and entry in self.gets
        ]
        key = (limit, use, last, index if mine else None)
        if key not in self.full:
            self.full[key] = self.model.new_bool_var("")
            others = self.before[limit][last] - sum(mine)
            needed = self.market.limits[limit].seats - use + 1
            self.model.add(others >= needed).only_enforce_if(self.full[key])
            self.model.add(others < needed).only_enforce_if(self.full[key].negated())
        return self.full[key]

    def _options(self, member):
        return [*range(len(self.market.children[member].wishes)), None]

    def held(self):
        """How many children are held, as an expression."""
        return sum(
            self.gets[member, None] for member, child in enumerate(self.market.children) if child.current is None)


def solve(market, seconds):
    """Runs within the time; gives what was found and proved."""
    start = time.monotonic()
    answer = {"claims": None, "claimBound": 0, "held": None, "placements": None, "buildSeconds": 0, "solveSeconds": 0}
    for may_claim in (False, True):
        before = time.monotonic()
        model = Model(market, may_claim)
        model.model.minimize(sum(model.claims) if may_claim else model.held())
        built = time.monotonic()
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = os.cpu_count()
        solver.parameters.max_time_in_seconds = max(0.01, seconds - (built - start))
        status = solver.solve(model.model)
        answer["buildSeconds"] += built - before
        answer["solveSeconds"] += time.monotonic() - built
        answer["status"] = solver.status_name(status)
        if status != cp_model.INFEASIBLE:
            break
        answer["claimBound"] = 1
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        answer["claims"] = round(solver.objective_value) if may_claim else 0
        answer["placements"] = _placements(market, model, solver)
        if may_claim:
            answer["claimBound"] = max(1, round(solver.best_objective_bound))
        elif status == cp_model.OPTIMAL:
            answer["held"] = round(solver.objective_value)
    return answer


def _placements(market, model, solver):
    placements = {}
    for household, x in zip(market.households, model.x):
        outcome = next(o for o, variable in zip(household.outcomes, x) if solver.boolean_value(variable))
        for member, wish in zip(household.members, outcome):
            child = market.children[member]
            placements[child.id] = child.current if wish is None else child.wishes[wish][0]
    return placements
