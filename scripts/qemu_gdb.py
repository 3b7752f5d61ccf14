"""Commands for gdb on the kernel in QEMU; see scripts/qemu-gdb."""
import os

import gdb

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CPUS_MAX = 32
PLACES = ("build/user/bin", "build/user/tests", "build/user/bench")


def current(cpu):
    return gdb.parse_and_eval(f"cpus[{cpu}].current")


def this_cpu():
    """QEMU's processors are gdb's threads, from 1 on."""
    thread = gdb.selected_thread()
    return thread.num - 1 if thread else 0


def need_processors():
    """How many there are. Before the kernel's C code begins its memory is not mapped yet."""
    try:
        count = int(gdb.parse_and_eval("ncpus"))
    except gdb.error:
        count = 0
    if not 0 < count <= CPUS_MAX:
        raise gdb.GdbError("the kernel has not started its processors yet: continue first")
    return count


class Program(gdb.Command):
    """umk-program [FILE]: symbols of the current thread's program."""

    def __init__(self):
        super().__init__("umk-program", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        path = argument
        if not path:
            need_processors()
            thread = current(this_cpu())
            if not thread:
                raise gdb.GdbError("no thread is current on this processor")
            name = thread["body"]["name"].string()
            found = [p for p in (os.path.join(TOP, d, name) for d in PLACES) if os.path.exists(p)]
            if not found:
                raise gdb.GdbError(f"no file for {name} in {', '.join(PLACES)}")
            path = found[0]
        gdb.execute(f"add-symbol-file {path}")


class Threads(gdb.Command):
    """umk-threads: the current thread of each processor."""

    def __init__(self):
        super().__init__("umk-threads", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        for cpu in range(need_processors()):
            thread = current(cpu)
            if not thread:
                print(f"cpu {cpu}: idle, or in the kernel")
                continue
            body = thread["body"]
            print(f"cpu {cpu}: {body['name'].string()}, portal {int(thread['portal'])}, "
                  f"rip {int(thread['regs']['rip']):#x} when it came in last")


Program()
Threads()
