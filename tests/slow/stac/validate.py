#!/usr/bin/python3
"""Validates a published folder's STAC catalogue against the published JSON schemas, without the network.

Usage: tests/slow/stac/validate.py FOLDER SCHEMAS
SCHEMAS is a folder with the schemas of STAC 1.1.0, of its extensions and of GeoJSON (any layout; found by their "$id").
Needs python3-jsonschema. Exit code 0 only when every document is valid against every schema it names.
"""
import glob
import json
import os
import sys

import jsonschema

CORE = "https://schemas.stacspec.org/v1.1.0/"
CORE_OF = {"Feature": CORE + "item-spec/json-schema/item.json", "Collection": CORE + "collection-spec/json-schema/collection.json"}


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def schemas_in(folder):
    store = {}
    for path in glob.glob(os.path.join(folder, "**", "*.json"), recursive=True):
        document = load(path)
        if isinstance(document, dict) and "$id" in document:
            name = document["$id"].rstrip("#")
            # The published common.json of 1.1.0 names itself "commonjson".
            store[name.replace("/commonjson", "/common.json")] = document
            store[name + "#"] = document
    return store


def main(folder, schema_folder):
    store = schemas_in(schema_folder)
    failures = checked = 0
    for path in sorted(glob.glob(os.path.join(folder, "items", "*.json"))) + [os.path.join(folder, "collection.json")]:
        document = load(path)
        for name in [CORE_OF[document["type"]]] + document["stac_extensions"]:
            checked += 1
            if name not in store:
                print("FAIL %s: no schema %s in %s" % (os.path.basename(path), name, schema_folder))
                failures += 1
                continue
            resolver = jsonschema.RefResolver(name, store[name], store=store)
            for error in jsonschema.Draft7Validator(store[name], resolver=resolver).iter_errors(document):
                print("FAIL %s by %s: %s" % (os.path.basename(path), name, error.message[:300]))
                failures += 1
    print("%d checks, %d failures" % (checked, failures))
    return 1 if failures or not checked else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
