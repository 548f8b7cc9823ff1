"""Draws the benchmarks' results as SVG."""

import os
import pathlib
import platform
import re
from xml.sax.saxutils import escape

LEFT, WIDTH, ROW = 190, 380, 34


def surroundings():
    """Describe the computer in one line."""
    processor = platform.machine()
    try:
        found = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
        processor = " ".join(found[1].split()) if found else processor
    except OSError:
        pass
    return f"{os.cpu_count()} × {processor}, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def bars(title, groups, notes):
    """Draw a bar chart. Each row has a bar, a line over it from the lower to the upper value, and words below it.

    Groups are pairs of a heading, which may be empty, and rows. Each group has its own scale. Rows are (name, (lower,
    middle, upper), words, whether it is our program). Notes are the lines below the chart.
    """
    parts, y = [f'<text x="12" y="24" font-size="15">{escape(title)}</text>'], 44
    for heading, rows in groups:
        if heading:
            parts.append(f'<text x="12" y="{y + 10}">{escape(heading)}</text>')
            y += 24
        scale = WIDTH / max(upper for _, (_, _, upper), _, _ in rows)
        for name, values, words, ours in rows:
            lower, middle, upper = (value * scale for value in values)
            parts += [
                f'<text x="{LEFT - 10}" y="{y + 12}" text-anchor="end">{escape(name)}</text>',
                f'<rect x="{LEFT}" y="{y}" width="{middle:.1f}" height="14" fill="{"#2f6f9f" if ours else "#a0a0a0"}"/>',
                f'<path d="M{LEFT + lower:.1f} {y + 7}H{LEFT + upper:.1f}" stroke="#000"/>',
                f'<text x="{LEFT}" y="{y + 27}" font-size="11" fill="#444">{escape(words)}</text>']
            y += ROW
    for note in [*notes, surroundings()]:
        y += 15
        parts.append(f'<text x="12" y="{y}" font-size="11" fill="#444">{escape(note)}</text>')
    height = y + 12
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="760" height="{height}" fill="#fff"/>', *parts, "</svg>"]) + "\n"
