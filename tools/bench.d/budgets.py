"""The figures of a run, set against the alternatives and the budgets."""

import dataclasses
import statistics


@dataclasses.dataclass
class Row:
    """One line of the table. `ratio` is ours to the Python gateway's, the better the larger; `met`
    says whether the budget is kept."""

    what: str
    alternatives: str
    ours: str
    ratio: float | None
    budget: str
    met: bool


def rows(figures):
    """The budget table of a run's figures, which are medians over the rounds."""
    rate, latency = figures["calls_per_second"], figures["latency_us"]
    tls, memory, start = figures["tls"], figures["memory_mib"], figures["start_ms"]

    def throughput(what, kind, least):
        ratio = rate["gateway"][kind] / rate["sdk_gateway"][kind]
        return Row(
            what,
            f"SDK behind a Python gRPC server {rate['sdk_gateway'][kind]:,.0f}/s; "
            f"SDK directly {rate['sdk_direct']:,.0f}/s; "
            f"bare gRPC C++ echo {rate['echo']:,.0f}/s",
            f"{rate['gateway'][kind]:,.0f}/s", ratio, f"at least {least}x the Python server",
            ratio >= least,
        )

    def above_upstream(server):
        return latency[server] - latency["upstream"]

    per_call = tls["sdk"]["full_handshakes"] / tls["sdk"]["requests"]
    ours = tls["gateway"]
    return [
        throughput("unary RPCs, all different", "different", 30),
        throughput("unary RPCs, the same read repeated", "same", 45),
        Row(
            "median latency of one call at a time, above the same request sent straight to nginx",
            f"SDK behind a Python gRPC server {above_upstream('sdk_gateway'):,.0f} us; "
            f"bare gRPC C++ echo in all {latency['echo']:,.0f} us",
            f"{above_upstream('gateway'):,.0f} us",
            above_upstream("sdk_gateway") / above_upstream("gateway"),
            "at most 200 us", above_upstream("gateway") <= 200,
        ),
        Row(
            "TLS handshakes with Encord in steady state",
            f"SDK {per_call:.2f} full ones per call",
            f"{ours['full_handshakes']} full and {ours['resumed_handshakes']} resumed ones in "
            f"{ours['requests']:,} calls",
            None, "no full one", ours["full_handshakes"] == 0,
        ),
        Row(
            "start to first answer",
            f"SDK behind a Python gRPC server {start['sdk_gateway']:,.0f} ms",
            f"{start['gateway']:,.0f} ms", start["sdk_gateway"] / start["gateway"],
            "under 100 ms", start["gateway"] < 100,
        ),
        Row(
            "resident memory, idle",
            f"SDK behind a Python gRPC server {memory['sdk_gateway']['idle']:.0f} MiB",
            f"{memory['gateway']['idle']:.1f} MiB",
            memory["sdk_gateway"]["idle"] / memory["gateway"]["idle"],
            "under 40 MiB", memory["gateway"]["idle"] < 40,
        ),
        Row(
            "resident memory, the most under load",
            f"SDK behind a Python gRPC server {memory['sdk_gateway']['loaded']:.0f} MiB",
            f"{memory['gateway']['loaded']:.1f} MiB",
            memory["sdk_gateway"]["loaded"] / memory["gateway"]["loaded"],
            "", True,
        ),
    ]


def markdown(table):
    lines = [
        "| what | the alternatives | this gateway | ratio | budget | met |",
        "|---|---|---|---|---|---|",
    ]
    for row in table:
        ratio = "" if row.ratio is None else f"{row.ratio:.1f}x"
        met = ("yes" if row.met else "**no**") if row.budget else ""
        lines.append(
            f"| {row.what} | {row.alternatives} | {row.ours} | {ratio} | {row.budget} | {met} |"
        )
    return "\n".join(lines)


def comparison(figures):
    """Several builds of the gateway, and the medians of their ratios to this build round by round,
    which a noisy machine spares most."""
    names = [name for name in figures if name != "rounds"]
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for kind in figures["this"]:
        cells = []
        for name in names:
            ratio = statistics.median(
                each[name][kind] / each["this"][kind] for each in figures["rounds"])
            cells.append(f"{figures[name][kind]:,.0f} ({ratio:.3f})")
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
