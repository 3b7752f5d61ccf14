"""What the benchmark prints: one line a figure, and one a requirement.

    figure NAME VALUE UNIT
    check NAME VALUE <= LIMIT ok|MISSED
    skip NAME REASON
    note TEXT
"""

import statistics


class Report:
    def __init__(self):
        self.samples = {}  # name -> values, one a round
        self.figures = {}
        self.reasons = {}  # name -> why there is no figure
        self.missed = []
        self.broken = []

    def sample(self, name, value):
        """Takes one round's value of a figure; settle() turns them into the figure."""
        self.samples.setdefault(name, []).append(value)

    def settle(self, name, unit, digits=3):
        """Prints the median over the rounds. Without a value: says that there is none."""
        values = self.samples.get(name)
        if values:
            self.figure(name, statistics.median(values), unit, digits)
        else:
            self.skip(name, self.reasons.get(name, "not measured"))

    def figure(self, name, value, unit, digits=3):
        self.figures[name] = value
        print(f"figure {name} {value:.{digits}f} {unit}", flush=True)

    def no_figure(self, name, reason):
        """Remembers why a figure cannot be taken; a later sample of it still counts."""
        self.reasons[name] = reason

    def skip(self, name, reason):
        self.reasons[name] = reason
        print(f"skip {name} {reason}", flush=True)

    def note(self, text):
        print(f"note {text}", flush=True)

    def check(self, name, value, op, limit, digits=3):
        ok = value <= limit if op == "<=" else value >= limit
        if not ok:
            self.missed.append(name)
        verdict = "ok" if ok else "MISSED"
        print(f"check {name} {value:.{digits}f} {op} {limit:g} {verdict}", flush=True)

    def check_figure(self, name, figure, op, limit, digits=3):
        self.check_ratio(name, figure, None, op, limit, digits)

    def check_ratio(self, name, over, under, op, limit, digits=3):
        """Checks figure `over` divided by figure `under` (None: by one)."""
        needed = [f for f in (over, under) if f is not None]
        lacking = [f for f in needed if f not in self.figures]
        if not lacking:
            divisor = self.figures[under] if under is not None else 1.0
            self.check(name, self.figures[over] / divisor, op, limit, digits)
            return
        reason = self.reasons.get(lacking[0], "not measured")
        if reason.startswith("host:"):
            self.skip(name, f"{lacking[0]}: {reason}")
            return
        self.broken.append(name)
        print(f"check {name} - {op} {limit:g} MISSED no {lacking[0]}: {reason}", flush=True)
