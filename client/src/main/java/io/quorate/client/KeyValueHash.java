package io.quorate.client;

/// What a node's keys and values come to. Nodes hold the same if they have the same hash of the
/// same revision with the same compact revision.
///
/// @param nodeId who said so
/// @param hash 32 bits, unsigned
/// @param revision up to which it counts
/// @param compactRevision below which only what still stood counts; -1: never compacted
public record KeyValueHash(long nodeId, long hash, long revision, long compactRevision) {}
