"""How long the machine kept its processes waiting."""

import threading
import time

# Seconds that the probe sleeps at a time.
REST = 0.002


class Stalls:
    """Measures, while it is entered, for how long a thread that wants to run is kept from it: that
    much of a time measured meanwhile may be the machine's own."""

    def __init__(self):
        self.seconds = 0.0
        self._end = threading.Event()
        self._probe = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._probe.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._probe.join()

    def _run(self):
        before = time.monotonic()
        while not self._end.wait(REST):
            now = time.monotonic()
            self.seconds += max(0.0, now - before - REST)
            before = now
