#!/usr/bin/env python3
"""Runs the firmware in QEMU against the scripted gateway.

    run.py [-v] [NAME...]

`make firmware` builds it before. Each test is one start of the board; NAMEs
choose some of them. -v shows what the serial ports said.
"""

import base64
import concurrent.futures
import json
import re
import sys
import time
import traceback

sys.dont_write_bytecode = True          # nothing is left behind in the tree

from bench import ROOT, TALK, TOOL_CALL, Bench      # noqa: E402
from name_server import UNKNOWN         # noqa: E402

sys.path.append(str(ROOT / "tests/gateway"))
from scripted_paths import sawtooth, wav            # noqa: E402

ANSWER = "Take a coat."
LETTERS = "abcdefghijklmnopqrstuvwxyz012345"
TOOL_ANSWER = ('[read_sensor{"place":"outdoors"} gave {"celsius":-7}]\n'
               'It is {"celsius":-7} there.\n')
SLOW = "stream-slow:0.2"                # its text comes in seven pieces
BEGIN = "Grü"                           # the first of them


def want(text, *parts):
    """Each part is in the text, one after the other."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            raise AssertionError(f"no {part!r} after {text[:at][-80:]!r} in "
                                 f"{text!r}")
        at = found + len(part)


def answers(bench, **settings):
    with bench.board(**settings) as board:
        want(board.wait_for("end\n"), "network: address 10.0.2.15\n",
             ANSWER + "\n", "used ram: ")


# ---- what works --------------------------------------------------------------

def streams_an_answer(bench):
    answers(bench)
    request = bench.last_request()
    body = json.loads(request["body"])
    assert request["tls"] == "TLSv1.3" and request["sni"] == "gateway", request
    assert "Authorization: Bearer sk-board" in request["headers"], request
    assert body["stream"] is True, body
    assert body["messages"] == [
        {"role": "system",
         "content": "You are the voice of a weather station in Oslo."},
        {"role": "user",
         "content": "What shall I wear? At most 20 words."}], body


def answers_a_tool_call(bench):
    """The gateway takes the second request only if it holds the call and its
    result as OpenAI wants them."""
    with bench.board(model=TOOL_CALL) as board:
        want(board.wait_for("end\n"), TOOL_ANSWER)
    body = json.loads(bench.last_request()["body"])
    assert [message["role"] for message in body["messages"]] == [
        "system", "user", "assistant", "tool"], body


def answers_a_tool_call_unstreamed(bench):
    with bench.board(model=TOOL_CALL, stream=0) as board:
        want(board.wait_for("end\n"), TOOL_ANSWER)


def tells_of_a_bad_tool_call(bench):
    bad = TOOL_CALL.replace("outdoors", "nowhere")
    with bench.board(model=bad) as board:
        want(board.wait_for("end\n"), '[read_sensor{"place":"nowhere"} gave ',
             "indoors", "]\n")


def speaks_tls_1_2(bench):
    answers(bench, listener="GOOD_TLS12")
    assert bench.last_request()["tls"] == "TLSv1.2", bench.last_request()


def takes_an_intermediate(bench):
    answers(bench, listener="CHAIN")


def takes_a_slow_stream(bench):
    with bench.board(model=SLOW) as board:
        want(board.wait_for("end\n"), 'Grüße, "world" – 😀\nbye\n')


def takes_a_long_stream(bench):
    """A megabyte, through receive windows of a few hundred bytes."""
    with bench.board("RECORDS_4K", "stream-big:1024") as board:
        text = board.wait_for("end\n", 120)
    assert LETTERS * (1024 * 32) in text, text[-1000:]


def answers_again_and_again(bench):
    """Whatever a call takes it gives back."""
    with bench.board(model=TOOL_CALL, answers=20, tries=20) as board:
        text = board.wait_for("end\n", 120)
    assert text.count(TOOL_ANSWER) == 20 and "error" not in text, text[-1000:]


def works_with_records_of_4k(bench):
    with bench.board("RECORDS_4K", "big:8192", stream=0) as board:
        want(board.wait_for("end\n"), LETTERS * 256)


def watchdog_bites(bench):
    """The host may refuse the first connection after it: the old one, which
    nobody closed, can have the same port."""
    with bench.board(hang=1, tries=3) as board:
        board.wait_for("end\n")
        want(board.wait_for("end\n"), "watchdog: the main loop hangs\n",
             "litellm_call on a Cortex-M3\n", ANSWER)


# ---- certificates it has to refuse -------------------------------------------

def refuses(listener, reason, **settings):
    def test(bench):
        with bench.board(listener, "hello", **settings) as board:
            want(board.wait_for("end\n"), "error: CERTIFICATE: ", reason,
                 "; phase handshake")
    test.__name__ = f"refuses {listener.lower().replace('_', ' ')}"
    return test


CERTIFICATES = [
    refuses("WRONG_HOST", "host"),
    refuses("EXPIRED", "expired"),
    refuses("NOT_YET_VALID", "not yet valid", time=int(time.time())),
    refuses("SELF_SIGNED", "CA"),
    refuses("UNKNOWN_CA", "CA"),
    refuses("WRONG_USAGE", "usage"),
    refuses("CHAIN_SHORT", "CA"),
    refuses("CHAIN_EXPIRED", "expired", time=int(time.time())),
    refuses("NOT_A_CA", "CA"),
]


# ---- faults, and the next try ------------------------------------------------

def cable_pulled(bench):
    with bench.board(model=f"{SLOW} >> stream-say:{ANSWER}", tries=9,
                     idle_ms=3000, connect_ms=5000) as board:
        board.wait_for(BEGIN)
        board.cable(False)
        want(board.wait_for("; phase body"), "error: TIMEOUT: ")
        board.cable(True)
        want(board.wait_for("end\n"), ANSWER + "\n")


def gateway_mute(bench):
    with bench.board("MUTE", connect_ms=1000) as board:
        want(board.wait_for("end\n"), "error: TIMEOUT: ", "; phase handshake")


def gateway_restarted(bench):
    with bench.board(model=f"{SLOW} >> stream-say:{ANSWER}", tries=30,
                     connect_ms=5000) as board:
        board.wait_for(BEGIN)
        bench.stop_gateway()
        want(board.wait_for("; phase body"), "error: ")
        bench.start_gateway()
        want(board.wait_for("end\n"), "Grü")


def name_not_found(bench):
    bench.names.answers = [UNKNOWN]
    with bench.board(tries=2) as board:
        want(board.wait_for("end\n"), "error: RESOLVE: ", "; phase resolve",
             ANSWER + "\n")


def name_server_silent(bench):
    bench.names.answers = [None] * 20
    with bench.board(tries=9, pause_ms=1000, connect_ms=4000) as board:
        want(board.wait_for("; phase resolve"), "error: TIMEOUT: ")
        bench.names.answers = []
        want(board.wait_for("end\n"), ANSWER + "\n")


def tls_out_of_memory(bench):
    with bench.board(tries=2, ballast=8192) as board:
        want(board.wait_for("end\n"), "error: TLS_MEMORY: ",
             "; phase handshake", ANSWER + "\n")


def gateway_refuses_the_key(bench):
    with bench.board(model="authentication") as board:
        want(board.wait_for("end\n"), "error: AUTHENTICATION: ",
             "Invalid proxy server token", "status 401")


def record_too_large(bench):
    """The code names what to change."""
    with bench.board(model="big-10k-one-record", stream=0) as board:
        want(board.wait_for("end\n"), "error: TLS_RECORD: ",
             "MBEDTLS_SSL_IN_CONTENT_LEN", "ssl_buffer_size")


def record_that_fits(bench):
    with bench.board(model="big-10k-one-record", stream=0) as board:
        want(board.wait_for("end\n"), LETTERS * 320)


# ---- what is heard and spoken ------------------------------------------------

COUNTS = re.compile(r"^samples recorded: (\d+), lost: (\d+)\n"
                    r"samples played: (\d+), underruns: (\d+)\n", re.M)


def talk(bench, speech, listener="GOOD", **settings):
    """What the board said, the counts of its samples, and its loudspeaker."""
    with bench.board(listener, TALK, speech_model=speech,
                     **settings) as board:
        text = board.wait_for("end\n")
        played = board.loudspeaker.read_bytes()
    return text, [int(count) for count in COUNTS.search(text).groups()], played


def heard(bench):
    """The samples that the gateway got."""
    file, = (request["file"] for request in bench.requests()
             if "file" in request)
    return wav(base64.b64decode(file))


def hears_and_speaks(bench):
    """Every sample of the microphone arrives, and every one of the speech, by
    one connection. Each is eight times as long as the ring."""
    text, counts, played = talk(bench, "sawtooth:16000")
    want(text, "speak now\n", "heard: 16000 samples, 8000 a second\n",
         "says: You said: Answer in a sentence: 16000 samples, 8000 a second\n")
    assert counts == [16000, 0, 16000, 0], counts
    assert heard(bench) == played == sawtooth(16000)
    assert {(request["tls"], request["connection"])
            for request in bench.requests()} == {("TLSv1.3", 1)}


def speaks_at_24_khz(bench):
    """As OpenAI's models do, in records that fill the buffer."""
    _, counts, played = talk(bench, "sawtooth:48000", "RECORDS_4K",
                             speech_rate=24000)
    assert counts == [16000, 0, 48000, 0], counts
    assert heard(bench) == sawtooth(16000) and played == sawtooth(48000)


def tells_of_a_speech_that_stalls(bench):
    _, counts, played = talk(bench, "stalled:16000", record_ms=100)
    assert counts[:3] == [800, 0, 16000] and counts[3] > 0, counts
    assert played == sawtooth(16000)


def tells_of_samples_that_are_lost(bench):
    """They come faster than they can be sent: the ring drops what is new."""
    with bench.board(model=TALK) as board:
        board.wait_for("speak now\n")
        board.cable(False)
        time.sleep(1)
        board.cable(True)
        text = board.wait_for("end\n")
    recorded, lost, *_ = map(int, COUNTS.search(text).groups())
    samples = heard(bench)
    assert recorded == 16000 and lost > 0, text
    assert len(samples) == 2 * (recorded - lost), len(samples)
    assert samples[:4096] == sawtooth(2048)


def talks_again_and_again(bench):
    """By connections of its own, as it sleeps in between."""
    with bench.board(model=TALK, answers=5, tries=5, sleep=1, record_ms=200,
                     speech_model="sawtooth:1600") as board:
        text = board.wait_for("end\n")
    assert COUNTS.findall(text) == 5 * [("1600", "0", "1600", "0")], text


def recording_refused(bench):
    with bench.board(model=TALK, tries=2, record_ms=200,
                     transcription_model="small") as board:
        want(board.wait_for("end\n"), *2 * ["error: TOO_LARGE: "])


TESTS = {
    "p256": [
        streams_an_answer, answers_a_tool_call,
        answers_a_tool_call_unstreamed, tells_of_a_bad_tool_call,
        speaks_tls_1_2, takes_an_intermediate,
        takes_a_slow_stream, takes_a_long_stream, answers_again_and_again,
        works_with_records_of_4k, watchdog_bites,
        *CERTIFICATES, cable_pulled, gateway_mute,
        gateway_restarted, name_not_found, name_server_silent,
        tls_out_of_memory, gateway_refuses_the_key, record_too_large],
    "p256-16k": [answers_a_tool_call, record_that_fits],
    "p384": [answers_a_tool_call, speaks_tls_1_2],
    # It asks the server for smaller records.
    "tls12": [speaks_tls_1_2, *CERTIFICATES, record_that_fits],
    "voice": [
        hears_and_speaks, speaks_at_24_khz, tells_of_a_speech_that_stalls,
        tells_of_samples_that_are_lost, talks_again_and_again,
        recording_refused],
}


def run(variant, test, show):
    """None, or why the test failed."""
    try:
        with Bench(variant, show) as bench:
            test(bench)
    except Exception as problem:        # whatever it is, the others go on
        last = traceback.extract_tb(problem.__traceback__)[-1]
        return f"{problem!r} at line {last.lineno}"
    return None


def main():
    names = set(sys.argv[1:])
    show = "-v" in names
    names.discard("-v")
    chosen = []
    for variant, tests in TESTS.items():
        for test in tests:
            name = f"{variant}: {test.__name__.replace('_', ' ')}"
            if not names or any(part in name for part in names):
                chosen.append((name, variant, test))
    failed = False
    with concurrent.futures.ThreadPoolExecutor(1 if show else 2) as pool:
        results = [(name, pool.submit(run, variant, test, show))
                   for name, variant, test in chosen]
        for name, result in results:
            why = result.result()
            failed |= why is not None
            print(f"not ok {name}: {why}" if why else f"ok {name}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
