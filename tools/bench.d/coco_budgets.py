"""The figures of exports, set against the official exporter and the budgets."""

from budgets import Row

WORKLOADS = {
    "images": ("{count:,} images x {objects} objects", 150),
    "video": ("a video of {count:,} frames x {objects} objects", 300),
}
STAGES = {
    "index": "simdjson alone: where strings and brackets are",
    "walk": "simdjson alone: every value, by its on-demand parser",
    "dom": "simdjson alone: to a tree",
    "read": "label rows to lists",
    "convert": "... to images and annotations",
    "write": "... to the text of the document: the whole conversion",
}


def conversion_seconds(ours):
    return ours["memory"]["seconds"]["write"]


def parse_seconds(ours):
    """The faster of simdjson's two ways to every value."""
    return min(ours["memory"]["seconds"][way] for way in ("walk", "dom"))


def rate(ours):
    return ours["objects"] / conversion_seconds(ours)


def against(official, objects, official_seconds, our_seconds):
    """What the official exporter took, what we took, and how many times as fast we are."""
    limit, least = ("", "") if official["finished"] else ("given up after ", "less than ")
    return (
        f"official exporter {limit}{official_seconds:,.1f} s, "
        f"{least}{objects / official_seconds:,.0f} objects/s",
        f"{our_seconds:.3f} s, {objects / our_seconds:,.0f} objects/s",
        official_seconds / our_seconds,
    )


def rows(figures):
    """The budget table."""
    table = []
    for kind, (text, times) in WORKLOADS.items():
        table += _of_memory(figures[kind], text.format(**figures[kind]), times)
    images = [each["service"] for each in figures["images"]["scales"].values()]
    first, last = images[0]["peak_mib"], images[-1]["peak_mib"]
    largest = list(figures["images"]["scales"])[-1]
    table.append(Row(
        f"peak memory of the gateway for a streamed export, {largest}x the images above 1x",
        f"official exporter, 1x, {figures['images']['official']['peak_mib']:,.0f} MiB",
        f"{first:.1f} and {last:.1f} MiB", None, "within 20 %, below 150 MiB",
        last <= 1.2 * first and last < 150,
    ))
    return table


def _of_memory(figures, workload, times):
    scales, official = figures["scales"], figures["official"]
    first, largest = scales[1], list(scales)[-1]
    objects = first["objects"]
    with_json = official["read_seconds"] + official["seconds"] + official["write_seconds"]
    to_annotations = against(
        official, objects, official["seconds"], first["memory"]["seconds"]["convert"])
    to_text = against(official, objects, with_json, conversion_seconds(first))
    growth = rate(first) / rate(scales[largest])
    above_parse = conversion_seconds(first) / parse_seconds(first)
    return [
        Row(
            f"{workload}, from memory to annotations, on one core; the official exporter need not "
            "read its JSON first", *to_annotations, f"at least {times}x",
            to_annotations[-1] >= times,
        ),
        Row(
            "the same, and to the text of the document; the official exporter's JSON read and "
            "written too", *to_text, f"at least {times}x", to_text[-1] >= times,
        ),
        Row(
            f"the same, {largest}x as large: time per object against 1x", "",
            f"{growth:.2f}", None, "within 10 %", growth <= 1.1,
        ),
        Row(
            "the same at 1x: time against simdjson's for reading every value of the same bytes",
            f"simdjson {parse_seconds(first):.3f} s", f"{above_parse:.2f}", None, "at most 3",
            above_parse <= 3,
        ),
    ]


def growth(figures):
    """Markdown: how time and memory grow, by each way."""
    lines = [
        "| workload | label rows | from memory | `labels_to_coco`, peak | service, peak, "
        "the gateway's processor time |",
        "|---|---|---|---|---|",
    ]
    for kind, of_kind in figures.items():
        for scale, ours in of_kind["scales"].items():
            program, service = ours["program"], ours.get("service")
            through_service = "" if service is None else (
                f"{service['seconds']:.2f} s, {ours['objects'] / service['seconds']:,.0f}/s, "
                f"{service['peak_mib']:.1f} MiB, {service['gateway_cpu_seconds']:.2f} s")
            lines.append(
                f"| {kind} {scale}x, {ours['objects']:,} objects "
                f"| {ours['memory']['bytes'] / 2**20:,.1f} MiB "
                f"| {conversion_seconds(ours):.3f} s, {rate(ours):,.0f}/s "
                f"| {program['seconds']:.2f} s, {ours['objects'] / program['seconds']:,.0f}/s, "
                f"{program['peak_mib']:,.0f} MiB | {through_service} |"
            )
    return "\n".join(lines)


def stages(figures):
    """Markdown: what the time of a conversion from memory is spent on."""
    first = {kind: of_kind["scales"][1]["memory"] for kind, of_kind in figures.items()}
    lines = ["| stage | " + " | ".join(first) + " |", "|---" * (len(first) + 1) + "|"]
    for stage, text in STAGES.items():
        cells = [
            f"{memory['seconds'][stage]:.3f} s, "
            f"{memory['bytes'] / 2**20 / memory['seconds'][stage]:,.0f} MiB/s"
            for memory in first.values()
        ]
        lines.append(f"| {text} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
