package io.quorate.client;

import java.util.List;

/// A transaction that was carried out.
///
/// @param succeeded whether all comparisons held, and so which operations were done
/// @param results one for each of these operations, in their order
/// @param revision of the store behind it
public record TransactionResult(boolean succeeded, List<OperationResult> results, long revision)
    implements OperationResult {}
