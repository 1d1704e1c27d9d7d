"""CreateOntology, GetOntology, ListOntologies."""

import pytest
from google.protobuf import json_format

from workspaces import STRUCTURE


def as_dicts(structs):
    return [json_format.MessageToDict(struct) for struct in structs]


def test_a_created_ontology_is_there_with_its_structure(gateway, workspace):
    title = workspace.name("Traffic")
    created = gateway.CreateOntology(title=title, description="All of it", structure=STRUCTURE)
    assert created.title == title
    ontology = gateway.GetOntology(ontology_hash=created.ontology_hash)
    assert (ontology.title, ontology.description) == (title, "All of it")
    assert ontology.created_at.seconds > 0
    objects = as_dicts(ontology.structure.objects)
    assert [(o["name"], o["shape"], o["color"], o["featureNodeHash"]) for o in objects] == [
        ("Car", "bounding_box", "#D33115", "carcar01"),
        ("Lane", "polygon", "#E27300", "lane0001"),
    ]
    assert [option["value"] for option in objects[0]["attributes"][0]["options"]] == ["red", "blue"]
    [classification] = as_dicts(ontology.structure.classifications)
    assert classification["attributes"][0]["name"] == "Weather"


@pytest.mark.parametrize("structure", [
    None, {}, {"objects": []}, {"classifications": STRUCTURE["classifications"]},
])
def test_missing_lists_are_empty_ones(gateway, workspace, structure):
    ontology = workspace.ontology(structure)
    found = gateway.GetOntology(ontology_hash=ontology).structure
    assert len(found.objects) == 0
    assert len(found.classifications) == len((structure or {}).get("classifications", []))


@pytest.mark.parametrize("shape", [
    "bounding_box", "rotatable_bounding_box", "polygon", "polyline", "point", "skeleton",
    "bitmask", "cuboid", "cuboid_2d", "segmentation", "circle", "ellipse", "audio",
    "text", "time_range",
])
def test_every_shape(gateway, workspace, shape):
    thing = {"id": "1", "name": "Thing", "color": "#000000", "shape": shape,
             "featureNodeHash": "thing001"}
    ontology = workspace.ontology({"objects": [thing]})
    [found] = as_dicts(gateway.GetOntology(ontology_hash=ontology).structure.objects)
    assert found["shape"] == shape


def test_the_list_has_structures_only_if_asked_for(gateway, workspace):
    title = workspace.name("Listed")
    ontology = gateway.CreateOntology(title=title, structure=STRUCTURE).ontology_hash
    [without] = gateway.ListOntologies(title_like=title).ontologies
    assert (without.ontology_hash, without.HasField("structure")) == (ontology, False)
    [with_structure] = gateway.ListOntologies(title_like=title, include_structure=True).ontologies
    assert len(with_structure.structure.objects) == 2
    assert with_structure.user_role == "admin"


@pytest.mark.parametrize("filters", [
    {"title_eq": "Harbour cranes"}, {"title_like": "bour cra"}, {"title_like": "Harb%nes"},
    {"description_eq": "Tall ones"}, {"description_like": "all one"},
])
def test_filters(gateway, workspace, filters):
    gateway.CreateOntology(title="Harbour cranes", description="Tall ones")
    gateway.CreateOntology(title=workspace.name("Other"), description="Small")
    found = gateway.ListOntologies(**filters).ontologies
    assert {ontology.title for ontology in found} == {"Harbour cranes"}
