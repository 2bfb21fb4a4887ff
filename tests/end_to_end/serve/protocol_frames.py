"""Frames as a client sends them, also such as no library would make."""
import os
import struct


def masked(first_byte, payload):
    """A frame as clients send them, whatever its first byte says."""
    mask = os.urandom(4)
    if len(payload) < 126:
        head = bytes([first_byte, 0x80 | len(payload)])
    else:
        head = bytes([first_byte, 0x80 | 126]) + struct.pack("!H", len(payload))
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
