"""Datasets, ontologies and projects: made, and found by every filter of their lists."""

import dataclasses
import datetime

import pytest
from encord.exceptions import EncordException
from encord.orm.dataset import StorageLocation

from harness import NOWHERE
from models import like, utc
from sdk_workspace import NEWEST_SDK, RUNS_WITH_PYDANTIC_1

TEXTS = [
    ("Road scenes", "Cars by day"),
    ("Road scenes at night", "cars by NIGHT"),
    ("roadside 100%", ""),
    ("Rail_yard", "trains"),
    ("Railxyard", "50% trains, 50% cars"),
    ("Straße, é, 😀", "Umlaute: äöü"),
    ("back\\slash 'and' \"quotes\" & + = ? #", "line\nbreak"),
]


@dataclasses.dataclass
class Thing:
    hash: str
    title: str
    description: str
    created_at: datetime.datetime
    edited_at: datetime.datetime


class Datasets:
    def make(self, client, title, description):
        return client.create_dataset(title, StorageLocation.AWS, description).dataset_hash

    def list(self, client, **filters):
        return [
            Thing(d.dataset_hash, d.title, d.description, utc(d.created_at), utc(d.last_edited_at))
            for d in (entry["dataset"] for entry in client.get_datasets(**filters))
        ]


class Ontologies:
    def make(self, client, title, description):
        return client.create_ontology(title, description).ontology_hash

    def list(self, client, **filters):
        return [
            Thing(o.ontology_hash, o.title, o.description, utc(o.created_at), utc(o.last_edited_at))
            for o in (entry["ontology"] for entry in client.get_ontologies(**filters))
        ]


class Projects:
    def make(self, client, title, description):
        return client.create_project(title, [], description)

    def list(self, client, **filters):
        return [
            Thing(p.project_hash, p.title, p.description, utc(p.created_at), utc(p.last_edited_at))
            for p in client.list_projects(**filters)
        ]


class ProjectsOfTheFirstApi(Projects):
    """Its dates are whole seconds, its filters are not."""

    def list(self, client, **filters):
        return [
            Thing(
                p.project_hash, p.title, p.description, utc(p["created_at"]),
                utc(p["last_edited_at"]),
            )
            for p in (entry["project"] for entry in client.get_projects(**filters))
        ]


NOUNS = {
    "datasets": Datasets(),
    "ontologies": Ontologies(),
    "projects": Projects(),
    "projects of the first API": ProjectsOfTheFirstApi(),
}


@pytest.fixture(scope="module", params=NOUNS, ids=lambda name: name.replace(" ", "-"))
def noun(request):
    return NOUNS[request.param]


@pytest.fixture(scope="module")
def things(noun, alice):
    """One of each text, newest first; whatever else the lists of the workspace show is left out."""
    made = [noun.make(alice, *texts) for texts in TEXTS]
    exact = Projects() if isinstance(noun, Projects) else noun
    by_hash = {thing.hash: thing for thing in exact.list(alice)}
    return [by_hash[each] for each in reversed(made)]


def found(noun, client, things, **filters):
    """The titles found among the things of this test."""
    ours = {thing.hash for thing in things}
    return [thing.title for thing in noun.list(client, **filters) if thing.hash in ours]


def test_what_was_made_is_listed_newest_first(noun, alice, things):
    assert [(thing.title, thing.description) for thing in things] == TEXTS[::-1]
    assert found(noun, alice, things) == [title for title, _ in reversed(TEXTS)]


def test_dates_are_those_of_their_making(things):
    created = [thing.created_at for thing in things]
    assert created == sorted(created, reverse=True)
    now = datetime.datetime.now(datetime.timezone.utc)
    for thing in things:
        assert now - datetime.timedelta(hours=1) < thing.created_at <= thing.edited_at
        assert thing.edited_at < now + datetime.timedelta(minutes=5)


@pytest.mark.parametrize("title", [title for title, _ in TEXTS])
def test_an_exact_title_finds_one(noun, alice, things, title):
    assert found(noun, alice, things, title_eq=title) == [title]


@pytest.mark.parametrize("pattern", [
    "%", "Road scenes", "Road%", "%ROAD%", "%night", "%yard", "Rail_yard", "_oad%", "%100%",
    "%ß%", "%😀", "%'and'%", '%"quotes"%', "%\\%", "%& + = ? #", "nothing", "",
])
def test_titles_are_found_by_pattern(noun, alice, things, pattern):
    wanted = [thing.title for thing in things if like(pattern, thing.title)]
    assert found(noun, alice, things, title_like=pattern) == wanted


@pytest.mark.parametrize("description", ["trains", "", "Umlaute: äöü", "line\nbreak", "none such"])
def test_an_exact_description_finds_its_things(noun, alice, things, description):
    wanted = [thing.title for thing in things if thing.description == description]
    assert found(noun, alice, things, desc_eq=description) == wanted


@pytest.mark.parametrize("pattern", ["%cars%", "cars%", "%night", "50%", "%ö%", "trains", "none%"])
def test_descriptions_are_found_by_pattern(noun, alice, things, pattern):
    wanted = [thing.title for thing in things if like(pattern, thing.description)]
    assert found(noun, alice, things, desc_like=pattern) == wanted


def test_filters_are_joined_by_and(noun, alice, things):
    assert found(noun, alice, things, title_like="%road%", desc_like="%night%") == [
        "Road scenes at night"
    ]
    assert found(noun, alice, things, title_eq="Rail_yard", desc_eq="Cars by day") == []


DATE_FILTERS = {
    "created_before": lambda thing, moment: thing.created_at < moment,
    "created_after": lambda thing, moment: thing.created_at > moment,
    "edited_before": lambda thing, moment: thing.edited_at < moment,
    "edited_after": lambda thing, moment: thing.edited_at > moment,
}

EAST = datetime.timezone(datetime.timedelta(hours=5, minutes=30))

# Ways to say one moment.
SPELLINGS = {
    "UTC": lambda moment: moment,
    "another zone": lambda moment: moment.astimezone(EAST),
    "no zone": lambda moment: moment.replace(tzinfo=None),
    "text": lambda moment: moment.isoformat(),
    "text with Z": lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
}


def takes_dates(noun):
    """With pydantic 1 the SDK itself fails on the date filters of projects and ontologies."""
    return not (RUNS_WITH_PYDANTIC_1 and type(noun) in (Projects, Ontologies))


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda name: name.replace(" ", "-"))
@pytest.mark.parametrize("name", DATE_FILTERS)
def test_dates_cut_the_list(noun, alice, things, name, spelling):
    middle = things[len(things) // 2].created_at
    filters = {name: SPELLINGS[spelling](middle)}
    if not takes_dates(noun):
        with pytest.raises(EncordException, match="issubclass"):
            noun.list(alice, **filters)
        return
    wanted = [thing.title for thing in things if DATE_FILTERS[name](thing, middle)]
    assert found(noun, alice, things, **filters) == wanted


def test_a_span_of_dates(noun, alice, things):
    newest, oldest = things[1].created_at, things[-2].created_at
    filters = {"created_after": oldest, "created_before": newest}
    if not takes_dates(noun):
        with pytest.raises(EncordException, match="issubclass"):
            noun.list(alice, **filters)
        return
    wanted = [thing.title for thing in things if oldest < thing.created_at < newest]
    assert found(noun, alice, things, **filters) == wanted


def test_others_do_not_see_them(noun, workspace, things):
    assert found(noun, workspace.bob.client, things) == []
    assert found(noun, workspace.ann.client, things) == []


@pytest.mark.parametrize("name", ["datasets", "ontologies", "projects"])
def test_organisation_access_is_a_filter_that_is_taken(workspace, alice, name):
    """The sandbox knows no organisation admins, for whom alone it widens the list."""
    noun = NOUNS[name]
    made = noun.make(alice, workspace.name("Wide"), "")
    assert made in {thing.hash for thing in noun.list(alice, include_org_access=True)}
    assert made not in {
        thing.hash for thing in noun.list(workspace.ann.client, include_org_access=True)
    }


@pytest.mark.parametrize("name, get", [
    ("datasets", lambda client, uid: client.get_dataset(uid)),
    ("ontologies", lambda client, uid: client.get_ontology(uid)),
    ("projects", lambda client, uid: client.get_project(uid)),
])
@pytest.mark.parametrize("title, description", TEXTS)
def test_each_is_read_as_it_was_made(alice, name, get, title, description):
    thing = get(alice, NOUNS[name].make(alice, title, description))
    assert (thing.title, thing.description) == (title, description)


if NEWEST_SDK:

    @pytest.fixture(scope="module")
    def tagged(workspace, alice):
        """Projects with the tags red, red and blue, none; and the tags."""
        tags = {name: alice.create_organisation_tag(name, "a colour") for name in ("red", "blue")}
        projects = [workspace.project(title=title) for title in ("Red", "Both", "Plain")]
        projects[0].add_organisation_tag(tags["red"])
        projects[1].add_organisation_tag(tag_name="red")
        projects[1].add_organisation_tag(tag_uuid=tags["blue"].uuid)
        return projects, tags

    @pytest.mark.parametrize("names, wanted", [
        (["red"], {"Red", "Both"}),
        (["blue"], {"Both"}),
        (["red", "blue"], {"Red", "Both"}),
        (["green"], set()),
        (["green", "blue"], {"Both"}),
    ])
    def test_projects_are_found_by_tags(alice, tagged, names, wanted):
        assert {project.title for project in alice.list_projects(tags_anyof=names)} == wanted

    def test_projects_are_found_by_tag_objects(alice, tagged):
        _, tags = tagged
        found_projects = alice.list_projects(tags_anyof=[tags["blue"]])
        assert [project.title for project in found_projects] == ["Both"]

    def test_a_project_tells_its_tags(alice, tagged):
        projects, tags = tagged
        names = [
            {tag.name for tag in project.get_organisation_tags(use_cache=False)}
            for project in projects
        ]
        assert names == [{"red"}, {"red", "blue"}, set()]
        assert {tag.name for tag in alice.list_organisation_tags()} >= {"red", "blue"}

    def test_tags_come_off_and_go(workspace, alice):
        tag = alice.create_organisation_tag(workspace.name("passing"))
        project = workspace.project()
        project.add_organisation_tag(tag)
        project.add_organisation_tag(tag)
        assert [each.uuid for each in project.get_organisation_tags()] == [tag.uuid]
        project.remove_organisation_tag(tag)
        assert project.get_organisation_tags() == []
        project.add_organisation_tag(tag)
        alice.delete_organisation_tag(tag)
        assert project.get_organisation_tags(use_cache=False) == []
        assert tag.uuid not in {each.uuid for each in alice.list_organisation_tags()}

    def test_tags_have_names_of_their_own(workspace, alice):
        from encord.exceptions import ResourceExistsError

        name = workspace.name("once")
        alice.create_organisation_tag(name)
        with pytest.raises(ResourceExistsError):
            alice.create_organisation_tag(name)
        workspace.bob.client.create_organisation_tag(name)

    def test_an_unknown_tag_is_not_found(workspace, alice):
        from encord.exceptions import ResourceNotFoundError

        project = workspace.project()
        with pytest.raises(ResourceNotFoundError):
            project.add_organisation_tag(tag_uuid=NOWHERE)
        with pytest.raises(ResourceNotFoundError):
            alice.delete_organisation_tag(tag_uuid=NOWHERE)
        with pytest.raises(ResourceNotFoundError):
            list(alice.list_storage_folders(organisation_tags_allof=["no such tag"]))
