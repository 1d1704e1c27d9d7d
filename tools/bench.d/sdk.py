"""The official SDK, as its users call it."""

import pathlib

from encord.user_client import EncordUserClient


def connect(url, key_file):
    return EncordUserClient.create_with_ssh_private_key(
        pathlib.Path(key_file).read_text(), domain=url)


def list_projects(client, title):
    return list(client.list_projects(title_like=title))
