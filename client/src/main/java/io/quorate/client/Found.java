package io.quorate.client;

import java.util.List;

/// What a query found.
///
/// @param count keys that match, whatever the limit
/// @param more whether the limit left some out
/// @param revision of the store when it was read
public record Found(List<KeyValue> keyValues, long count, boolean more, long revision)
    implements OperationResult {}
