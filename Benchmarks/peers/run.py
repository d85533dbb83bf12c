"""Runs one peer on one case and writes what it found as JSON. Started by Benchmarks/bench.py, once a measurement.

Usage: run.py chilmai|cpsat CASE SECONDS | run.py highs LP SECONDS | run.py judge CASE RESULT | run.py versions
"""

import importlib.metadata
import json
import sys


def main(what, *arguments):
    if what == "versions":
        return {name: importlib.metadata.version(name) for name in ("chilmai", "ortools", "highspy")}
    if what == "highs":
        import highs

        return highs.solve(arguments[0], float(arguments[1]))
    from market import Market, read_placements

    market = Market(arguments[0])
    if what == "judge":
        return market.judge(read_placements(arguments[1]))
    if what == "cpsat":
        import cpsat as peer
    elif what == "chilmai":
        import published as peer
    else:
        raise SystemExit(__doc__)
    answer = peer.solve(market, float(arguments[1]))
    if placements := answer.pop("placements"):
        # Judged here by the rules, so that an answer counts only if it is one.
        answer["judged"] = market.judge(placements)
    return answer


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
