"""The picture of a run for the README: four small bar charts, as plain SVG."""

from html import escape

from report import NAMES, Findings, cpu_ms, many, summary

WIDTH, ROW, TITLE, GAP = 440, 26, 44, 28
LABEL, VALUE = 176, 64  # what a bar leaves free on its left and right
OURS, OTHERS, FLOOR = "#0b7285", "#adb5bd", "#dee2e6"

STYLE = """
text { font: 13px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #212529 }
.title { font-weight: 600; font-size: 14px } .note { font-size: 11px; fill: #6c757d }
.ours { font-weight: 600 } .label { text-anchor: end }
"""

Bars = list[tuple[str, float, str]]  # name, value, colour


def draw(found: Findings) -> str:
    panels = [
        ("One click, median, ms", "1 connection; less is better", "{:.2f}",
         bars(found, "web", lambda kinds: summary(kinds[1])["p50_ms"])),
        ("Clicks a second", "16 connections; more is better", "{:,.0f}",
         bars(found, "web", lambda kinds: summary(many(kinds))["rate"])),
        ("CGI, from exec to exit, median, ms", "with connect and login; less is better", "{:.1f}",
         bars(found, "cgi", lambda kinds: summary(kinds[1])["p50_ms"])),
        ("Processor time of the PBX for a call, ms", "less is better", "{:.3f}",
         bars(found, "web", lambda kinds: cpu_ms(kinds, "pbx"))),
    ]
    left = TITLE + ROW * max(len(panels[0][3]), len(panels[1][3]))
    right = TITLE + ROW * max(len(panels[2][3]), len(panels[3][3]))
    height = left + right + 3 * GAP + 16
    drawn = "".join(panel(*what, x=GAP + (i % 2) * (WIDTH + GAP), y=GAP + (i // 2) * (left + GAP))
                    for i, what in enumerate(panels))
    total = 2 * WIDTH + 3 * GAP
    machine = found.machine
    note = (f"Asterisk {machine['asterisk']}, nginx, the client and the program on one machine with "
            f"{machine['processors']} processors. make bench")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {height}" '
            f'width="{total}" height="{height}" role="img" aria-label="click2call measured">'
            f'<style>{STYLE}</style><rect width="100%" height="100%" rx="8" fill="#fff"/>{drawn}'
            f'<text class="note" x="{GAP}" y="{height - 16}">{escape(note)}</text></svg>\n')


def bars(found: Findings, group: str, value) -> Bars:
    """All that place calls."""
    colours = {"ours": OURS, "floor": FLOOR, "recorded": FLOOR}
    return [(NAMES[group][name].split(",")[0], value(kinds), colours.get(name, OTHERS))
            for name, kinds in found.groups()[group].items() if name != "nginx"]


def panel(title: str, note: str, shape: str, rows: Bars, x: int, y: int) -> str:
    longest = max(value for _, value, _ in rows)
    room = WIDTH - LABEL - VALUE
    text = [f'<g transform="translate({x},{y})"><text class="title" y="12">{escape(title)}</text>'
            f'<text class="note" y="28">{escape(note)}</text>']
    for i, (name, value, colour) in enumerate(rows):
        top = TITLE + i * ROW
        kind = "ours" if colour == OURS else ""
        width = max(1.0, value / longest * room)
        text.append(
            f'<text class="label {kind}" x="{LABEL - 8}" y="{top + 13}">{escape(name)}</text>'
            f'<rect x="{LABEL}" y="{top}" width="{width:.1f}" height="18" rx="3" fill="{colour}"/>'
            f'<text class="{kind}" x="{LABEL + width + 6:.1f}" y="{top + 13}">'
            f'{shape.format(value)}</text>')
    return "".join(text) + "</g>"
