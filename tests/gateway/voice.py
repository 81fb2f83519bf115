"""Speech for upstream.py: eSpeak NG speaks, PocketSphinx listens."""

import ctypes
import functools
import io
import wave

import espeakng_loader
import numpy
import pocketsphinx

SYNCHRONOUS, UTF8, SPEED = 2, 1, 1             # of espeak-ng/speak_lib.h
SPOKEN, HEARD = 24000, 16000                   # samples a second
# eSpeak is not easy to understand, so these are all that can be said.
SENTENCES = """#JSGF V1.0; grammar sentences;
public <sentence> = hello world | open the door | turn on the light |
                    go forward ten meters | good morning;
"""
SINK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int,
                        ctypes.c_void_p)

espeak = ctypes.CDLL(espeakng_loader.get_library_path())
rate = espeak.espeak_Initialize(SYNCHRONOUS, 0,
                                espeakng_loader.get_data_path().encode(), 0)
espeak.espeak_SetVoiceByName(b"en-us")
espeak.espeak_SetParameter(SPEED, 140, 0)


def resample(samples, old, new):
    samples = numpy.frombuffer(samples, "<i2")
    at = numpy.arange(0, len(samples), old / new)
    values = numpy.interp(at, numpy.arange(len(samples)), samples)
    return values.astype("<i2").tobytes()


@functools.cache
def speak(text):
    """Samples of 16 bits, mono, as OpenAI's format pcm. eSpeak says no text
    twice in the same way, so each is said once."""
    pieces = []

    @SINK
    def sink(samples, count, events):
        if samples and count:
            pieces.append(ctypes.string_at(samples, count * 2))
        return 0

    data = text.encode()
    espeak.espeak_SetSynthCallback(sink)
    espeak.espeak_Synth(data, len(data) + 1, 0, 1, 0, UTF8, None, None)
    espeak.espeak_Synchronize()
    return resample(b"".join(pieces), rate, SPOKEN)


def wav(samples, rate=SPOKEN):
    """A whole WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)
    return file.getvalue()


def listen(file):
    """(text, seconds) of a WAV file, whose head may say a wrong length."""
    at = file.index(b"data") + 8
    old = int.from_bytes(file[24:28], "little")
    heard = resample(file[at:at + (len(file) - at) // 2 * 2], old, HEARD)
    # A used one would remember how the last speaker sounded.
    decoder = pocketsphinx.Decoder(samprate=HEARD, loglevel="FATAL", lm=None)
    decoder.add_jsgf_string("sentences", SENTENCES)
    decoder.activate_search("sentences")
    decoder.start_utt()
    decoder.process_raw(heard, full_utt=True)
    decoder.end_utt()
    best = decoder.hyp()
    return (best.hypstr if best else ""), len(heard) / 2 / HEARD
