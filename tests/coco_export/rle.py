"""Run-length text as in label rows and COCO masks: counts of alternating runs, zeros first."""


def pack(counts):
    text = []
    for position, count in enumerate(counts):
        # From the fourth on, the difference to the count two before.
        value = count - counts[position - 2] if position > 2 else count
        more = True
        while more:
            group = value & 31
            value >>= 5
            more = value != (-1 if group & 16 else 0)
            text.append(chr(48 + group + (32 if more else 0)))
    return "".join(text)
