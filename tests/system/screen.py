"""A terminal in memory: enough of it to see what an editor has painted."""
import codecs
import re
import unicodedata


class Screen:
    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.clear()
        # what a read may end in the middle of: a character, an escape sequence
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        self.pending = ""

    def clear(self):
        self.cells = [[" "] * self.columns for _ in range(self.rows)]
        self.styles = [[""] * self.columns for _ in range(self.rows)]
        self.row = self.column = 0
        self.style = ""

    def line_feed(self):
        if self.row + 1 < self.rows:
            self.row += 1
            return
        self.cells.append([" "] * self.columns)
        self.cells.pop(0)
        self.styles.append([""] * self.columns)
        self.styles.pop(0)

    def put(self, ch):
        if unicodedata.combining(ch) and self.column > 0:
            self.cells[self.row][self.column - 1] += ch
            return
        width = 2 if unicodedata.east_asian_width(ch) in "WF" else 1
        if self.column + width > self.columns:
            self.column = 0
            self.line_feed()
        self.cells[self.row][self.column] = ch
        self.styles[self.row][self.column] = self.style
        if width == 2:
            self.cells[self.row][self.column + 1] = ""
        self.column += width

    def csi(self, args, final):
        n = int(args) if args.isdigit() else 1
        if final == "A":
            self.row = max(0, self.row - n)
        elif final == "B":
            self.row = min(self.rows - 1, self.row + n)
        elif final == "C":
            self.column = min(self.columns - 1, self.column + n)
        elif final == "D":
            self.column = max(0, self.column - n)
        elif final == "G":
            self.column = n - 1
        elif final == "H":
            row, _, column = args.partition(";")
            self.row = min(self.rows, int(row or 1)) - 1
            self.column = min(self.columns, int(column or 1)) - 1
        elif final == "K":
            for c in range(min(self.column, self.columns), self.columns):
                self.cells[self.row][c] = " "
                self.styles[self.row][c] = ""
        elif final == "m":
            self.style = "" if args in ("", "0") else \
                self.style.replace(";7", "") if args == "27" else self.style + ";" + args
        elif final == "J" and args == "2":
            row, column = self.row, self.column
            self.clear()
            self.row, self.column = row, column
        elif final == "J":
            for c in range(min(self.column, self.columns), self.columns):
                self.cells[self.row][c] = " "
            for r in range(self.row + 1, self.rows):
                self.cells[r] = [" "] * self.columns

    def feed(self, data):
        text = self.pending + self.decoder.decode(data)
        self.pending = ""
        i = 0
        while i < len(text):
            m = re.compile(r"\x1b\[\??([0-9;]*)([@-~])|\x1b\][^\x07]*\x07|\x1b[()].|\x1bc").match(
                text, i)
            if m:
                if m.group() == "\x1bc":
                    self.clear()
                elif m.group(2):
                    self.csi(m.group(1), m.group(2))
                i = m.end()
                continue
            ch = text[i]
            i += 1
            if ch == "\r":
                self.column = 0
            elif ch == "\n":
                self.line_feed()
            elif ch == "\t":
                self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
            elif ch == "\x1b":
                self.pending = text[i - 1:]
                return
            elif ch >= " ":
                self.put(ch)

    def lines(self):
        return ["".join(row).rstrip() for row in self.cells]

    def text(self):
        return "\n".join(self.lines()).rstrip("\n")
