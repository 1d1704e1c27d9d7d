"""An ontology with every shape, attribute and classification that the SDK knows, and something to
label with of each."""

import json

import numpy
from encord.objects import (
    ChecklistAttribute, OntologyStructure, RadioAttribute, Shape, TextAttribute,
)
from encord.objects.attributes import NumericAttribute
from encord.objects.bitmask import BitmaskCoordinates
from encord.objects.classification import OntologyClassificationLevel
from encord.objects.coordinates import (
    BoundingBoxCoordinates, Cuboid2DIsometricCoordinates, Cuboid2DPerspectiveCoordinates,
    CuboidCoordinates, PointCoordinate, PointCoordinate3D, PolygonCoordinates, PolylineCoordinates,
    RotatableBoundingBoxCoordinates, SkeletonCoordinate, SkeletonCoordinates, Visibility,
)
from encord.objects.skeleton_template import SkeletonTemplate, SkeletonTemplateCoordinate

from sdk_workspace import NEWEST_SDK

VERTICES = ("head", "hand", "foot")


def points(*pairs):
    return [PointCoordinate(x, y) for x, y in pairs]


SQUARE = points((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))
HOLE = points((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6))
TRIANGLE = points((0.0, 0.0), (0.05, 0.0), (0.0, 0.05))


def mask(pattern):
    """A bitmask of the size of the medium; the pattern fills an array."""

    def make(width, height):
        array = numpy.zeros((height, width), dtype=bool)
        pattern(array)
        return BitmaskCoordinates(array)

    return make


def full(array):
    array[:] = True


def dot(array):
    array[-1, -1] = True


def stripes(array):
    array[::2, 1:-1] = True


def skeleton(*visibilities):
    return SkeletonCoordinates(name="Person", values=[
        SkeletonCoordinate(
            x=0.1 * i + 0.05, y=0.2, name=vertex, color="#D33115", value="", visibility=visibility,
            feature_hash=f"vertex0{i}",
        )
        for i, (vertex, visibility) in enumerate(zip(VERTICES, visibilities))
    ])


# What is drawn, by name: the shape, and the coordinates or what makes them from width and height.
DRAWINGS = {
    "box": (Shape.BOUNDING_BOX, BoundingBoxCoordinates(0.25, 0.5, 0.125, 0.0625)),
    "box with many digits": (
        Shape.BOUNDING_BOX,
        BoundingBoxCoordinates(0.1234567890123456, 1 / 3, 0.1 + 0.2, 5e-324),
    ),
    "box of the whole": (Shape.BOUNDING_BOX, BoundingBoxCoordinates(1, 1, 0, 0)),
    "rotated box": (
        Shape.ROTATABLE_BOUNDING_BOX, RotatableBoundingBoxCoordinates(0.25, 0.5, 0.1, 0.2, 33.3)
    ),
    "rotated box, backwards": (
        Shape.ROTATABLE_BOUNDING_BOX, RotatableBoundingBoxCoordinates(0.25, 0.5, 0.1, 0.2, -170)
    ),
    "polygon": (Shape.POLYGON, PolygonCoordinates(SQUARE)),
    "polygon with a hole": (Shape.POLYGON, PolygonCoordinates(polygons=[[SQUARE, HOLE]])),
    "polygon of parts": (
        Shape.POLYGON, PolygonCoordinates(polygons=[[SQUARE, HOLE], [TRIANGLE]])
    ),
    "polyline": (Shape.POLYLINE, PolylineCoordinates(SQUARE)),
    "polyline in space": (
        Shape.POLYLINE,
        PolylineCoordinates([PointCoordinate3D(1.5, -2, 0), PointCoordinate3D(2, 3.25, -1e9)]),
    ),
    "point": (Shape.POINT, PointCoordinate(0.75, 0.125)),
    "point in space": (Shape.POINT, PointCoordinate3D(0.75, 0.125, -3.5)),
    "skeleton": (
        Shape.SKELETON,
        skeleton(Visibility.VISIBLE, Visibility.OCCLUDED, Visibility.SELF_OCCLUDED),
    ),
    "skeleton, partly hidden": (
        Shape.SKELETON, skeleton(Visibility.INVISIBLE, Visibility.VISIBLE, None)
    ),
    "bitmask, full": (Shape.BITMASK, mask(full)),
    "bitmask, empty": (Shape.BITMASK, mask(lambda array: None)),
    "bitmask, one pixel": (Shape.BITMASK, mask(dot)),
    "bitmask, stripes": (Shape.BITMASK, mask(stripes)),
    "cuboid": (Shape.CUBOID, CuboidCoordinates((1.0, 2.0, 3.0), (0.0, 0.5, -0.5), (4.0, 5.0, 6.0))),
    "flat cuboid, perspective": (
        Shape.CUBOID_2D, Cuboid2DPerspectiveCoordinates(SQUARE, PointCoordinate(0.5, 0.0), 0.75)
    ),
    "flat cuboid, isometric": (
        Shape.CUBOID_2D, Cuboid2DIsometricCoordinates(SQUARE, PointCoordinate(0.05, -0.05))
    ),
}

SHAPES = {shape for shape, _ in DRAWINGS.values()} | {Shape.AUDIO, Shape.TEXT}

if NEWEST_SDK:
    from encord.objects.coordinates import CircleCoordinates, EllipseCoordinates

    DRAWINGS |= {
        "circle": (Shape.CIRCLE, CircleCoordinates(0.5, 0.5, 0.25)),
        "circle, stretched": (Shape.CIRCLE, CircleCoordinates(0.5, 0.5, 0.25, 1.5, 30.0)),
        "ellipse": (Shape.ELLIPSE, EllipseCoordinates(0.5, 0.5, 0.25, 0.125, 45.0)),
    }
    SHAPES |= {Shape.CIRCLE, Shape.ELLIPSE, Shape.TIME_RANGE}


def coordinates_of(drawing, width, height):
    _, coordinates = DRAWINGS[drawing]
    return coordinates(width, height) if callable(coordinates) else coordinates


def plain(coordinates):
    """Coordinates as something that can be compared."""
    if isinstance(coordinates, PolygonCoordinates):
        return coordinates.values, coordinates.polygons
    # Tuples become lists on the wire.
    return json.loads(json.dumps(coordinates.to_dict()))


def add_options(attribute, labels):
    for label in labels:
        attribute.add_option(label)


def add_attributes(ontology_object, dynamic):
    """One attribute of each type; the radio's first option nests two levels more."""
    prefix = "dynamic " if dynamic else "static "
    ontology_object.add_attribute(TextAttribute, prefix + "text", dynamic=dynamic)
    ontology_object.add_attribute(NumericAttribute, prefix + "number", dynamic=dynamic)
    checklist = ontology_object.add_attribute(
        ChecklistAttribute, prefix + "checklist", dynamic=dynamic
    )
    add_options(checklist, ["wet", "icy", "é 😀"])
    radio = ontology_object.add_attribute(RadioAttribute, prefix + "radio", dynamic=dynamic)
    if dynamic:
        add_options(radio, ["left", "right"])
        return
    nest(radio)


def nest(radio):
    """Options "truck", with a text and a radio below it, and "car"."""
    truck = radio.add_option("truck")
    truck.add_nested_attribute(TextAttribute, "load")
    axles = truck.add_nested_attribute(RadioAttribute, "axles")
    three = axles.add_option("three")
    add_options(three.add_nested_attribute(ChecklistAttribute, "which"), ["front", "rear"])
    axles.add_option("two")
    radio.add_option("car")


CLASSIFICATIONS = ("text", "number", "radio", "checklist")


def structure():
    made = OntologyStructure()
    for shape in sorted(SHAPES, key=lambda shape: shape.value):
        if shape == Shape.SKELETON:
            continue
        ontology_object = made.add_object(shape.value, shape)
        add_attributes(ontology_object, dynamic=False)
        if shape not in (Shape.AUDIO, Shape.TEXT) and shape.value != "time_range":
            add_attributes(ontology_object, dynamic=True)
    person = made.add_object(Shape.SKELETON.value, Shape.SKELETON, feature_node_hash="skeleton")
    add_attributes(person, dynamic=False)
    made.add_skeleton_template(
        SkeletonTemplate(
            name="Person", width=1, height=1,
            skeleton={
                str(i): SkeletonTemplateCoordinate(
                    x=0.1 * i, y=0.5, name=vertex, feature_hash=f"vertex0{i}"
                )
                for i, vertex in enumerate(VERTICES)
            },
            skeleton_edges={"0": {"1": {"color": "#00000"}}, "1": {"2": {"color": "#00000"}}},
        ),
        feature_node_hash=person.feature_node_hash,
    )
    for level in (None, OntologyClassificationLevel.GLOBAL):
        prefix = "global " if level else ""
        for kind, attribute in (
            ("text", TextAttribute), ("number", NumericAttribute), ("radio", RadioAttribute),
            ("checklist", ChecklistAttribute),
        ):
            classification = made.add_classification(level=level)
            root = classification.add_attribute(attribute, prefix + kind)
            if kind == "radio":
                nest(root)
            elif kind == "checklist":
                add_options(root, ["wet", "icy", "é 😀"])
    return made
