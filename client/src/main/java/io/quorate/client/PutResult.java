package io.quorate.client;

import org.jspecify.annotations.Nullable;

/// A put that took effect.
///
/// @param revision at which the value stands
/// @param previous what stood there before; null if nothing did, or it was not asked for
public record PutResult(long revision, @Nullable KeyValue previous) implements OperationResult {}
