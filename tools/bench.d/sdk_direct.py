"""Calls the official SDK for some seconds, from one thread, which is where it is fastest: more
threads would wait for each other's interpreter. Prints the calls per second.

sdk_direct.py URL KEY_FILE SECONDS
"""

import sys
import time

import sdk

url, key_file, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
client = sdk.connect(url, key_file)
sdk.list_projects(client, "Road")
start = time.monotonic()
count = 0
while (passed := time.monotonic() - start) < seconds:
    count += 1
    sdk.list_projects(client, f"Road scenes {count:010d}")
print(count / passed)
