#!/bin/sh
# vcpkg.sh CERTIFICATES PORTS - the port for vcpkg, which vcpkg/stub.cmake stands for. See check.sh.
. "$(dirname "$0")/check.sh"
release

# The rules of vcpkg's manifests that this one could break.
manifest_is_right() {
	python3 - "$recipes/vcpkg/vcpkg.json" <<'END_PYTHON'
import json, re, sys
port = json.load(open(sys.argv[1]))
def depends(where):
    for item in where.get("dependencies", []):
        item = {"name": item} if isinstance(item, str) else item
        assert item.keys() <= {"name", "host", "features", "platform"}, item
        yield item
features = port["features"]
assert port.keys() <= {"name", "version", "description", "homepage", "license",
                       "dependencies", "features", "supports"}, port.keys()
for feature in features.values():
    assert feature.keys() <= {"description", "dependencies"} and \
        feature["description"], feature
names = [port["name"], *features]
for place in port, *features.values():
    for item in depends(place):
        names.append(item["name"])
        if item["name"] == port["name"]:
            assert set(item["features"]) <= features.keys(), item
for name in names:
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name), name
END_PYTHON
}

# installs NAME FEATURES [OPTION...]
installs() {
	name=$1 features=$2
	shift 2
	cmake -DPORT_DIR="$recipes/vcpkg" -DOUT="$work/$name" -DVERSION="$version" \
		-DFEATURES="$features" "$@" -P "$root/tests/packages/vcpkg/stub.cmake"
}

consumer_builds() {
	cmake -S "$root/tests/packages/consumer" -B "$work/build" -DHOW=find_package -DVERSION="${version%.*}" \
		-DCMAKE_PREFIX_PATH="$work/all/packages" && cmake --build "$work/build"
}

check "vcpkg: its manifest" manifest_is_right
check "vcpkg: installs headers alone" installs core core
check "vcpkg: no program is there" [ ! -e "$work/core/packages/tools" ]
check "vcpkg: installs all features" installs all "core;tls;ask"
check "vcpkg: litellm-ask answers" ask_answers "$work/all/packages/tools/litellm-call/litellm-ask"
check "vcpkg: a consumer builds" consumer_builds && check_both "vcpkg" "$work/build"
check_fails "vcpkg: another hash is refused" "SHA512" installs damaged core -DVERSION=0.0.0
exit $status
