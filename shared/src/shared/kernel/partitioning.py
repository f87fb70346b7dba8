"""Which partition a key belongs to: murmur2, as every Java client of Kafka computes it.

One function decides for every bus, so that the embedded log and Kafka order alike, and so that
a foreign producer that uses Kafka's default partitioner lands in the same partition.
Source: org.apache.kafka.common.utils.Utils.murmur2, after Austin Appleby's MurmurHash2.
"""

_MULTIPLIER = 0x5BD1E995
_SEED = 0x9747B28C
_MASK = 0xFFFFFFFF
_WORD_BYTES = 4


def murmur2(payload: bytes) -> int:
    """Return the unsigned 32-bit MurmurHash2 of the payload, seeded as Kafka seeds it."""
    size = len(payload)
    digest = (_SEED ^ size) & _MASK
    whole = size - size % _WORD_BYTES
    for start in range(0, whole, _WORD_BYTES):
        word = int.from_bytes(payload[start : start + _WORD_BYTES], "little")
        word = word * _MULTIPLIER & _MASK
        word = (word ^ word >> 24) * _MULTIPLIER & _MASK
        digest = (digest * _MULTIPLIER & _MASK) ^ word
    if whole < size:
        tail = int.from_bytes(payload[whole:], "little")
        digest = (digest ^ tail) * _MULTIPLIER & _MASK
    digest = (digest ^ digest >> 13) * _MULTIPLIER & _MASK
    return digest ^ digest >> 15


def partition_of(key: str, partitions: int) -> int:
    """Return the partition, from 0 to partitions - 1, that orders everything with this key."""
    return (murmur2(key.encode()) & 0x7FFFFFFF) % partitions
