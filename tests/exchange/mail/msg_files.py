"""Outlook's .msg files, made for tests: a compound file (MS-CFB) with the properties of a mail (MS-OXMSG)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SECTOR, MINI, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
NAME, DATA, METHOD = 0x3707001F, 0x37010102, 0x37050003  # of an attachment: long file name, content, how attached
BY_VALUE, EMBEDDED = 1, 5


@dataclass
class Mail:
    """A mail with files attached, and with other mails."""

    files: dict[str, bytes] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)


def msg(mail: Mail) -> bytes:
    """The bytes of the .msg file."""
    return compound(_mail(mail, 32))


Tree = dict[str, "bytes | Tree"]


def _mail(mail: Mail, header: int) -> Tree:
    tree: Tree = {"__properties_version1.0": bytes(header)}
    count = 0
    for name, content in mail.files.items():
        texts = name.encode("utf-16-le")
        entries = [(NAME, len(texts) + 2), (DATA, len(content)), (METHOD, BY_VALUE)]
        tree[f"__attach_version1.0_#{count:08X}"] = {
            "__properties_version1.0": _properties(entries),
            f"__substg1.0_{NAME:08X}": texts,
            f"__substg1.0_{DATA:08X}": content,
        }
        count += 1
    for inner in mail.mails:
        tree[f"__attach_version1.0_#{count:08X}"] = {
            "__properties_version1.0": _properties([(METHOD, EMBEDDED)]),
            "__substg1.0_3701000D": _mail(inner, 24),
        }
        count += 1
    return tree


def _properties(entries: list[tuple[int, int]]) -> bytes:
    return bytes(8) + b"".join(struct.pack("<IIII", tag, 6, value, 0) for tag, value in entries)


def compound(tree: Tree) -> bytes:
    """A compound file: one table of sectors, a directory, small streams together in one."""
    entries: list[list] = [["Root Entry", ROOT, FREE, END, 0]]  # name, kind, child, first sector, size
    siblings: dict[int, int] = {}
    sectors: list[bytes] = []
    chain: list[int] = []
    small = bytearray()
    small_chain: list[int] = []

    def put(content: bytes) -> int:
        first = len(sectors)
        count = -(-len(content) // SECTOR)
        for number in range(count):
            sectors.append(content[number * SECTOR : (number + 1) * SECTOR].ljust(SECTOR, b"\0"))
            chain.append(first + number + 1 if number + 1 < count else END)
        return first if count else END

    def put_small(content: bytes) -> int:
        first = len(small_chain)
        count = -(-len(content) // MINI)
        small.extend(content.ljust(count * MINI, b"\0"))
        small_chain.extend(first + number + 1 if number + 1 < count else END for number in range(count))
        return first if count else END

    def add(parent: int, children: Tree) -> None:
        # in the order that the format asks for, as a list: each the right neighbour of the one before
        before = None
        for name in sorted(children, key=lambda name: (len(name), name.upper())):
            content, number = children[name], len(entries)
            if isinstance(content, dict):
                entries.append([name, STORAGE, FREE, 0, 0])
                add(number, content)
            else:
                where = put(content) if len(content) >= CUTOFF else put_small(content)
                entries.append([name, STREAM, FREE, where, len(content)])
            if before is None:
                entries[parent][2] = number
            else:
                siblings[before] = number
            before = number

    add(0, tree)
    entries[0][3], entries[0][4] = put(bytes(small)), len(small)
    directory = b"".join(
        _entry(name, kind, siblings.get(number, FREE), child, first, size)
        for number, (name, kind, child, first, size) in enumerate(entries)
    )
    first_directory = put(directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0"))
    first_small = put(struct.pack(f"<{len(small_chain)}I", *small_chain).ljust(SECTOR, b"\xff"))
    small_count = -(-len(small_chain) * 4 // SECTOR)
    tables = 1
    while tables * SECTOR // 4 < len(sectors) + tables:
        tables += 1
    assert tables <= 109, "a larger file would need further lists of tables"
    first_table = len(sectors)
    table = [*chain, *[FAT] * tables]
    table += [FREE] * (tables * SECTOR // 4 - len(table))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIII", 0, tables, first_directory, 0, CUTOFF)
    header += struct.pack("<IIII", first_small, small_count, END, 0)
    places = [first_table + number for number in range(tables)] + [FREE] * (109 - tables)
    header += struct.pack("<109I", *places)
    return header + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, right: int, child: int, first: int, size: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    head = letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters), kind, 1, FREE, right, child)
    return head + bytes(16 + 4 + 16) + struct.pack("<IQ", first, size)
