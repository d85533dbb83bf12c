"""HiGHS on the program that `enmusubi export` writes: the whole, unreduced.

First with every claim variable at 0, as for CP-SAT; only where that has no solution with the fewest claims."""

import time

import highspy


def solve(lp, seconds):
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    # Claims are counted: a bound above k - 1 proves k.
    solver.setOptionValue("mip_abs_gap", 0.999)
    start = time.monotonic()
    if solver.readModel(str(lp)) != highspy.HighsStatus.kOk:
        raise SystemExit(f"HiGHS can not read {lp}")
    answer = {"claims": None, "claimBound": 0, "buildSeconds": time.monotonic() - start}
    claims = [index for index, name in enumerate(solver.getLp().col_names_) if name.startswith("claim_")]
    for most in (0, 1):
        for index in claims:
            solver.changeColBounds(index, 0, most)
        solver.setOptionValue("time_limit", max(0.01, seconds - (time.monotonic() - start)) + solver.getRunTime())
        solver.run()
        status = solver.getModelStatus()
        if status != highspy.HighsModelStatus.kInfeasible:
            break
        answer["claimBound"] = 1
    info = solver.getInfo()
    answer["status"] = "OPTIMAL" if status == highspy.HighsModelStatus.kOptimal else solver.modelStatusToString(status)
    answer["solveSeconds"] = time.monotonic() - start - answer["buildSeconds"]
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        answer["claims"] = round(info.objective_function_value)
    if most and abs(info.mip_dual_bound) < 1e9:
        answer["claimBound"] = max(1, -int(-info.mip_dual_bound // 1))
    return answer
