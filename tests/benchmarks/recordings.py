"""Real recordings of every format with other people's tags in them, made on the spot.

A second of made-up sound, encoded by FFmpeg through PyAV, then tagged through mutagen as many
programs would: pictures, padding or none, old and new ID3, moods of others. For benchmarks only.
"""

import hashlib
import math
import random
import struct
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import mutagen
import numpy as np
from mutagen.apev2 import APEv2
from mutagen.flac import FLAC, Picture
from mutagen.id3 import (
    APIC,
    COMM,
    GEOB,
    ID3,
    POPM,
    PRIV,
    RVA2,
    TALB,
    TCON,
    TDRC,
    TIT2,
    TMCL,
    TMOO,
    TPE1,
    TRCK,
    TXXX,
    TYER,
    UFID,
    USLT,
    WOAR,
)
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

WORDS = ("river", "lantern", "harbour", "Größe", "歌", "Ночь", "élan", "quiet", "road", "glass")
FOREIGN = (("Melancholy",), ("Sad/Lonely",), ("Calm; Dreamy",), ("Happy", "Party"))


class Make:
    """One kind of recording: the name's ending, how it is encoded, how it is then tagged."""

    def __init__(self, suffix: str, codec: str, tag: Callable[["Maker", Path], None],
                 container: str = "", options: dict[str, str] | None = None) -> None:
        self.suffix, self.codec, self.tag = suffix, codec, tag
        self.container = container
        self.options = options or {}


class Maker:
    """Makes recordings into a folder; the same seed makes the same ones."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self._sounds: dict[tuple[str, str, str], bytes] = {}

    def make(self, count: int) -> Iterator[Path]:
        """`count` recordings, the kinds in turn."""
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            path = self.folder / f"{number:04} {self.word()}{kind.suffix}"
            path.write_bytes(self._sound(kind))
            kind.tag(self, path)
            yield path

    def word(self) -> str:
        return self.random.choice(WORDS)

    def text(self) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, 6)))

    def picture(self) -> bytes:
        """Bytes as a picture's are: none of them means anything to a tag."""
        return b"\xff\xd8\xff\xe0" + self.random.randbytes(self.random.choice((300, 5000, 90_000)))

    def foreign(self) -> tuple[str, ...]:
        return self.random.choice(FOREIGN) if self.random.random() < 0.4 else ()

    def padding(self) -> Callable[[Any], int]:
        size = self.random.choice((0, 0, 17, 400, 4096))
        return lambda _: size

    def _sound(self, kind: Make) -> bytes:
        """A second of two tones, encoded once a kind."""
        key = (kind.suffix, kind.codec, str(kind.options))
        if key not in self._sounds:
            path = self.folder / f"sound{kind.suffix}"
            encode(path, kind.codec, kind.container, kind.options)
            self._sounds[key] = path.read_bytes()
            path.unlink()
        return self._sounds[key]


def encode(path: Path, codec: str, container: str, options: dict[str, str]) -> None:
    """Encodes made-up sound."""
    rate = 48000 if codec == "libopus" else 44100
    with av.open(str(path), "w", format=container or None, options=options) as file:
        stream: Any = file.add_stream(codec, rate=rate)
        stream.layout = "stereo"
        stream.codec_context.options = {"strict": "-2"}  # FFmpeg calls its Vorbis experimental
        if codec.startswith("wma"):
            stream.bit_rate = 128_000
        form = stream.codec_context.codec.audio_formats[0]
        time = np.arange(rate * 2) / rate
        sound = np.stack([np.sin(time * tone * math.tau) * 0.3 for tone in (440, 660)])
        frame = av.AudioFrame.from_ndarray(sound.astype(np.float32), "fltp", "stereo")
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
        resampler = av.AudioResampler(form.name, "stereo", rate,
                                      stream.codec_context.frame_size or 4096)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))


def packets(path: Path) -> bytes:
    """SHA-256 of the sound of a recording as FFmpeg takes it from its container, packet by packet.

    FFmpeg takes an APEv2 tag behind MPEG sound for more of it; here it is none.
    """
    with av.open(str(path), metadata_errors="replace") as file:
        sound = b"".join(bytes(packet) for packet in file.demux(file.streams.audio[0]))
    return hashlib.sha256(sound.partition(b"APETAGEX")[0]).digest()


def id3(version: int, old: bool = False, unsynchronised: bool = False) -> Callable[
        [Maker, Path], None]:
    """An ID3v2 tag of this version, by `old` with an ID3v1 tag behind the sound too."""
    def tag(maker: Maker, path: Path) -> None:
        fields = ID3()
        _frames(maker, fields, version)
        fields.save(path, v1=2 if old else 0, v2_version=version, v23_sep=None,
                    padding=maker.padding())
        if unsynchronised:
            _unsynchronise(path)
    return tag


def _frames(maker: Maker, tags: Any, version: int) -> None:
    code = 1 if version == 3 else 3
    for frame in (TIT2, TPE1, TALB, TCON):
        tags.add(frame(encoding=code, text=[maker.text()]))
    tags.add(TRCK(encoding=0, text=["3/12"]))
    tags.add(TYER(encoding=0, text=["1999"]) if version == 3
             else TDRC(encoding=3, text=["1999-05-01"]))
    if version == 4:
        tags.add(TMCL(encoding=3, people=[["guitar", maker.text()]]))
        tags.add(RVA2(desc="track", channel=1, gain=-3.5, peak=0.9))
    tags.add(USLT(encoding=code, lang="XXX", desc="", text=f"{maker.text()}\n{maker.text()}"))
    for desc in ("", "note"):
        tags.add(COMM(encoding=code, lang="eng", desc=desc, text=[maker.text()]))
    tags.add(TXXX(encoding=code, desc="replaygain_track_gain", text=["-3.50 dB"]))
    tags.add(POPM(email="someone@example.org", rating=196, count=7))
    tags.add(PRIV(owner="example.org", data=maker.random.randbytes(40)))
    tags.add(UFID(owner="http://example.org", data=b"0123-4567"))
    tags.add(GEOB(encoding=0, mime="text/plain", filename="a", desc="b", data=b"\xff\x00\xff\xe0"))
    tags.add(WOAR(url="http://example.org/"))
    if maker.random.random() < 0.6:
        tags.add(APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=maker.picture()))
    if moods := maker.foreign():
        where = maker.random.choice(("TMOO", "TXXX", "both"))
        if where != "TXXX":
            tags.add(TMOO(encoding=code, text=list(moods)))
        if where != "TMOO":
            tags.add(TXXX(encoding=code, desc="MOOD", text=list(moods)))


def _unsynchronise(path: Path) -> None:
    """The tag of a file with no 0xFF in it that could be taken for sound."""
    data = path.read_bytes()
    size = sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    body = bytearray()
    for at, byte in enumerate(data[10:10 + size]):
        body.append(byte)
        after = data[10 + at + 1] if at + 1 < size else 0
        if byte == 0xFF and (after >= 0xE0 or after == 0):
            body.append(0)
    head = data[:5] + b"\x80" + bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(head + bytes(body) + data[10 + size:])


def version_2(maker: Maker, path: Path) -> None:
    """An ID3v2.2 tag, as iTunes wrote for years."""
    frames = b""
    texts = [(b"TT2", maker.text()), (b"TP1", maker.text()), (b"TAL", maker.text()),
             (b"TEN", "iTunes 4.7")]
    for name, text in texts:
        body = b"\x01\xff\xfe" + text.encode("utf-16-le") + b"\0\0"
        frames += name + len(body).to_bytes(3) + body
    picture = b"\0JPG\x03\0" + maker.picture()
    frames += b"PIC" + len(picture).to_bytes(3) + picture
    if moods := maker.foreign():
        body = b"\0MOOD\0" + "; ".join(moods).encode("latin-1")
        frames += b"TXX" + len(body).to_bytes(3) + body
    frames += bytes(maker.random.choice((0, 30, 2000)))
    size = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x02\x00\x00" + size + frames + path.read_bytes())


def version_1(maker: Maker, path: Path) -> None:
    """Nothing but the 128 bytes of an ID3v1 tag."""
    fields = [maker.text().encode("latin-1", "replace")[:30].ljust(30, b"\0") for _ in range(3)]
    path.write_bytes(path.read_bytes() + b"TAG" + b"".join(fields) + b"1999"
                     + b"a comment".ljust(28, b"\0") + b"\0\x07\x11")


def ape(also_id3: int = 0) -> Callable[[Maker, Path], None]:
    """An APEv2 tag, with an ID3v2 tag in front of the sound where a version is given."""
    def tag(maker: Maker, path: Path) -> None:
        if also_id3:
            id3(also_id3)(maker, path)
        fields = APEv2()
        for name in ("Title", "Artist", "Album", "Comment"):
            fields[name] = maker.text()
        fields["Performer"] = [maker.text(), maker.text()]
        if maker.random.random() < 0.5:
            fields["Cover Art (Front)"] = b"front.jpg\0" + maker.picture()
        if moods := maker.foreign():
            fields["Mood"] = list(moods)
        fields.save(path)
        if maker.random.random() < 0.3:
            version_1(maker, path)
    return tag


def vorbis(maker: Maker, path: Path) -> None:
    """A Vorbis comment in whatever holds one, with pictures where they go."""
    audio: Any = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    for name in ("TITLE", "artist", "Album", "COMMENT"):
        audio.tags[name] = [maker.text()]
    audio.tags["PERFORMER"] = [maker.text(), maker.text()]
    audio.tags["LYRICS"] = [f"{maker.text()}\n{maker.text()}"]
    if moods := maker.foreign():
        audio.tags[maker.random.choice(("MOOD", "mood", "Mood"))] = list(moods)
    picture = Picture()
    picture.type, picture.mime, picture.data = 3, "image/jpeg", maker.picture()
    if maker.random.random() < 0.6:
        if isinstance(audio, FLAC):
            audio.add_picture(picture)
        else:
            import base64

            audio.tags["METADATA_BLOCK_PICTURE"] = [base64.b64encode(picture.write()).decode()]
    audio.save(padding=maker.padding())


def flac_behind_id3(maker: Maker, path: Path) -> None:
    """A FLAC file in front of which some program put an ID3v2 tag."""
    vorbis(maker, path)
    tags = ID3()
    tags.add(TIT2(encoding=3, text=[maker.text()]))
    tags.save(path, v1=0)


def mp4(maker: Maker, path: Path) -> None:
    """An iTunes list with text, cover, numbers and other programs' own items."""
    audio: Any = MP4(path)
    if audio.tags is None:
        audio.add_tags()
    for name in ("\xa9nam", "\xa9ART", "\xa9alb", "\xa9lyr", "aART"):
        audio.tags[name] = [maker.text()]
    audio.tags["trkn"] = [(3, 12)]
    audio.tags["tmpo"] = [120]
    audio.tags["----:com.apple.iTunes:iTunNORM"] = [MP4FreeForm(b" 00000B3C 00000C1A")]
    audio.tags["----:org.example:MOOD"] = [MP4FreeForm(b"not ours")]
    if maker.random.random() < 0.6:
        audio.tags["covr"] = [MP4Cover(maker.picture(), MP4Cover.FORMAT_JPEG)]
    if moods := maker.foreign():
        audio.tags["----:com.apple.iTunes:MOOD"] = [MP4FreeForm(mood.encode()) for mood in moods]
    audio.save(padding=maker.padding())


def bare(_: Maker, __: Path) -> None:
    """As the encoder left it."""


def asf(maker: Maker, path: Path) -> None:
    audio: Any = mutagen.File(path)
    for name in ("Title", "Author", "WM/AlbumTitle", "WM/Lyrics", "Description"):
        audio.tags[name] = [maker.text()]
    audio.tags["WM/Genre"] = [maker.text(), maker.text()]
    if maker.random.random() < 0.5:
        from mutagen.asf import ASFByteArrayAttribute

        picture = maker.picture()
        audio.tags["WM/Picture"] = [ASFByteArrayAttribute(
            b"\x03" + struct.pack("<I", len(picture)) + "image/jpeg\0\0".encode("utf-16-le")
            + picture)]
    if moods := maker.foreign():
        audio.tags["WM/Mood"] = list(moods)
    audio.save(padding=maker.padding())


def chunked(version: int) -> Callable[[Maker, Path], None]:
    """An ID3 chunk in WAV or AIFF."""
    def tag(maker: Maker, path: Path) -> None:
        audio: Any = mutagen.File(path)
        if audio.tags is None:
            audio.add_tags()
        _frames(maker, audio.tags, version)
        audio.tags.save(path, v2_version=version, v23_sep=None, padding=maker.padding())
    return tag


KINDS: tuple[Make, ...] = (
    Make(".mp3", "libmp3lame", id3(4)),
    Make(".mp3", "libmp3lame", id3(3, old=True)),
    Make(".flac", "flac", vorbis),
    Make(".m4a", "aac", mp4, "mp4", {"movflags": "+faststart"}),
    Make(".ogg", "vorbis", vorbis),
    Make(".opus", "libopus", vorbis, "opus"),
    Make(".wma", "wmav2", asf, "asf"),
    Make(".wav", "pcm_s16le", chunked(4)),
    Make(".aiff", "pcm_s16be", chunked(3), "aiff"),
    Make(".mp3", "libmp3lame", version_2),
    Make(".m4a", "alac", mp4, "ipod"),
    Make(".wv", "wavpack", ape()),
    Make(".mp3", "libmp3lame", id3(3, unsynchronised=True)),
    Make(".mp3", "libmp3lame", ape()),
    Make(".mp3", "libmp3lame", ape(also_id3=4)),
    Make(".mp3", "libmp3lame", version_1),
    Make(".flac", "flac", flac_behind_id3),
    Make(".oga", "flac", vorbis, "ogg"),
    Make(".m4b", "aac", mp4, "mp4", {"movflags": "+frag_keyframe+empty_moov+default_base_moof"}),
    Make(".mp4", "aac", bare, "mp4", {"movflags": "+faststart"}),
    Make(".wav", "pcm_s16le", bare),
    Make(".mp3", "libmp3lame", bare, "mp3", {"write_xing": "0", "id3v2_version": "0"}),
    Make(".opus", "libopus", bare, "opus"),
    Make(".aac", "aac", id3(4), "adts"),
)
