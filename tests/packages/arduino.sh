#!/bin/sh
# arduino.sh CERTIFICATES PORTS - the library as Arduino and PlatformIO take it. See check.sh.
#
# Arduino's own pipeline (arduino-builder, with its pre-processor and library discovery) builds the sketches for a
# board that is this machine: see arduino/. They run against the scripted gateway.
. "$(dirname "$0")/check.sh"
board=$root/tests/packages/arduino
mkdir -p "$work/libraries"
ln -s "$root" "$work/libraries/litellm_call"

# builds SKETCH STANDARD MODEL - the user's secrets are those of the gateway here.
builds() {
	mkdir -p "$work/$1-$2" "$work/$1" && cp "$root/examples/arduino/$1"/* "$work/$1" &&
		sed -i -e "s#https://gateway.example#https://localhost:$PLAIN#" -e "s#gpt-4o-mini#$3#" \
			"$work/$1/arduino_secrets.h" &&
		arduino-builder -compile -hardware /usr/share/arduino-builder -hardware "$board" -tools "$board" \
			-libraries "$work/libraries" -fqbn test:host:pc -build-path "$work/$1-$2" \
			-prefs "standard=$2" -warnings all "$work/$1/$1.ino"
}

# prints SKETCH STANDARD TEXT
prints() {
	HOST_LOOP_MS=2000 timeout 20 "$work/$1-$2/$1.ino.elf" > "$work/printed" || return 1
	cat "$work/printed"
	tr '\n' ' ' < "$work/printed" | grep -q "$3"
}

# sketch NAME MODEL TEXT STANDARD...
sketch() {
	name=$1 model=$2 text=$3
	shift 3
	for standard; do
		check "arduino: $name builds as $standard" builds "$name" "$standard" "$model" &&
			check "arduino: $name runs as $standard" prints "$name" "$standard" "$text"
	done
}

# What AVR's compiler takes of the header: the library in C, for the calls in a .c tab.
compiles_for_avr() {
	avr-gcc -mmcu=atmega2560 -std=gnu11 -Os -Wall -Wextra -Werror -I"$root" -DLITELLM_CALL_IMPLEMENTATION -x c \
		-c -o "$work/avr.o" "$root/litellm_call.h"
}

# Names that Arduino's editor colours: each is in the header or the port, and each function of the header is coloured.
keywords() {
	awk -F '\t' '/^[^#]/ { print $1 }' "$root/keywords.txt" | sort > "$work/keywords"
	while read -r word; do
		grep -qw "$word" "$root/litellm_call.h" "$root/port/arduino.h" || { echo "stale: $word"; return 1; }
	done < "$work/keywords"
	sed -n 's/^LITELLM_API [^(]*[ *]\(litellm_[a-z][a-z_]*\)(.*/\1/p' "$root/litellm_call.h" | sort -u > "$work/functions"
	comm -23 "$work/functions" "$work/keywords" > "$work/uncoloured"
	cat "$work/uncoloured"
	[ ! -s "$work/uncoloured" ]
}

# PlatformIO's own schema. The list of licences is what it would fetch.
platformio_takes() {
	"$(dirname "$platformio")/python" - "$root" <<'END'
import sys
from platformio.package.manifest.parser import ManifestParserFactory
from platformio.package.manifest.schema import ManifestSchema
ManifestSchema.load_spdx_licenses = staticmethod(
    lambda: {"licenses": [{"licenseId": "MIT"}]})
for name in "library.json", "library.properties":
    data = ManifestSchema().load_manifest(
        ManifestParserFactory.new_from_file(f"{sys.argv[1]}/{name}").as_dict())
    print(name, data["name"], data["version"])
END
}

cores=$board/test/host/cores/host
contract "arduino port" g++ -std=gnu++11 -Wno-missing-field-initializers -I"$cores" \
	"$root/tests/packages/ports/arduino.cpp" "$cores/wifi_client.cpp"
sketch Ask 'answer:Yes.' '^Yes\.' gnu++11 gnu++14 gnu++17 gnu++20 gnu++2b
sketch Stream stream-slow:0.02 'world.*bye' gnu++11
sketch Thermometer 'calls:[[\\"read_sensor\\",{\\"room\\":\\"attic\\",\\"scale\\":\\"F\\"}]] >> answer:It has {last}.' \
	'It has {"degrees":87}' gnu++11
check "arduino: the library compiles for AVR" compiles_for_avr
check "arduino: keywords.txt has what there is" keywords
if platformio=$("$root/tests/tools/pip.sh" platformio 6.2.0 pio "$root/build/pip"); then
	check "platformio: its schema takes both manifests" platformio_takes
else
	echo "# skipped, platformio: its schema takes both manifests"
fi
exit $status
