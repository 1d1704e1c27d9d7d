"""What the official exporter gets wrong, and what is right there.

Documents are compared value by value; each difference must be one of DEFECTS.
"""

import dataclasses
import math


@dataclasses.dataclass
class Label:
    """An object on a frame, as its label row has it."""

    row: dict
    frame: int
    object: dict
    # The ontology's object.
    item: dict

    def attribute_of(self, name):
        """The attribute that a member of `classifications` is about, and the option, if of one."""
        for attribute in self.item["attributes"]:
            if attribute["name"] == name:
                return attribute, None
            if attribute["type"] == "checklist":
                for option in attribute["options"]:
                    if option["label"] == name:
                        return attribute, option
        raise KeyError(name)

    def actions_on(self, attribute, frame):
        """Dynamic answers to the attribute that hold on a frame."""
        of_instance = self.row["object_actions"].get(self.object["objectHash"], {"actions": []})
        return [
            action for action in of_instance["actions"]
            if action["featureHash"] == attribute["featureNodeHash"]
            and any(first <= frame <= last for first, last in action["range"])
        ]

    def dynamic_value(self, name):
        """What `classifications` should say on this frame."""
        attribute, option = self.attribute_of(name)
        holding = self.actions_on(attribute, self.frame)
        if option is not None:
            ticked = [answer["featureHash"] for action in holding for answer in action["answers"]]
            return option["featureNodeHash"] in ticked
        if not holding:
            return None
        answers = holding[-1]["answers"]
        return answers[0]["name"] if attribute["type"] == "radio" else answers


@dataclasses.dataclass
class Difference:
    """A value of an annotation that is not the same in both documents."""

    label: Label
    # Names and positions on the way to the value, from the annotation on.
    path: tuple
    theirs: object
    ours: object
    # Whether the label row is the first that has annotations.
    is_first_row: bool
    # The official exporter's.
    image_id: int


# --- The defects ----------------------------------------------------------------------------------
#
# A defect says to which differences it applies, and what is right there.


@dataclasses.dataclass
class Defect:
    reason: str
    applies: object
    right: object


def is_dynamic(difference):
    if difference.path[:2] != ("attributes", "classifications"):
        return False
    return difference.label.attribute_of(difference.path[2])[0]["dynamic"]


def is_looked_up_rightly(difference):
    return difference.is_first_row and difference.image_id == difference.label.frame


def is_lost_tick(difference):
    """Whether the difference is about an option that is ticked up to this frame, on which the tick
    of another option begins."""
    attribute, option = difference.label.attribute_of(difference.path[2])
    if option is None or difference.theirs is not False:
        return False
    frame = difference.label.frame
    ends = begins = False
    for action in difference.label.actions_on(attribute, frame):
        ticked = [answer["featureHash"] for answer in action["answers"]]
        if option["featureNodeHash"] in ticked:
            ends = ends or any(last == frame for _, last in action["range"])
        else:
            begins = begins or any(first == frame for first, _ in action["range"])
    return ends and begins


def right_answer(difference):
    return difference.label.dynamic_value(difference.path[2])


def right_visibility(difference):
    vertex = list(difference.label.object["skeleton"].values())[difference.path[1] // 3]
    words = [word for word in ("invisible", "occluded", "selfOccluded") if vertex.get(word)]
    word = words[0] if words else vertex.get("visibility")
    return {"invisible": 0, "occluded": 1, "selfOccluded": 1}.get(word, 2)


DEFECTS = {
    "D1": Defect(
        "dynamic answers are those of the first label row, looked up by image id instead of frame",
        lambda difference: is_dynamic(difference) and not is_looked_up_rightly(difference),
        right_answer,
    ),
    "D2": Defect(
        "every vertex of a skeleton counts as visible",
        lambda difference: difference.path[0] == "keypoints" and difference.path[1] % 3 == 2
        and difference.theirs == 2,
        right_visibility,
    ),
    "D14": Defect(
        "of options ticked one by one, one is lost on its last frame where another begins",
        lambda difference: is_dynamic(difference) and is_looked_up_rightly(difference)
        and is_lost_tick(difference),
        right_answer,
    ),
}


# --- Comparing ------------------------------------------------------------------------------------


def differences(theirs, ours, tolerance=1e-3, path=()):
    """Paths and values that are not equal, numbers if they are further apart than tolerated."""
    numbers = (int, float)
    if type(theirs) in numbers and type(ours) in numbers:
        if not math.isclose(theirs, ours, rel_tol=0, abs_tol=tolerance):
            yield path, theirs, ours
    elif isinstance(theirs, dict) and isinstance(ours, dict) and theirs.keys() == ours.keys():
        for name in theirs:
            yield from differences(theirs[name], ours[name], tolerance, (*path, name))
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for place, pair in enumerate(zip(theirs, ours)):
            yield from differences(*pair, tolerance, (*path, place))
    elif type(theirs) is not type(ours) or theirs != ours:
        yield path, theirs, ours


def find_frames(label_row):
    """(file name of the image, frame number, labels) of all frames of a label row that may have
    objects."""
    for data_hash, unit in label_row["data_units"].items():
        kind = label_row["data_type"]
        if kind in ("image", "img_group"):
            extension = unit["data_title"].rsplit(".", 1)[-1]
            yield f"images/{data_hash}.{extension}", int(unit["data_sequence"]), unit["labels"]
        elif kind == "video":
            for number, labels in unit["labels"].items():
                yield f"videos/{data_hash}/{number}.jpg", int(number), labels
        elif kind in ("dicom", "nifti"):
            for number, labels in unit["labels"].items():
                metadata = labels.get("metadata") or {}
                parts = [kind, data_hash, metadata.get("dicom_instance_uid", number)]
                if metadata.get("multiframe_frame_number") is not None:
                    parts.append(str(metadata["multiframe_frame_number"]))
                yield "/".join(parts), int(number), labels


def find_labels(ontology, label_rows):
    """Labels by file name of the image and object hash."""
    items = {item["featureNodeHash"]: item for item in ontology["objects"]}
    return {
        (file_name, each["objectHash"]): Label(row, number, each, items[each["featureHash"]])
        for row in label_rows
        for file_name, number, frame in find_frames(row)
        for each in frame.get("objects", ())
    }


class Comparison:
    """The official exporter's document and ours, made of the same label rows."""

    def __init__(self, ontology, label_rows, theirs, ours):
        self.theirs = theirs
        self.ours = ours
        self._labels = find_labels(ontology, label_rows)
        self._first_row = next(
            (row for row in label_rows if any(label.row is row for label in self._labels.values())),
            None,
        )

    @staticmethod
    def images(document):
        """Images by file name, without their ids."""
        images = {}
        for image in document["images"]:
            assert image["file_name"] not in images
            images[image["file_name"]] = {
                name: value for name, value in image.items() if name != "id"
            }
        return images

    @staticmethod
    def annotations(document):
        """Annotations by file name of the image, category and object hash."""
        file_names = {image["id"]: image["file_name"] for image in document["images"]}
        annotations = {}
        for annotation in document["annotations"]:
            key = (
                file_names[annotation["image_id"]], annotation["category_id"],
                annotation["attributes"]["encord_track_uuid"],
            )
            assert key not in annotations
            annotations[key] = annotation
        return annotations

    def annotation_differences(self):
        theirs, ours = self.annotations(self.theirs), self.annotations(self.ours)
        assert theirs.keys() == ours.keys()
        for key, annotation in theirs.items():
            label = self._labels[key[0], key[2]]
            for path, *values in differences(annotation, ours[key]):
                # Ids are free as long as they are consistent.
                if path in (("id",), ("image_id",), ("attributes", "track_id")):
                    continue
                yield Difference(
                    label, path, *values, label.row is self._first_row, annotation["image_id"]
                )

    def check_annotations(self, allowed=frozenset(DEFECTS)):
        """Fails on a difference that is not one of these defects, or where ours is not right."""
        for difference in self.annotation_differences():
            found = [name for name in allowed if DEFECTS[name].applies(difference)]
            assert len(found) == 1, difference
            assert difference.ours == DEFECTS[found[0]].right(difference), (found[0], difference)
