"""Draws time and memory against the number of children, both scales logarithmic, as SVG."""

import math

WIDTH, HEIGHT = 860, 400
INK, FAINT, LINE, REFERENCE = "#24292f", "#d0d7de", "#0969da", "#8c959f"


def draw(points, caption):
    """`points`: children, seconds, MiB, ascending by children. Gives the text of an SVG file."""
    panels = [
        _panel(60, [(children, seconds) for children, seconds, _ in points], "whole command, seconds"),
        _panel(490, [(children, memory) for children, _, memory in points], "peak memory, MiB"),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="{INK}">\n<title>Growth with the number of children</title>\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{"".join(panels)}'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 10}" text-anchor="middle">{caption}</text>\n</svg>\n'
    )


def _panel(left, points, title):
    top, width, height = 50, 330, 270
    low_x, high_x = math.floor(_log(points[0][0])), math.ceil(_log(points[-1][0]))
    low_y, high_y = (
        math.floor(min(_log(value) for _, value in points)), math.ceil(max(_log(value) for _, value in points)))
    high_x, high_y = max(high_x, low_x + 1), max(high_y, low_y + 1)

    def x(value):
        return left + (_log(value) - low_x) / (high_x - low_x) * width

    def y(value):
        return top + height - (_log(value) - low_y) / (high_y - low_y) * height

    parts = [f'<text x="{left}" y="{top - 16}" font-weight="bold">{title}</text>\n']
    for power in range(low_x, high_x + 1):
        place = x(10**power)
        parts.append(f'<path d="M{place:.1f} {top}V{top + height}" stroke="{FAINT}"/>\n')
        parts.append(f'<text x="{place:.1f}" y="{top + height + 18}" text-anchor="middle">{10**power:,}</text>\n')
    for power in range(low_y, high_y + 1):
        place = y(10.0**power)
        parts.append(f'<path d="M{left} {place:.1f}H{left + width}" stroke="{FAINT}"/>\n')
        parts.append(f'<text x="{left - 6}" y="{place + 4:.1f}" text-anchor="end">{10.0**power:,.10g}</text>\n')
    # What growth in proportion to the children would be, from the last point back.
    last = points[-1]
    parts.append('<clipPath id="c%d"><rect x="%d" y="%d" width="%d" height="%d"/></clipPath>\n' % (
        left, left, top, width, height))
    first_value = last[1] * points[0][0] / last[0]
    parts.append(
        f'<path d="M{x(points[0][0]):.1f} {y(first_value):.1f}L{x(last[0]):.1f} {y(last[1]):.1f}" '
        f'stroke="{REFERENCE}" stroke-dasharray="4 4" fill="none" clip-path="url(#c{left})"/>\n')
    path = "L".join(f"{x(children):.1f} {y(value):.1f}" for children, value in points)
    parts.append(f'<path d="M{path}" stroke="{LINE}" stroke-width="2" fill="none"/>\n')
    for children, value in points:
        parts.append(f'<circle cx="{x(children):.1f}" cy="{y(value):.1f}" r="3.5" fill="{LINE}"/>\n')
        # Beside the line, which rises: the first to its right below, if there is room, the others to its left above.
        below = 14 if y(value) < top + height - 20 else -8
        anchor, right, down = ("start", 8, below) if children == points[0][0] else ("end", -7, -7)
        parts.append(
            f'<text x="{x(children) + right:.1f}" y="{y(value) + down:.1f}" text-anchor="{anchor}">{_short(value)}</text>\n')
    return "".join(parts)


def _log(value):
    return math.log10(value)


def _short(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
