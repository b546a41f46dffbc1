"""Mails as Outlook saves them, made of their properties: a compound file, its short streams within one."""

import struct

_SECTOR, _SHORT, _CUT, _NONE = 512, 64, 4096, 0xFFFFFFFF
_END = 0xFFFFFFFE
_UNICODE, _BYTES, _BINARY, _INTEGER, _OBJECT = 0x001F, 0x001E, 0x0102, 0x0003, 0x000D


def msg(properties, recipients=(), attachments=()):
    """The bytes of a mail; properties are its ids with words, bytes, ``(bytes,)`` of an older encoding, or numbers.

    An attachment that has "mail" is another mail: its properties, recipients and attachments.
    """
    return _compound(_mail(properties, recipients, attachments, root=True))


def _mail(properties, recipients=(), attachments=(), *, root=False):
    header = struct.pack("<8x4I", len(recipients), len(attachments), len(recipients), len(attachments))
    entries = _storage(properties, header + b"" if not root else header + bytes(8))
    for number, each in enumerate(recipients):
        entries[f"__recip_version1.0_#{number:08X}"] = _storage(each, bytes(8))
    for number, each in enumerate(attachments):
        inner = each.get("mail")
        held = _storage({key: value for key, value in each.items() if key != "mail"}, bytes(8))
        if inner:
            held["__substg1.0_3701000D"] = _mail(*inner)
            held["__properties_version1.0"] += struct.pack("<HHI8x", _OBJECT, 0x3701, 6)
        entries[f"__attach_version1.0_#{number:08X}"] = held
    return entries


def _storage(properties, header):
    entries, listed = {}, header
    for key, value in properties.items():
        if isinstance(value, int):
            listed += struct.pack("<HHIq", _INTEGER, key, 6, value)
            continue
        kind = {str: _UNICODE, tuple: _BYTES, bytes: _BINARY}[type(value)]
        data = value.encode("utf-16-le") if kind == _UNICODE else value[0] if kind == _BYTES else value
        entries[f"__substg1.0_{key:04X}{kind:04X}"] = data
        length = len(data) + {_UNICODE: 2, _BYTES: 1, _BINARY: 0}[kind]
        listed += struct.pack("<HHIII", kind, key, 6, length, 0)
    entries["__properties_version1.0"] = listed
    return entries


def _compound(root):
    entries = [["Root Entry", 5, root, _NONE, _NONE, _NONE]]
    _number(entries, 0)
    sectors, fat, short, short_fat = [], [], [], []
    starts = [
        0
        if kind != 2
        else _put(short, short_fat, held, _SHORT)
        if len(held) < _CUT
        else _put(sectors, fat, held, _SECTOR)
        for _, kind, held, *_ in entries
    ]
    within = b"".join(short)
    starts[0] = _put(sectors, fat, within, _SECTOR)
    listed = b""
    for start, (name, kind, held, left, right, child) in zip(starts, entries, strict=True):
        label = name.encode("utf-16-le") + b"\0\0"
        size = len(held) if kind == 2 else len(within) if kind == 5 else 0
        listed += struct.pack("<64sHBBIII16xI16xIQ", label, len(label), kind, 1, left, right, child, 0, start, size)
    directory = _put(sectors, fat, listed, _SECTOR)
    table = struct.pack(f"<{len(short_fat)}I", *short_fat)
    within_table = _put(sectors, fat, table + b"\xff" * (-len(table) % _SECTOR), _SECTOR)
    count = 1
    while len(fat) + count > count * (_SECTOR // 4):
        count += 1
    places = range(len(fat), len(fat) + count)
    fat += [0xFFFFFFFD] * count
    head = struct.pack(
        "<8s16xHHHHH6xIII4xIIIII109I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, count, directory, _CUT, within_table, -(-len(table) // _SECTOR), _END, 0, *places, *[_NONE] * (109 - count),
    )  # fmt: skip
    return head + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat).ljust(count * _SECTOR, b"\xff")


def _put(sectors, fat, data, size):
    """Where a stream begins, cut into sectors."""
    first, pieces = len(sectors), [data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size)]
    sectors.extend(pieces)
    fat.extend([*range(first + 1, first + len(pieces)), _END] if pieces else [])
    return first if pieces else _END


def _number(entries, at):
    """The children of a storage as entries, each the right neighbour of the one before."""
    before = None
    for name in sorted(entries[at][2], key=lambda each: (len(each), each.upper())):
        held = entries[at][2][name]
        entries.append([name, 2 if isinstance(held, bytes) else 1, held, _NONE, _NONE, _NONE])
        here = len(entries) - 1
        entries[at if before is None else before][5 if before is None else 4] = here
        before = here
        if not isinstance(held, bytes):
            _number(entries, here)
