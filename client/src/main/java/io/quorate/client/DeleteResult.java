package io.quorate.client;

import java.util.List;

/// A deletion that took effect.
///
/// @param deleted how many keys there were
/// @param previous what stood there, in the order of keys; empty if it was not asked for
/// @param revision of the store behind it
public record DeleteResult(long deleted, List<KeyValue> previous, long revision)
    implements OperationResult {}
