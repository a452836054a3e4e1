package io.quorate.client;

/// A key at one revision.
///
/// @param createRevision when the key was created last
/// @param modRevision when this value was put
/// @param version 1 at creation, one more with each put
/// @param lease what the key is attached to, or 0
public record KeyValue(
    ByteSequence key,
    ByteSequence value,
    long createRevision,
    long modRevision,
    long version,
    long lease) {}
